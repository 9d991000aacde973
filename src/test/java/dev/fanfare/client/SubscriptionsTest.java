package dev.fanfare.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fanfare.client.FakeConnector.FakeLink;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What is said to the server over connections, and what the handler gets of its answers. */
class SubscriptionsTest {
    private final FakeLoop loop = new FakeLoop();
    private final FakeConnector connector = new FakeConnector();
    private final List<String> told = new ArrayList<>();
    private final List<Runnable> later = new ArrayList<>();
    private boolean slow;
    private final ReconnectingClient.Builder options = ReconnectingClient.builder(URI.create("ws://localhost/ws"))
            .random(() -> 0.5)
            .onError(error -> told.add(error.code()));
    private final Callbacks callbacks = new Callbacks(this::call, "test", options.onError);
    private final Commands commands = new Commands(loop, new Budget(), options.commandTimeout);
    private final Subscriptions subscriptions = new Subscriptions(loop, commands, callbacks, options.backoff());
    private final Reconnection client = new Reconnection(
            options,
            new Machinery(loop, callbacks, connector),
            new Budget(),
            new JsonPeer(commands, subscriptions, callbacks, message -> told.add(message.json())));
    private final Requests requests = new Requests(client, commands);

    private void call(Runnable callback) {
        if (slow) {
            later.add(callback);
        } else {
            callback.run();
        }
    }

    private FakeLink open() {
        FakeLink link = connector.open();
        loop.settle();
        return link;
    }

    private FakeLink start() {
        client.start();
        loop.settle();
        return open();
    }

    private Subscription subscribe(String channel, SubscribeOptions how) {
        Subscription added = subscriptions.add(requests, channel, how, message -> told.add(message.data()));
        loop.settle();
        return added;
    }

    private static SubscribeOptions from(long offset) {
        return SubscribeOptions.DEFAULT.from(new Position("e", offset));
    }

    private void comes(String json) {
        connector.latest().text(json.replace('\'', '"'));
        loop.settle();
    }

    private static String event(long offset) {
        return "{'type':'event','channel':'a','data':" + offset + ",'offset':" + offset + "}";
    }

    @Test
    void allAreAskedForTogetherFromWhereTheyGotTo() {
        FakeLink link = start();
        subscribe("a", from(5));
        assertThat(link.sent)
                .containsExactly(
                        "{\"type\":\"subscribe\",\"channels\":[{\"channel\":\"a\",\"recover\":{\"epoch\":\"e\",\"offset\":5}}],\"id\":\"#1\"}");
        comes(
                "{'type':'subscribed','id':'#1','channels':[{'type':'subscribed','channel':'a','recovered':true,'messages':["
                        + event(6) + "],'epoch':'e','offset':6}]}");
        comes(event(6));
        comes(event(7));
        assertThat(told).as("each once").containsExactly("6", "7");
        connector.latest().ended(1006, "gone");
        loop.pass(Duration.ofSeconds(1));
        assertThat(open().sent.get(0)).contains("\"recover\":{\"epoch\":\"e\",\"offset\":7}");
    }

    @Test
    void whatIsTooMuchForOneAnswerIsReadInPagesAndAskedForAgain() {
        FakeLink link = start();
        List<Loss> losses = new ArrayList<>();
        Subscription subscription = subscribe("a", from(5).onLost(losses::add));
        comes(
                "{'type':'subscribed','id':'#1','channels':[{'type':'subscribed','channel':'a','recovered':false,'messages':[],"
                        + "'epoch':'e','offset':9}]}");
        comes(event(10));
        assertThat(told).as("passed over").isEmpty();
        assertThat(link.sent.get(1)).contains("\"history\"", "\"since\":{\"epoch\":\"e\",\"offset\":5}");
        comes("{'type':'history','id':'#2','messages':[" + event(8) + "," + event(9) + "],'epoch':'e','offset':10}");
        assertThat(losses).containsExactly(new Loss("a", new Position("e", 5), new Position("e", 7)));
        assertThat(link.sent.get(2)).contains("\"since\":{\"epoch\":\"e\",\"offset\":9}");
        comes("{'type':'history','id':'#3','messages':[" + event(10) + "],'epoch':'e','offset':10}");
        assertThat(link.sent.get(3)).contains("\"recover\":{\"epoch\":\"e\",\"offset\":10}");
        comes(
                "{'type':'subscribed','id':'#4','channels':[{'type':'subscribed','channel':'a','recovered':true,'messages':[],"
                        + "'epoch':'e','offset':10}]}");
        comes(event(11));
        assertThat(told).containsExactly("8", "9", "10", "11");
        assertThat(subscription.position()).isEqualTo(new Position("e", 11));
    }

    @Test
    void aReadingThatAConnectionHasEndedDoesNotGoOnBesideTheNextOne() {
        start();
        subscribe("a", from(5));
        String missed =
                "'channels':[{'type':'subscribed','channel':'a','recovered':false,'messages':[],'epoch':'e','offset':9}]}";
        comes("{'type':'subscribed','id':'#1'," + missed);
        slow = true;
        comes("{'type':'history','id':'#2','messages':[" + event(6) + "," + event(7) + "],'epoch':'e','offset':9}");
        connector.latest().ended(1006, "gone");
        loop.pass(Duration.ofSeconds(1));
        FakeLink link = open();
        comes("{'type':'subscribed','id':'#3'," + missed);
        slow = false;
        List.copyOf(later).forEach(Runnable::run);
        loop.settle();
        assertThat(link.sent).hasSize(2);
        assertThat(link.sent.get(1)).contains("\"history\"", "\"since\":{\"epoch\":\"e\",\"offset\":7}");
    }

    @Test
    void anotherEpochIsALoss() {
        start();
        List<Loss> losses = new ArrayList<>();
        subscribe("a", from(5).onLost(losses::add));
        comes(
                "{'type':'subscribed','id':'#1','channels':[{'type':'subscribed','channel':'a','recovered':false,'messages':[],"
                        + "'epoch':'f','offset':2}]}");
        comes("{'type':'error','channel':'a','code':'unrecoverable','data':'lost','epoch':'f','offset':4}");
        comes(event(5));
        assertThat(losses)
                .containsExactly(
                        new Loss("a", new Position("e", 5), new Position("f", 2)),
                        new Loss("a", new Position("f", 2), new Position("f", 4)));
        assertThat(told).containsExactly("5");
    }

    @Test
    void whatIsNotNowIsAskedForAgainAndWhatIsNeverEnds() {
        FakeLink link = start();
        Subscription subscription = subscribe("a", SubscribeOptions.DEFAULT);
        comes(
                "{'type':'subscribed','id':'#1','channels':[{'type':'error','channel':'a','code':'rate_limited','data':'later'}]}");
        assertThat(link.sent).hasSize(1);
        loop.pass(Duration.ofMillis(500));
        assertThat(link.sent).hasSize(2);
        comes(
                "{'type':'subscribed','id':'#2','channels':[{'type':'error','channel':'a','code':'unauthorised','data':'no'}]}");
        assertThat(subscription.ready()).failsWithin(Duration.ofSeconds(60));
        assertThat(told).containsExactly("unauthorised");
    }

    @Test
    void whoSubscribesRightBehindAnUnsubscriptionIsAskedForBehindIt() {
        FakeLink link = start();
        Subscription first = subscribe("a", SubscribeOptions.DEFAULT);
        comes("{'type':'subscribed','id':'#1','channels':[{'type':'subscribed','channel':'a'}]}");
        subscriptions.flushSoon(); // as another channel had it, a moment before
        CompletableFuture<Void> left = first.unsubscribe();
        subscribe("a", SubscribeOptions.DEFAULT);
        assertThat(left).isNotDone();
        assertThat(link.sent).hasSize(3);
        assertThat(link.sent.get(1)).contains("\"unsubscribe\"");
        assertThat(link.sent.get(2)).contains("\"subscribe\"");
    }

    @Test
    void publicationsWaitForAConnectionAndThoseWithAKeyAreSentAgain() {
        client.start();
        loop.settle();
        var bare = requests.publish("a", "1", null);
        var keyed = requests.publish("a", "2", "k");
        loop.settle();
        assertThat(open().sent).hasSize(2);
        connector.latest().ended(1006, "gone");
        loop.pass(Duration.ofSeconds(1));
        assertThat(bare).failsWithin(Duration.ofSeconds(60)).withThrowableThat().withMessageContaining("unknown: ");
        assertThat(open().sent).hasSize(1).first().asString().contains("\"key\":\"k\"");
        comes(
                "{'type':'published','channel':'a','epoch':'e','offset':3,'id':'#2','timestamp':'2026-11-21T01:43:59.085Z'}");
        assertThat(keyed)
                .succeedsWithin(Duration.ofSeconds(60))
                .extracting(Published::position)
                .isEqualTo(new Position("e", 3));
    }

    @Test
    void whatWaitsIsBoundedInNumberAndTime() {
        client.start();
        loop.settle();
        var first = requests.publish("a", "1", null);
        for (int i = 1; i < Budget.MOST; i++) {
            assertThat(requests.publish("a", "1", null)).isNotDone();
        }
        assertThat(requests.publish("a", "1", null))
                .failsWithin(Duration.ofSeconds(60))
                .withThrowableThat()
                .withMessageContaining("limit_exceeded: ");
        loop.pass(Duration.ofSeconds(31));
        assertThat(first)
                .failsWithin(Duration.ofSeconds(60))
                .withThrowableThat()
                .withMessageContaining("offline: ");
    }
}
