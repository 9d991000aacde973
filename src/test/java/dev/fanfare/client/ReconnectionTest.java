package dev.fanfare.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fanfare.client.FakeConnector.FakeLink;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** When a client comes back, and when it does not: the numbers drawn are all one half. */
class ReconnectionTest {
    private final FakeLoop loop = new FakeLoop();
    private final FakeConnector connector = new FakeConnector();
    private final List<String> told = new ArrayList<>();
    private final List<Runnable> later = new ArrayList<>();
    private boolean slow;
    private final RawClient.Builder options = RawClient.builder(URI.create("ws://localhost/"))
            .random(() -> 0.5)
            .onConnect(() -> told.add("connected"))
            .onReconnect(attempt -> told.add("attempt " + attempt))
            .onDisconnect(end -> told.add(
                    end.code() + " " + end.retryIn().map(Duration::toMillis).orElse(-1L)))
            .onError(error -> told.add(error.code()))
            .onText(text -> told.add(text));

    private Reconnection start() {
        Callbacks callbacks = new Callbacks(this::call, "test", options.onError);
        RawPeer peer = new RawPeer(callbacks, options.onText, options.onBinary);
        Reconnection client = new Reconnection(options, new Machinery(loop, callbacks, connector), new Budget(), peer);
        client.start();
        loop.settle();
        return client;
    }

    private void call(Runnable callback) {
        if (slow) {
            later.add(callback);
        } else {
            callback.run();
        }
    }

    private void pass(long millis) {
        loop.pass(Duration.ofMillis(millis));
    }

    private static void assertEnded(Reconnection client, String code) {
        assertThat(client.state()).isEqualTo(ClientState.CLOSED);
        assertThatThrownBy(() -> client.ended().get(60, TimeUnit.SECONDS)).hasMessageContaining(code + ": ");
    }

    @Test
    void pausesDoubleUntilAConnectionLasts() {
        Reconnection client = start();
        for (int pause : new int[] {500, 1000, 2000, 4000, 8000, 15_000, 15_000}) {
            connector.latest().failed(new IOException("refused"));
            assertThat(client.state()).isEqualTo(ClientState.DISCONNECTED);
            int attempts = connector.listeners.size();
            pass(pause - 1);
            assertThat(connector.listeners).hasSize(attempts);
            pass(1);
            assertThat(connector.listeners).hasSize(attempts + 1);
            assertThat(client.state()).isEqualTo(ClientState.CONNECTING);
        }
        connector.open();
        assertThat(client.state()).isEqualTo(ClientState.CONNECTED);
        connector.latest().heard();
        pass(29_999);
        connector.latest().ended(1006, "gone");
        pass(14_999);
        assertThat(client.state()).as("it did not last").isEqualTo(ClientState.DISCONNECTED);
        pass(1);
        connector.open();
        pass(15_000);
        connector.latest().heard();
        pass(15_000);
        told.clear();
        connector.latest().ended(1006, "gone");
        pass(500);
        assertThat(told).containsExactly("1006 500", "attempt 1");
    }

    @Test
    void itGivesUpWhenItsAttemptsAreUsedUp() {
        options.maxAttempts(2);
        Reconnection client = start();
        connector.latest().failed(new IOException("refused"));
        pass(500);
        connector.latest().failed(new IOException("refused"));
        assertEnded(client, "gave_up");
        assertThat(told).containsExactly("connection", "attempt 1");
        assertThat(connector.closed).isTrue();
        assertThat(loop.hasEnded()).isTrue();
    }

    @Test
    void itDoesAsItIsTold() {
        Reconnection client = start();
        connector.open();
        connector.latest().ended(1001, "retry after 4321 ms");
        pass(4320);
        assertThat(connector.listeners).hasSize(1);
        pass(1);
        FakeLink link = connector.open();
        connector.latest().ended(4500, "disconnected");
        assertEnded(client, "disconnected");
        assertThat(link.aborted).isTrue();
        assertThat(told).containsExactly("connected", "1001 4321", "attempt 1", "connected", "4500 -1");
    }

    @Test
    void anAttemptThatTakesTooLongIsGivenUpAndDoesNoHarmWhenItSucceedsAfterAll() {
        options.token(CompletableFuture::new);
        Reconnection client = start();
        pass(10_000);
        assertThat(client.state()).isEqualTo(ClientState.DISCONNECTED);
        options.token = null;
        pass(500);
        Connector.Listener late = connector.latest();
        pass(10_000);
        FakeLink link = new FakeLink();
        late.opened(link);
        assertThat(link.aborted).isTrue();
        assertThat(client.state()).isEqualTo(ClientState.DISCONNECTED);
    }

    @Test
    void eachAttemptAsksForAToken() {
        List<String> tokens = new ArrayList<>(List.of("one", "two"));
        options.token(() -> {
            if (tokens.isEmpty()) {
                throw new IllegalStateException("none left");
            }
            return CompletableFuture.completedFuture(tokens.remove(0));
        });
        start();
        for (int i = 0; i < 2; i++) {
            connector.latest().failed(new IOException("refused"));
            pass(30_000);
        }
        assertThat(connector.tokens).containsExactly("one", "two");
        assertThat(told).contains("token");
    }

    @Test
    void aSilentServerIsTakenForDead() {
        start();
        FakeLink link = connector.open();
        pass(15_000);
        assertThat(link.pings).isEqualTo(1);
        connector.latest().heard();
        pass(29_999);
        assertThat(link.aborted).isFalse();
        pass(1);
        assertThat(link.aborted).isTrue();
        assertThat(told).containsExactly("connected", "1006 500");
    }

    @Test
    void whoDoesNotListenDoesNotTakeSilenceForDeath() {
        start();
        FakeLink link = connector.open();
        slow = true;
        for (int i = 0; i < Connector.WINDOW; i++) {
            connector.latest().text("message");
        }
        loop.settle();
        assertThat(link.requested).as("asked for").isZero();
        pass(600_000);
        assertThat(link.aborted).isFalse();
        slow = false;
        List.copyOf(later).forEach(Runnable::run);
        loop.settle();
        assertThat(link.requested).isEqualTo(Connector.WINDOW);
        pass(60_000);
        assertThat(link.aborted).as("listened to, and silent").isTrue();
    }

    @Test
    void closingSaysGoodbyeAndWaitsForTheAnswerButNotForEver() {
        Reconnection client = start();
        FakeLink link = connector.open();
        CompletableFuture<Void> closed = client.close();
        loop.settle();
        assertThat(link.closed).isEqualTo(1000);
        connector.latest().text("late");
        pass(4_999);
        assertThat(client.state()).isEqualTo(ClientState.CONNECTED);
        pass(1);
        assertThat(client.state()).isEqualTo(ClientState.CLOSED);
        assertThat(closed).succeedsWithin(Duration.ofSeconds(60));
        assertThat(told).containsExactly("connected", "1000 -1");
    }

    @Test
    void itCanBeClosedWhileItConnectsAndWhileItWaits() {
        Reconnection connecting = start();
        assertThat(connecting.close()).isNotNull();
        loop.settle();
        assertThat(connecting.state()).isEqualTo(ClientState.CLOSED);
        FakeLink late = connector.open();
        assertThat(late.aborted).isTrue();
        assertThat(connecting.ended()).succeedsWithin(Duration.ofSeconds(60));
    }

    @Test
    void aPauseEndsWhenItIsClosed() {
        Reconnection client = start();
        connector.latest().failed(new IOException("refused"));
        assertThat(client.close()).isNotNull();
        loop.settle();
        assertThat(client.state()).isEqualTo(ClientState.CLOSED);
        pass(60_000);
        assertThat(connector.listeners).hasSize(1);
    }
}
