package dev.fanfare.cli.bench;

import java.time.Duration;
import java.util.Locale;
import java.util.OptionalLong;

/** Many sockets on which nothing is said: what opening and keeping one costs the server. */
public final class IdleBench {

    private final Settings settings;
    private final Duration settle;

    /** An experiment that lets the server settle for this long before it looks at its memory. */
    public IdleBench(Settings settings, Duration settle) {
        this.settings = settings;
        this.settle = settle;
    }

    /** The server's memory, after a garbage collection where it has such a thing. */
    private record Memory(OptionalLong heap, long resident) {}

    /** Opens every socket as quickly as the server takes them, keeps them for the settling time, and parts. */
    public Report run() throws BenchException, InterruptedException {
        Pace.Arrivals nobody = sequence -> {};
        try (Fleet fleet = new Fleet(settings, (dialect, share) -> new Tally(dialect, Stamp.LENGTH, 0, nobody))) {
            Report report = new Report()
                    .put("mode", "idle")
                    .put("protocol", settings.dialect().name().toLowerCase(Locale.ROOT))
                    .put("connections", settings.connections());
            if (settings.serverPid().isPresent()) {
                measured(fleet, report, settings.serverPid().getAsLong());
            } else {
                handshakes(fleet, report);
                fleet.rest(settle);
            }
            fleet.part();
            return report;
        }
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
        long start = System.nanoTime();
        fleet.open();
        double seconds = (System.nanoTime() - start) / 1e9;
        report.put("opened_in_s", seconds).put("handshakes_per_s", Math.round(settings.connections() / seconds));
    }

    private static Memory memory(long pid) throws BenchException, InterruptedException {
        OptionalLong heap = new JvmProbe(pid).liveBytes();
        return new Memory(heap, new ProcessProbe(pid).residentBytes());
    }
}
