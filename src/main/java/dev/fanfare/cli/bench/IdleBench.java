package dev.fanfare.cli.bench;

import java.time.Duration;
import java.util.Locale;
import java.util.OptionalLong;

/** Many sockets on which nothing is said: what opening and keeping one costs the server. */
public final class IdleBench {

    private static final int WARMUP_BATCH = 200;

    private final Settings settings;
    private final Duration settle;
    private final int warmup;
    private final ProcessProbe self = new ProcessProbe(ProcessHandle.current().pid());

    /**
     * An experiment that lets the server settle for this long before it looks at its memory, and opens and closes
     * {@code warmup} sockets first: few at a time, so that little of what a server keeps for them outlives them.
     */
    public IdleBench(Settings settings, int warmup, Duration settle) {
        Settings.require("warmup-sockets", warmup, 0, 1_000_000);
        this.settings = settings;
        this.warmup = warmup;
        this.settle = settle;
    }

    /** The server's memory, after a garbage collection where it has such a thing. */
    private record Memory(OptionalLong heap, long resident) {}

    /** Opens every socket as quickly as the server takes them, keeps them for the settling time, and parts. */
    public Report run() throws BenchException, InterruptedException {
        for (int left = warmup; left > 0; left -= WARMUP_BATCH) {
            try (Fleet fleet = fleet(settings.with(Math.max(settings.threads(), Math.min(left, WARMUP_BATCH))))) {
                fleet.open();
                fleet.part();
            }
        }
        try (Fleet fleet = fleet(settings)) {
            Report report = new Report()
                    .put("mode", "idle")
                    .put("protocol", settings.dialect().name().toLowerCase(Locale.ROOT))
                    .put("connections", settings.connections());
            if (!settings.serverPids().isEmpty()) {
                measured(fleet, report, settings.serverPids().get(0));
            } else {
                handshakes(fleet, report);
                fleet.rest(settle);
            }
            fleet.part();
            return report;
        }
    }

    private static Fleet fleet(Settings settings) throws BenchException {
        Pace.Arrivals nobody = sequence -> {};
        return new Fleet(settings, (dialect, share, wake) -> new Tally(dialect, Stamp.LENGTH, 0, nobody));
    }

    private void measured(Fleet fleet, Report report, long pid) throws BenchException, InterruptedException {
        ProcessProbe server = new ProcessProbe(pid);
        Memory before = memory(pid);
        long cpuBefore = server.cpuMicros();
        handshakes(fleet, report);
        report.put("server_cpu_per_handshake_us", (double) (server.cpuMicros() - cpuBefore) / settings.connections());
        fleet.rest(settle);
        report.put("resident_uncollected_bytes", server.residentBytes());
        Memory after = memory(pid);
        report.put("resident_before_bytes", before.resident)
                .put("resident_after_bytes", after.resident)
                .put("resident_per_socket_bytes", (after.resident - before.resident) / settings.connections());
        if (before.heap.isPresent() && after.heap.isPresent()) {
            report.put("heap_before_bytes", before.heap.getAsLong())
                    .put("heap_after_bytes", after.heap.getAsLong())
                    .put(
                            "heap_per_socket_bytes",
                            (after.heap.getAsLong() - before.heap.getAsLong()) / settings.connections());
        }
    }

    private void handshakes(Fleet fleet, Report report) throws BenchException, InterruptedException {
        long cpuBefore = self.cpuMicros();
        long start = System.nanoTime();
        fleet.open();
        double seconds = (System.nanoTime() - start) / 1e9;
        report.put("opened_in_s", seconds)
                .put("handshakes_per_s", Math.round(settings.connections() / seconds))
                .put(
                        "generator_cpu_per_handshake_us",
                        (double) (self.cpuMicros() - cpuBefore) / settings.connections());
    }

    private static Memory memory(long pid) throws BenchException, InterruptedException {
        OptionalLong heap = new JvmProbe(pid).liveBytes();
        return new Memory(heap, new ProcessProbe(pid).residentBytes());
    }
}
