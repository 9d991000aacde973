package dev.fanfare.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fanfare.testing.ManualLoop;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TickTest {
    private final ManualLoop loop = new ManualLoop();
    private final Tick tick = new Tick(loop);
    private final List<String> done = new ArrayList<>();

    @Test
    void writesThenFlushesThenTells() {
        tick.afterwards(() -> done.add("told"));
        tick.flush(() -> done.add("flushed"));
        tick.write(() -> done.add("written"));

        assertThat(done).isEmpty();
        assertThat(loop.queued()).as("one task a tick").isEqualTo(1);
        loop.turn();
        assertThat(done).containsExactly("written", "flushed", "told");
    }

    @Test
    void flushesWhatItsWritesTouchInTheSameTick() {
        tick.write(() -> {
            done.add("first");
            tick.flush(() -> done.add("flushed"));
        });
        tick.write(() -> done.add("second"));
        loop.turn();
        assertThat(done).containsExactly("first", "second", "flushed");
    }

    @Test
    void flushesAtOnceWhatTheLastWriteTouches() {
        tick.write(() -> {
            tick.flush(() -> done.add("flushed"));
            done.add("written");
        });
        loop.turn();
        assertThat(done).containsExactly("flushed", "written");
    }

    @Test
    void writesAndFlushesWhatAFlushAdds() {
        tick.flush(() -> {
            done.add("flushed");
            tick.write(() -> {
                done.add("written");
                tick.flush(() -> done.add("flushed again"));
            });
        });
        tick.afterwards(() -> done.add("told"));
        loop.turn();
        assertThat(done).containsExactly("flushed", "written", "flushed again", "told");
        assertThat(loop.queued()).isZero();
    }

    @Test
    void whatIsAddedByThoseWhoAreToldIsTheNextTick() {
        tick.afterwards(() -> {
            done.add("told");
            tick.write(() -> done.add("next"));
        });
        loop.turn();
        assertThat(done).containsExactly("told");
        loop.turn();
        assertThat(done).containsExactly("told", "next");
    }
}
