package dev.fanfare.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fanfare.testing.Commands;
import dev.fanfare.testing.JoinedInstances;
import dev.fanfare.testing.WebSocketPeer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that come and go faster than Redis answers. */
class BridgeChurnTest {
    private static final int INSTANCES = 2;
    private static final int CHANNELS = 6;
    private static final int CLIENTS = 4;
    private static final int ROUNDS = 20;

    @RegisterExtension
    static final JoinedInstances RELAY = JoinedInstances.of(INSTANCES, "session.send-limit=256MiB");

    private static final ExecutorService THREADS = Executors.newCachedThreadPool();

    @AfterAll
    static void end() {
        THREADS.shutdownNow();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void redisIsSubscribedToWhatIsNeededAfterAllHaveSubscribedAndLeftInTurn(long seed) throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        List<Future<?>> load = new ArrayList<>();
        List<Future<Client>> clients = new ArrayList<>();
        for (int i = 0; i < INSTANCES; i++) {
            WebSocketPeer publisher = RELAY.connect(i, "/ws");
            load.add(THREADS.submit(() -> publishUntil(over, publisher)));
            for (int c = 0; c < CLIENTS; c++) {
                Client client =
                        new Client(i, RELAY.connect(i, "/ws"), new Random(seed << 16 | i << 8 | c), new TreeSet<>());
                clients.add(THREADS.submit(client::comeAndGo));
            }
        }
        List<Client> done = new ArrayList<>();
        for (Future<Client> client : clients) {
            done.add(client.get());
        }
        over.set(true);
        for (Future<?> publisher : load) {
            publisher.get();
        }
        expectSubscribed(done);
        for (int i = 0; i < INSTANCES; i++) {
            expectHeard(done, i);
        }
    }

    private static Void publishUntil(AtomicBoolean over, WebSocketPeer publisher) {
        for (int n = 0; !over.get(); n++) {
            publisher.sendText(Commands.publish("churn" + n % CHANNELS, "" + n, "load"));
            assertThat(publisher.text()).contains("\"published\"").doesNotContain("local");
        }
        return null;
    }

    private static void expectSubscribed(List<Client> clients) {
        Set<String> needed = new TreeSet<>();
        clients.forEach(client -> client.channels().forEach(channel -> needed.add("fanfare:channel:" + channel)));
        RELAY.awaitChannels(needed.toArray(String[]::new));
        for (int c = 0; c < CHANNELS; c++) {
            String channel = "churn" + c;
            long instances = clients.stream()
                    .filter(client -> client.channels().contains(channel))
                    .map(Client::instance)
                    .distinct()
                    .count();
            RELAY.awaitSubscribers(channel, (int) instances);
        }
    }

    private static void expectHeard(List<Client> clients, int instance) {
        WebSocketPeer publisher = RELAY.connect(instance, "/ws");
        for (int c = 0; c < CHANNELS; c++) {
            String channel = "churn" + c;
            String data = "\"last from " + instance + "\"";
            publisher.sendText(Commands.publish(channel, data));
            clients.stream()
                    .filter(client -> client.channels().contains(channel))
                    .forEach(client -> client.awaitEvent(channel, data));
        }
    }

    /** Somebody who subscribes and leaves at random, sends several commands at once, and knows what holds in the end. */
    private record Client(int instance, WebSocketPeer peer, Random random, Set<String> channels) {
        Client comeAndGo() {
            for (int round = 0; round < ROUNDS; round++) {
                int commands = 1 + random.nextInt(5);
                for (int i = 0; i < commands; i++) {
                    command("churn" + random.nextInt(CHANNELS));
                }
                for (int answers = 0; answers < commands; ) {
                    if (!peer.text().startsWith("{\"type\":\"event\"")) {
                        answers++;
                    }
                }
                if (random.nextInt(4) == 0) {
                    rawVisit("churn" + random.nextInt(CHANNELS));
                }
            }
            return this;
        }

        private void command(String channel) {
            if (channels.remove(channel)) {
                peer.sendText(Commands.unsubscribe(channel, "out"));
            } else {
                channels.add(channel);
                peer.sendText(Commands.subscribe(channel, "in"));
            }
        }

        private void rawVisit(String channel) {
            try (WebSocketPeer raw = RELAY.instance(instance).connect("/raw/" + channel)) {
                raw.vanish();
            }
        }

        /** What comes before is of the load. */
        void awaitEvent(String channel, String data) {
            String expected = "{\"type\":\"event\",\"channel\":\"" + channel + "\",\"data\":" + data + ",";
            String text = peer.text();
            while (!text.startsWith(expected)) {
                text = peer.text();
            }
        }
    }
}
