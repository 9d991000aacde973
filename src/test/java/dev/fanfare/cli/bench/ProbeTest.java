package dev.fanfare.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProbeTest {

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path proc;

    @Test
    void readsProcessorTimeOfAProcessWithABracketAndSpacesInItsName() throws IOException, BenchException {
        Files.writeString(proc.resolve("stat"), "42 (a ) b) S 1 42 42 0 -1 4194560 9 8 7 6 150 50 3 4 20 0 5 0 99\n");

        assertThat(new ProcessProbe(proc).cpuMicros()).isEqualTo(2_000_000);
    }

    @Test
    void readsResidentMemory() throws IOException, BenchException {
        Files.writeString(proc.resolve("status"), "Name:\tjava\nVmRSS:\t   12345 kB\nThreads:\t7\n");

        assertThat(new ProcessProbe(proc).residentBytes()).isEqualTo(12_345L * 1024);
    }

    @Test
    void saysWhichProcessIsNotThere() {
        assertThatThrownBy(() -> new ProcessProbe(proc).cpuMicros())
                .isInstanceOf(BenchException.class)
                .hasMessageContaining(proc.toString());
    }

    @Test
    void sumsTheGenerationsOfTheSerialCollector() {
        String info = """
                4242:
                 def new generation   total 9792K, used 1024K [0x1, 0x2, 0x3)
                  eden space 8704K,   9% used [0x1, 0x2, 0x3)
                  from space 1088K,   0% used [0x1, 0x2, 0x3)
                 tenured generation   total 21888K, used 3M [0x1, 0x2, 0x3)
                   the space 21888K,  18% used [0x1, 0x2, 0x3, 0x4)
                 Metaspace       used 11234K, committed 11500K, reserved 1114112K
                  class space    used 1212K, committed 1300K, reserved 1048576K
                """;

        assertThat(JvmProbe.used(info)).hasValue(4L * 1024 * 1024);
    }

    @Test
    void readsTheHeapOfTheG1Collector() {
        assertThat(JvmProbe.used(" garbage-first heap   total 258048K, used 2048K [0x1, 0x2)\n Metaspace used 1K"))
                .hasValue(2L * 1024 * 1024);
        assertThat(JvmProbe.used("nothing of the kind")).isEmpty();
    }
}
