package dev.fanfare.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fanfare.http.LoopFixture.CountingFormat;
import dev.fanfare.http.LoopFixture.Recorder;
import dev.fanfare.protocol.ChannelName;
import dev.fanfare.protocol.Position;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BookmarkTest {
    private static final ChannelName A = new ChannelName("a");
    private static final ChannelName B = new ChannelName("b");
    private static final String FIRST = "a=e:0,b=e:0";

    private final LoopFixture fixture = new LoopFixture();
    private final Recorder stream = new Recorder(new CountingFormat());
    private final List<String> ids = new ArrayList<>();
    private final Bookmark bookmark = bookmark(false);

    private Bookmark bookmark(boolean single) {
        return new Bookmark(fixture.tick, fixture.timers.eventLoop(), fixture.subscribers, stream, single, ids::add);
    }

    @BeforeEach
    void subscribe() {
        fixture.timers.freezeTime();
        fixture.subscribe("a", stream, new Position("e", 0));
        fixture.subscribe("b", stream, new Position("e", 0));
        fixture.subscribe("live", stream);
        assertThat(bookmark.follow(List.of(A, B))).isTrue();
        bookmark.write();
        assertThat(ids).containsExactly(FIRST);
        ids.clear();
    }

    private void come(String channel, int offset, int bytes) {
        fixture.subscribers.deliver(LoopFixture.message(channel, "x").at(new Position("e", offset)));
        bookmark.count(bytes);
        fixture.own.settle();
    }

    private void pass(int millis) {
        fixture.timers.advanceTimeBy(millis, TimeUnit.MILLISECONDS);
        fixture.timers.runPendingTasks();
        fixture.own.settle();
    }

    @Test
    void isWrittenBehindMessagesThatWeighAsMuchAsTheLast() {
        come("a", 1, FIRST.length() - 1);
        assertThat(ids).isEmpty();
        come("b", 1, 1);
        assertThat(ids).containsExactly("a=e:1,b=e:1");
        come("b", 2, 1);
        assertThat(ids).hasSize(1);
    }

    @Test
    void isWrittenWithinASecond() {
        come("a", 1, 1);
        pass(999);
        come("a", 2, 1);
        assertThat(ids).isEmpty();
        pass(1);
        assertThat(ids).containsExactly("a=e:2,b=e:0");
        pass(10_000);
        assertThat(ids).hasSize(1);
    }

    @Test
    void isNotWrittenAgainWhereNothingHasMoved() {
        bookmark.count(1_000);
        fixture.own.settle();
        bookmark.write();
        assertThat(ids).isEmpty();
    }

    @Test
    void leavesAChannelAtOnce() {
        bookmark.leave(A);
        fixture.own.settle();
        assertThat(ids).containsExactly("b=e:0");
        bookmark.leave(B);
        fixture.own.settle();
        bookmark.count(1_000);
        pass(1_000);
        assertThat(ids).hasSize(1);
    }

    @Test
    void isWrittenNoMoreWhenTheStreamHasEnded() {
        come("a", 1, 1);
        bookmark.end();
        pass(10_000);
        assertThat(ids).isEmpty();
    }

    @Test
    void isNotThereWhereItWouldBeTooLong() {
        String longName = "n".repeat(250);
        List<ChannelName> channels = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            ChannelName channel = new ChannelName(longName + i);
            fixture.subscribe(channel.value(), stream, new Position("e", 0));
            channels.add(channel);
        }
        Bookmark tooLong = bookmark(false);
        assertThat(tooLong.follow(channels)).isFalse();
        tooLong.write();
        tooLong.count(10_000);
        fixture.own.settle();
        assertThat(ids).isEmpty();
    }

    @Test
    void hasNoNameWhereThereIsOneChannel() {
        Bookmark single = bookmark(true);
        single.follow(List.of(A));
        single.write();
        assertThat(ids).containsExactly("e:0");
    }
}
