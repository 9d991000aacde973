package dev.fanfare.it;

import dev.fanfare.testing.Relay;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever clients do, each gets every message once and in order, or is told that it can't, and then that is true. */
abstract class RecoveryPropertyContract {
    private static final int STEPS = 150;

    abstract Relay relay();

    static LongStream seeds() {
        return LongStream.rangeClosed(1, 8);
    }

    @ParameterizedTest(name = "with seed {0}")
    @MethodSource("seeds")
    void anyProgramIsWhatTheModelAllows(long seed) {
        try {
            new RecoveryProgram(relay(), seed).run(STEPS);
        } catch (RuntimeException | AssertionError e) {
            throw new AssertionError("The program of seed " + seed + ": " + e.getMessage(), e);
        }
    }
}
