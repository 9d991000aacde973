package dev.fanfare.hub;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fanfare.bus.BridgeEvent;
import dev.fanfare.bus.Credit;
import dev.fanfare.bus.LoopBatch;
import dev.fanfare.bus.LoopNotice;
import dev.fanfare.bus.RelayBatch;
import dev.fanfare.bus.RelayEvent;
import dev.fanfare.protocol.ChannelName;
import dev.fanfare.protocol.Message;
import dev.fanfare.protocol.MessageType;
import dev.fanfare.protocol.Payload;
import dev.fanfare.protocol.Publication;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The hub and its bridge: what goes there, what waits for it, and what comes from it. */
class BridgedHubTest {
    private final HubFixture fixture = HubFixture.bridged().attach(0, 1);

    @Test
    void aPublicationIsDeliveredAtOnceAndAnsweredWhenTheBridgeHas() {
        join(0, "a");
        long published = fixture.publish(0, "a", "one");

        assertThat(fixture.tick(0)).containsExactly("one");
        RelayEvent.Relay relay = (RelayEvent.Relay) event();
        fixture.hub.relayed(new BridgeEvent.Relayed(relay, true));
        assertThat(fixture.tick(0)).containsExactly("published " + published);
    }

    @Test
    void whatTheBridgeDidNotConfirmIsLocal() {
        long published = fixture.publish(1, null, "one");
        fixture.tick(1);
        fixture.hub.relayed(new BridgeEvent.Relayed((RelayEvent.Relay) event(), false));
        assertThat(fixture.tick(1)).containsExactly("local " + published);
    }

    @Test
    void creditIsGivenBackWhenAPublicationIsOrderedNotWhenItIsAnswered() {
        fixture.publish(0, "nobody", "12345");
        fixture.own.settle();
        assertThat(fixture.take(0)).singleElement().extracting(LoopBatch::taken).isEqualTo(Credit.OVERHEAD + 5L);
        assertThat(queuedForRedis()).isEqualTo(Credit.OVERHEAD + 5.0);
        fixture.hub.relayed(new BridgeEvent.Relayed((RelayEvent.Relay) event(), true));
        assertThat(queuedForRedis()).isZero();
    }

    @Test
    void theFirstWhoJoinsWaitsForTheBridgeAndLaterOnesDoNot() {
        long first = fixture.join(0, "a");
        long second = fixture.join(1, "a");
        assertThat(fixture.tick(0)).isEmpty();
        RelayEvent.Subscribe subscribe = (RelayEvent.Subscribe) event();
        assertThat(subscribe.channel()).isEqualTo(new ChannelName("a"));

        fixture.publish(1, "a", "before");
        fixture.hub.subscribed(new BridgeEvent.Subscribed(subscribe.ticket(), subscribe.channel(), true));
        assertThat(fixture.tick(0)).containsExactly("joined " + first);
        assertThat(fixture.tick(1)).containsExactly("joined " + second);
        fixture.leave(1, "a");
        long again = fixture.join(1, "a");
        assertThat(fixture.tick(1)).containsExactly("joined " + again);
    }

    @Test
    void onlyTheLastWhoLeavesEndsTheSubscription() {
        join(0, "a");
        join(1, "a");
        fixture.relayed.clear();
        fixture.leave(0, "a");
        fixture.own.settle();
        assertThat(fixture.relayed).isEmpty();
        fixture.leave(1, "a");
        fixture.own.settle();
        assertThat(event()).isEqualTo(new RelayEvent.Unsubscribe(new ChannelName("a")));
    }

    @Test
    void aConfirmationOfAnEarlierSubscriptionOpensNothing() {
        fixture.join(0, "a");
        fixture.own.settle();
        RelayEvent.Subscribe early = (RelayEvent.Subscribe) event();
        fixture.hub.detach(new LoopNotice.Detach(0));
        long joined = fixture.join(1, "a");
        fixture.own.settle();
        fixture.take(1);
        fixture.hub.subscribed(new BridgeEvent.Subscribed(early.ticket(), early.channel(), true));
        assertThat(fixture.tick(1)).isEmpty();
        fixture.hub.subscribed(new BridgeEvent.Subscribed(early.ticket() + 1, early.channel(), true));
        assertThat(fixture.tick(1)).containsExactly("joined " + joined);
    }

    @Test
    void whatOthersPublishedIsDeliveredAndNotRelayed() {
        join(0, "a");
        fixture.relayed.clear();
        receive("a", "one");
        receive(null, "two");
        assertThat(fixture.tick(0)).containsExactly("one", "two");
        assertThat(fixture.relayed).singleElement().isEqualTo(new RelayBatch(List.of(), 2L * Credit.OVERHEAD + 6));
    }

    @Test
    void aBridgeThatIsBehindHoldsUpWhatIsPublishedUntilItAnswers() {
        int half = (int) Uplink.CREDIT / 2;
        join(0, "a");
        fixture.publish(1, "nobody", "x".repeat(half));
        fixture.publish(1, "nobody", "x".repeat(half));
        fixture.publish(1, "a", "third");
        receive("a", "from others");
        assertThat(fixture.tick(0)).isEmpty();

        fixture.hub.relayed(new BridgeEvent.Relayed((RelayEvent.Relay) events().get(0), true));
        assertThat(fixture.tick(0)).containsExactly("third", "from others");
    }

    @Test
    void isEmptyWhenWhatWaitedForTheBridgeIsOnItsWay() {
        int all = (int) Uplink.CREDIT;
        fixture.publish(0, "nobody", "x".repeat(all));
        fixture.publish(0, "nobody", "last");
        fixture.own.settle();
        RelayEvent.Relay large = (RelayEvent.Relay) event();
        fixture.hub.detach(new LoopNotice.Detach(0));
        fixture.hub.detach(new LoopNotice.Detach(1));
        assertThat(fixture.emptied).isEmpty();
        assertThat(fixture.hub.isEmpty()).isFalse();

        fixture.relayed.clear();
        fixture.hub.relayed(new BridgeEvent.Relayed(large, true));
        assertThat(fixture.emptied).hasSize(1);
        assertThat(fixture.relayed).as("sent before").hasSize(1);
    }

    private void join(int loop, String channel) {
        fixture.join(loop, channel);
        fixture.own.settle();
        for (RelayEvent event : events()) {
            if (event instanceof RelayEvent.Subscribe subscribe) {
                fixture.hub.subscribed(new BridgeEvent.Subscribed(subscribe.ticket(), subscribe.channel(), true));
            }
        }
        fixture.own.settle();
        fixture.take(loop);
        fixture.relayed.clear();
    }

    private void receive(@Nullable String channel, String text) {
        Payload payload = Payload.of(Payload.Kind.TEXT, text.getBytes(StandardCharsets.UTF_8));
        ChannelName name = channel == null ? null : new ChannelName(channel);
        fixture.hub.received(new BridgeEvent.Received(
                new Message(new Publication(name, MessageType.EVENT, payload, 0), HubFixture.NOW)));
    }

    private RelayEvent event() {
        assertThat(events()).hasSize(1);
        return events().get(0);
    }

    private List<RelayEvent> events() {
        return fixture.relayed.stream()
                .flatMap(batch -> batch.events().stream())
                .toList();
    }

    private double queuedForRedis() {
        return fixture.registry
                .get("fanfare.queued.bytes")
                .tag("to", "redis")
                .gauge()
                .value();
    }
}
