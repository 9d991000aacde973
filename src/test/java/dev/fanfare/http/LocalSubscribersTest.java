package dev.fanfare.http;

import static dev.fanfare.http.LoopFixture.message;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fanfare.bus.ChannelInfo;
import dev.fanfare.bus.ChannelQuery;
import dev.fanfare.bus.LoopNotice;
import dev.fanfare.bus.Page;
import dev.fanfare.http.LoopFixture.CountingFormat;
import dev.fanfare.http.LoopFixture.Recorder;
import dev.fanfare.protocol.ChannelName;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LocalSubscribersTest {
    private static final ChannelName A = new ChannelName("a");

    private final LoopFixture fixture = new LoopFixture();
    private final CountingFormat format = new CountingFormat();
    private final Recorder one = new Recorder(format);
    private final Recorder two = new Recorder(format);

    @AfterEach
    void everyBufferIsReleased() {
        fixture.own.settle();
        fixture.assertAllReleased();
    }

    @Test
    void gathersWhatComesInATickInOneBatchEncodedOnce() {
        fixture.subscribe("a", one);
        fixture.subscribe("a", two);
        fixture.subscribers.deliver(message("a", "x"));
        fixture.subscribers.deliver(message("a", "y"));
        assertThat(one.got).isEmpty();
        fixture.own.settle();

        assertThat(one.got).hasToString("x;y;");
        assertThat(two.got).hasToString("x;y;");
        assertThat(one.batches).containsExactly(4);
        assertThat(format.encoded).isEqualTo(2);
        assertThat(fixture.deliveries()).isEqualTo(4);
        assertThat(fixture.registry.get("fanfare.delivery").timer().count()).isEqualTo(2);
    }

    @Test
    void encodesOnceForEachFormat() {
        CountingFormat otherFormat = new CountingFormat();
        fixture.subscribe("a", one);
        fixture.subscribe("a", new Recorder(otherFormat));
        fixture.subscribers.deliver(message("a", "x"));
        assertThat(List.of(format.encoded, otherFormat.encoded)).containsExactly(1, 1);
    }

    @Test
    void writesABatchOutWhenItReachesItsLimit() {
        fixture.subscribe("a", one);
        String kibibyte = "x".repeat(1023);
        for (int i = 0; i < 255; i++) {
            fixture.subscribers.deliver(message("a", kibibyte));
        }
        assertThat(one.batches).isEmpty();
        fixture.subscribers.deliver(message("a", kibibyte));
        assertThat(one.batches).containsExactly(Audience.BATCH_LIMIT);
        fixture.subscribers.deliver(message("a", "y"));
        fixture.own.settle();
        assertThat(one.batches).containsExactly(Audience.BATCH_LIMIT, 2);
    }

    @Test
    void aSubscriberThatLeavesDuringADeliveryDisturbsNobody() {
        fixture.subscribe("a", one);
        fixture.subscribe("a", two);
        one.whenDelivered = () -> fixture.subscribers.remove(A, one);
        fixture.subscribers.deliver(message("a", "x"));
        fixture.own.settle();
        fixture.subscribers.deliver(message("a", "y"));
        fixture.own.settle();

        assertThat(one.got).hasToString("x;");
        assertThat(two.got).hasToString("x;y;");
        assertThat(fixture.subscriptions()).isEqualTo(1);
    }

    @Test
    void whatIsNotTakenIsNotCounted() {
        fixture.subscribe("a", one);
        fixture.subscribe("a", two);
        one.takes = false;
        fixture.subscribers.deliver(message("a", "x"));
        fixture.own.settle();
        assertThat(fixture.deliveries()).isEqualTo(1);
    }

    @Test
    void nobodyGetsWhatIsOlderThanItsSubscription() {
        fixture.subscribe("a", one);
        fixture.subscribers.deliver(message("a", "old"));
        fixture.subscribe("a", two);
        assertThat(one.got).as("written out before the other came").hasToString("old;");
        fixture.subscribers.deliver(message("a", "new"));
        fixture.own.settle();
        assertThat(two.got).hasToString("new;");
    }

    @Test
    void listsThePartThatIsAskedForInTheOrderOfNames() {
        for (String channel : List.of("b:2", "b:10", "a", "c", "b:3", "b:1")) {
            fixture.subscribe(channel, one);
        }
        fixture.subscribe("b:1", two);
        fixture.subscribers.remove(new ChannelName("b:10"), one);
        assertThat(listed("", "", 2)).containsExactly("a 1", "b:1 2", "and more");
        assertThat(listed("b:", "", 10)).containsExactly("b:1 2", "b:2 1", "b:3 1");
        assertThat(listed("b:", "b:2", 1)).containsExactly("b:3 1");
        assertThat(listed("b:", "a", 1)).containsExactly("b:1 2", "and more");
        assertThat(listed("b:", "c", 1)).isEmpty();
        assertThat(listed("", "b:3", 10)).containsExactly("c 1");
    }

    private List<String> listed(String prefix, String after, int limit) {
        Page<ChannelInfo> page = fixture.subscribers.list(new ChannelQuery(prefix, after, limit));
        List<String> told = new ArrayList<>();
        page.entries().forEach(info -> told.add(info.channel() + " " + info.subscribers()));
        if (page.more()) {
            told.add("and more");
        }
        return told;
    }

    @Test
    void tellsTheHubOfTheFirstAndTheLastAlone() {
        List<String> ready = new ArrayList<>();
        fixture.subscribers.prepare(List.of(A), held -> {
            ready.add("one");
            held.get(0).add(one, null);
        });
        fixture.subscribers.prepare(List.of(A), held -> {
            ready.add("two");
            held.get(0).add(two, null);
        });
        assertThat(ready).isEmpty();
        assertThat(fixture.notices).containsExactly(new LoopNotice.Join(3, 1, A));
        fixture.answerJoins();
        assertThat(ready).containsExactly("one", "two");
        fixture.subscribers.remove(A, one);
        fixture.subscribers.remove(A, one);
        assertThat(fixture.notices).isEmpty();
        fixture.subscribers.remove(A, two);
        assertThat(fixture.notices).containsExactly(new LoopNotice.Leave(3, A));
        assertThat(fixture.subscriptions()).isZero();
    }

    @Test
    void leavesAChannelThatWasPreparedForNothing() {
        fixture.subscribers.prepare(List.of(A), held -> held.get(0).release());
        fixture.answerJoins();
        assertThat(fixture.notices).containsExactly(new LoopNotice.Leave(3, A));
    }

    @Test
    void isReadyWhenEveryChannelIs() {
        List<String> ready = new ArrayList<>();
        fixture.subscribe("a", one);
        fixture.subscribers.prepare(List.of(A, new ChannelName("b")), held -> ready.add("ready"));
        assertThat(ready).isEmpty();
        fixture.answerJoins();
        assertThat(ready).containsExactly("ready");
        fixture.subscribers.prepare(List.of(), held -> ready.add("nothing"));
        assertThat(ready).containsExactly("ready", "nothing");
    }

    @Test
    void broadcastsToThoseWhoHaveEntered() {
        fixture.subscribers.enter(one);
        fixture.subscribers.enter(two);
        fixture.subscribers.deliver(message(null, "x"));
        fixture.subscribers.exit(two);
        fixture.subscribers.deliver(message(null, "y"));
        fixture.own.settle();
        assertThat(one.got).hasToString("x;y;");
        assertThat(two.got).hasToString("x;");
    }
}
