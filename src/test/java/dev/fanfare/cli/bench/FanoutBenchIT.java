package dev.fanfare.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;

class FanoutBenchIT {

    private static final int CONNECTIONS = 7;
    private static final Load.Drive QUICK = new Load.Rate(500);

    private static final Duration SHORT = Duration.ofMillis(200);

    /** For what is lost on purpose it is waited in full. */
    private static final Duration DRAIN = Duration.ofSeconds(3);

    /** Longer than a thread of a busy machine may stand still: something is delivered in it. */
    private static final Duration LONG = Duration.ofSeconds(4);

    @Test
    void findsNothingAmissInARelayThatDeliversEachMessageOnce() throws Exception {
        Report report = bench(n -> new int[] {n}, new Load.Window(8), 3, LONG);

        assertThat(report.sound()).isTrue();
        assertThat(report.get("out_of_order")).isEqualTo(0L);
        assertThat(report.get("foreign")).isEqualTo(0L);
        assertThat((long) report.get("deliveries")).isPositive();
        assertThat((long) report.get("latency_count")).isPositive();
    }

    @Test
    void countsALostMessageOncePerSubscriber() throws Exception {
        Report report = bench(n -> n == 5 ? new int[0] : new int[] {n}, QUICK, 2, SHORT);

        assertThat(report.sound()).isFalse();
        assertThat(report.get("lost")).isEqualTo((long) CONNECTIONS);
        assertThat(report.get("doubled")).isEqualTo(0L);
    }

    @Test
    void countsADoubledMessageOncePerSubscriber() throws Exception {
        Report report = bench(n -> n == 5 ? new int[] {n, n} : new int[] {n}, QUICK, 1, SHORT);

        assertThat(report.sound()).isFalse();
        assertThat(report.get("doubled")).isEqualTo((long) CONNECTIONS);
        assertThat(report.get("lost")).isEqualTo(0L);
    }

    @Test
    void countsAMessageOvertakenByItsSuccessorWithoutCallingItLost() throws Exception {
        Report report = bench(
                n -> switch (n) {
                    case 5 -> new int[0];
                    case 6 -> new int[] {6, 5};
                    default -> new int[] {n};
                },
                QUICK,
                1,
                SHORT);

        assertThat(report.sound()).isTrue();
        assertThat(report.get("out_of_order")).isEqualTo((long) CONNECTIONS);
    }

    @Test
    void aPublisherThatGoesElsewhereIsNotCountedAmongTheListeners() throws Exception {
        try (FaultyRelay listened = new FaultyRelay(n -> new int[] {n});
                FaultyRelay published = new FaultyRelay(listened)) {
            Report report = bench(listened.url(), Optional.of(published.url()), QUICK, 2, SHORT);

            assertThat(report.sound()).isTrue();
            assertThat(report.get("foreign")).isEqualTo(0L);
            assertThat((long) report.get("messages")).isPositive();
            assertThat((long) report.get("deliveries")).isPositive();
        }
    }

    @Test
    void listensToEventStreamsAndPublishesOnASocketBesideThem() throws Exception {
        try (FaultyRelay relay = new FaultyRelay(n -> n == 5 ? new int[] {n, n} : new int[] {n})) {
            Report report = bench(Dialect.Kind.SSE, relay.url(), Optional.of(relay.url()), QUICK, 2, SHORT);

            assertThat(report.get("protocol")).isEqualTo("sse");
            assertThat(report.get("lost")).isEqualTo(0L);
            assertThat(report.get("doubled")).isEqualTo((long) CONNECTIONS);
            assertThat(report.get("foreign")).isEqualTo(0L);
            assertThat((long) report.get("deliveries")).isPositive();
            assertThat((long) report.get("latency_count")).isPositive();
        }
    }

    @Test
    void tellsTheProcessorTimeOfEachServerProcess() throws Exception {
        long pid = ProcessHandle.current().pid();
        try (FaultyRelay relay = new FaultyRelay(n -> new int[] {n})) {
            Report report = bench(relay.url(), Optional.empty(), QUICK, 1, SHORT, pid, pid);

            assertThat(report.get("server_2_cpu_per_message_us"))
                    .isInstanceOf(Double.class)
                    .isEqualTo(report.get("server_1_cpu_per_message_us"));
        }
    }

    @Test
    void endsWithAReasonWhenTheServerIsNotThere() throws IOException {
        String url;
        try (FaultyRelay relay = new FaultyRelay(n -> new int[0])) {
            url = relay.url();
        }

        assertThatThrownBy(() -> bench(url, Optional.empty(), QUICK, 1, SHORT))
                .isInstanceOf(BenchException.class)
                .hasMessageContaining("Connection refused");
    }

    private static Report bench(IntFunction<int[]> fault, Load.Drive drive, int threads, Duration measured)
            throws Exception {
        try (FaultyRelay relay = new FaultyRelay(fault)) {
            return bench(relay.url(), Optional.empty(), drive, threads, measured);
        }
    }

    private static Report bench(
            String url,
            Optional<String> publisher,
            Load.Drive drive,
            int threads,
            Duration measured,
            Long... serverPids)
            throws BenchException, InterruptedException {
        return bench(Dialect.Kind.RAW, url, publisher, drive, threads, measured, serverPids);
    }

    private static Report bench(
            Dialect.Kind dialect,
            String url,
            Optional<String> publisher,
            Load.Drive drive,
            int threads,
            Duration measured,
            Long... serverPids)
            throws BenchException, InterruptedException {
        Settings settings = new Settings(
                Target.of(url, dialect.path()),
                publisher.map(other -> Target.of(other, dialect.publisherPath())),
                dialect,
                new Offer(false, Optional.empty()),
                CONNECTIONS,
                threads,
                3,
                List.of(serverPids));
        Load load = new Load(drive, 128, Duration.ofMillis(50), measured);
        Report report = new FanoutBench(settings, load, DRAIN).run();
        assertThat(report.json()).startsWith("{\"mode\":\"fanout\"");
        assertThat(report.lines()).contains("deliveries per s");
        return report;
    }
}
