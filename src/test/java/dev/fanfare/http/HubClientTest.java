package dev.fanfare.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fanfare.bus.Credit;
import dev.fanfare.bus.LoopEvent;
import dev.fanfare.bus.LoopNotice;
import dev.fanfare.bus.Publish;
import dev.fanfare.bus.Receipt;
import dev.fanfare.protocol.ErrorCode;
import dev.fanfare.protocol.ProtocolException;
import dev.fanfare.protocol.Publication;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class HubClientTest {
    private final LoopFixture fixture = new LoopFixture();
    private final HubClient hub = fixture.hub;
    private final List<String> done = new ArrayList<>();

    @Test
    void tellsAPublisherWhenItsMessageWasOrdered() {
        Publication one = publication("one");
        Publication two = publication("two");
        hub.publish(one, null, told("one"));
        hub.publish(two, null, told("two"));
        assertThat(fixture.published).containsExactly(new Publish(3, 1, one, null), new Publish(3, 2, two, null));

        fixture.receive(new LoopEvent.Published(2, new Receipt(20, false, null)));
        fixture.receive(new LoopEvent.Published(1, new Receipt(10, true, null)));
        assertThat(done).containsExactly("two 20 false", "one 10 true");
        assertThat(queued()).as("an answer is not what gives credit").isEqualTo(2.0 * (Credit.OVERHEAD + 3));
        fixture.take(2 * (Credit.OVERHEAD + 3));
        assertThat(queued()).isZero();
    }

    private HubClient.Published told(String name) {
        return new HubClient.Published() {
            @Override
            public void at(Receipt receipt) {
                done.add(name + " " + receipt.timestamp() + " " + receipt.local());
            }

            @Override
            public void failed(ProtocolException error) {
                done.add(name + " " + error.code().word());
            }
        };
    }

    @Test
    void tellsAPublisherWhenItsMessageWasRefused() {
        hub.publish(publication("one"), "key", told("one"));
        fixture.receive(new LoopEvent.Failed(1, new ProtocolException(ErrorCode.UNAVAILABLE, "not now")));
        assertThat(done).containsExactly("one unavailable");
    }

    @Test
    void hasNoCreditWhileTooMuchIsUnanswered() {
        hub.publish(publication("x".repeat((int) HubClient.PUBLISH_CREDIT)), null, told("published"));
        assertThat(hub.hasCredit()).isFalse();
        hub.whenCredit(() -> done.add("credit"));
        fixture.receive();
        assertThat(done).isEmpty();

        fixture.receive(new LoopEvent.Published(1, new Receipt(0, false, null)));
        assertThat(hub.hasCredit()).isFalse();
        fixture.take(Credit.OVERHEAD + HubClient.PUBLISH_CREDIT);
        assertThat(hub.hasCredit()).isTrue();
        fixture.receive();
        assertThat(done).as("told once").containsExactly("published 0 false", "credit");
    }

    @Test
    void thoseWhoWaitTakeTurnsAndNobodyOvertakesThem() {
        int turn = 64 << 10;
        hub.publish(publication("x".repeat((int) HubClient.PUBLISH_CREDIT)), null, told("published"));
        hub.whenCredit(() -> {
            done.add("first");
            hub.publish(publication("x".repeat(turn)), null, told("published"));
            assertThat(hub.hasCredit()).as("the turn is used up").isFalse();
            hub.whenCredit(() -> done.add("first again"));
        });
        hub.whenCredit(() -> {
            done.add("second");
            assertThat(hub.hasCredit()).as("has a turn of its own").isTrue();
        });
        assertThat(hub.hasCredit()).as("others wait").isFalse();
        fixture.take(Credit.OVERHEAD + HubClient.PUBLISH_CREDIT);
        assertThat(done).containsExactly("first", "second", "first again");
    }

    @Test
    void givesTheHubItsBytesBackWhenTheTickHasEnded() {
        fixture.receive();
        assertThat(fixture.notices).isEmpty();
        fixture.own.turn();
        assertThat(fixture.notices).containsExactly(new LoopNotice.Delivered(3, 7));
    }

    @Test
    void detaches() {
        hub.detach();
        assertThat(fixture.notices).containsExactly(new LoopNotice.Detach(3));
        assertThat(hub.address().name()).isEqualTo("fanfare.loop.3");
    }

    private double queued() {
        return fixture.registry
                .get("fanfare.queued.bytes")
                .tag("to", "hub")
                .gauge()
                .value();
    }

    private static Publication publication(String text) {
        return LoopFixture.message("a", text).publication();
    }
}
