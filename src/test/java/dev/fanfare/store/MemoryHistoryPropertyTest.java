package dev.fanfare.store;

import dev.fanfare.protocol.ProtocolException;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class MemoryHistoryPropertyTest {
    @Property(tries = 2_000)
    void doesWhatTheModelDoes(
            @ForAll @Size(max = 100) List<@IntRange(max = 9_999_999) Integer> steps, @ForAll boolean sweeping)
            throws ProtocolException {
        new HistoryProgram(new MemoryBench(1 << 28, sweeping)).run(steps);
    }
}
