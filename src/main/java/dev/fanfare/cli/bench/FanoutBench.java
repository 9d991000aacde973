package dev.fanfare.cli.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;
import org.HdrHistogram.Histogram;

/** Many subscribers, one publisher among them: what a delivery costs the server, how long it takes, and who got what. */
public final class FanoutBench {

    /** How long after the last message what is still missing may come. */
    private static final Duration DRAIN = Duration.ofSeconds(10);

    /** How long after the last delivery a second copy of it may come. */
    private static final Duration LINGER = Duration.ofMillis(200);

    private final Settings settings;
    private final Load load;
    private final Duration drain;
    private final int run = ThreadLocalRandom.current().nextInt();
    private final ProcessProbe self = new ProcessProbe(ProcessHandle.current().pid());

    public FanoutBench(Settings settings, Load load) {
        this(settings, load, DRAIN);
    }

    FanoutBench(Settings settings, Load load, Duration drain) {
        this.settings = settings;
        this.load = load;
        this.drain = drain;
    }

    /** How things stood at one moment, with what each of the server's processes that are known had used. */
    private record Mark(long time, long deliveries, int sent, List<Long> serverMicros, long selfMicros) {

        double seconds(Mark earlier) {
            return (time - earlier.time) / 1e9;
        }
    }

    /** Connects, warms up, measures, waits for the last messages, and parts. */
    public Report run() throws BenchException, InterruptedException {
        Pace pace = load.drive().pace(settings.threads());
        try (Fleet fleet = new Fleet(
                settings, (dialect, share, wake) -> new Tally(dialect, load.size(), run, pace.arrivals(share, wake)))) {
            fleet.open();
            Publisher publisher = publish(fleet.lead(), pace);
            fleet.rest(load.warmup());
            Mark from = mark(fleet, publisher);
            fleet.ask(loop -> accept(loop, from.time, Long.MAX_VALUE));
            fleet.lead().ask(publisher::lag).join();
            fleet.rest(load.duration());
            Mark until = mark(fleet, publisher);
            fleet.ask(loop -> accept(loop, from.time, until.time));
            int sent = drain(fleet, publisher);
            Report report = report(fleet, publisher, from, until, sent);
            fleet.part();
            return report;
        }
    }

    private Publisher publish(SocketLoop loop, Pace pace) throws BenchException {
        return loop.ask(() -> {
                    Publisher publisher = new Publisher(loop.publisher(), loop.dialect(), pace, load.size(), run);
                    loop.pump(publisher);
                    return publisher;
                })
                .join();
    }

    private static boolean accept(SocketLoop loop, long from, long until) {
        loop.tally().from(from);
        loop.tally().until(until);
        return true;
    }

    private Mark mark(Fleet fleet, Publisher publisher) throws BenchException, InterruptedException {
        int sent = fleet.lead().ask(publisher::sent).join();
        long deliveries = deliveries(fleet);
        List<Long> server = new ArrayList<>();
        for (long pid : settings.serverPids()) {
            server.add(new ProcessProbe(pid).cpuMicros());
        }
        return new Mark(System.nanoTime(), deliveries, sent, server, self.cpuMicros());
    }

    private static long deliveries(Fleet fleet) throws BenchException, InterruptedException {
        return fleet.ask(loop -> loop.tally().deliveries()).stream()
                .mapToLong(Long::longValue)
                .sum();
    }

    private int drain(Fleet fleet, Publisher publisher) throws BenchException, InterruptedException {
        int sent = fleet.lead().ask(publisher::stop).join();
        long expected = (long) sent * settings.connections();
        long deadline = System.nanoTime() + drain.toNanos();
        while (deliveries(fleet) < expected && System.nanoTime() < deadline) {
            fleet.rest(Duration.ofMillis(20));
        }
        fleet.rest(LINGER);
        return sent;
    }

    private Report report(Fleet fleet, Publisher publisher, Mark from, Mark until, int sent)
            throws BenchException, InterruptedException {
        double seconds = until.seconds(from);
        long messages = (long) until.sent - from.sent;
        long deliveries = until.deliveries - from.deliveries;
        Report report = new Report()
                .put("mode", "fanout")
                .put("protocol", settings.dialect().name().toLowerCase(Locale.ROOT))
                .put("compression", settings.offer().compression() ? "permessage-deflate" : "none")
                .put("connections", settings.connections())
                .put("size_bytes", load.size())
                .put("load", load.drive().toString())
                .put("measured_s", seconds)
                .put("messages", messages)
                .put("messages_per_s", Math.round(messages / seconds))
                .put("deliveries", deliveries)
                .put("deliveries_per_s", Math.round(deliveries / seconds));
        latency(report, fleet);
        report.put("send_lag_max_us", fleet.lead().ask(publisher::lag).join() / 1e3);
        account(report, fleet, sent);
        serverCost(report, from, until, messages, deliveries);
        cost(report, "generator", until.selfMicros - from.selfMicros, deliveries, seconds);
        return report;
    }

    private static void latency(Report report, Fleet fleet) throws BenchException, InterruptedException {
        Histogram latency = new Histogram(3);
        fleet.ask(loop -> loop.tally().latency().copy()).forEach(latency::add);
        report.put("latency_of", "every delivery of a message intended in the measured time, from that time on")
                .put("latency_count", latency.getTotalCount())
                .put("p50_us", latency.getValueAtPercentile(50) / 1e3)
                .put("p90_us", latency.getValueAtPercentile(90) / 1e3)
                .put("p99_us", latency.getValueAtPercentile(99) / 1e3)
                .put("p999_us", latency.getValueAtPercentile(99.9) / 1e3)
                .put("max_us", latency.getMaxValue() / 1e3);
    }

    private static void account(Report report, Fleet fleet, int sent) throws BenchException, InterruptedException {
        long lost = 0;
        long doubled = 0;
        long outOfOrder = 0;
        for (long[] loop : fleet.ask(loop -> sums(loop, sent))) {
            lost += loop[0];
            doubled += loop[1];
            outOfOrder += loop[2];
        }
        long foreign = fleet.ask(loop -> loop.tally().foreign()).stream()
                .mapToLong(Long::longValue)
                .sum();
        report.put("messages_in_all", sent)
                .fault("lost", lost)
                .fault("doubled", doubled)
                .put("out_of_order", outOfOrder)
                .put("foreign", foreign);
    }

    private static long[] sums(SocketLoop loop, int sent) {
        long[] sums = new long[3];
        for (Connection connection : loop.listeners()) {
            Ledger ledger = connection.ledger();
            sums[0] += ledger.lost(sent);
            sums[1] += ledger.doubled();
            sums[2] += ledger.outOfOrder();
        }
        return sums;
    }

    /** Of all the server's processes together; where there are several, also of each for a message. */
    private void serverCost(Report report, Mark from, Mark until, long messages, long deliveries)
            throws BenchException {
        int processes = settings.serverPids().size();
        if (processes == 0) {
            return;
        }
        long micros = 0;
        long resident = 0;
        for (int i = 0; i < processes; i++) {
            long used = until.serverMicros.get(i) - from.serverMicros.get(i);
            micros += used;
            resident += new ProcessProbe(settings.serverPids().get(i)).residentBytes();
            if (processes > 1) {
                report.put("server_" + (i + 1) + "_cpu_per_message_us", share(used, messages));
            }
        }
        cost(report, "server", micros, deliveries, until.seconds(from));
        report.put("server_cpu_per_message_us", share(micros, messages));
        report.put("server_resident_bytes", resident);
    }

    private static double share(long micros, long count) {
        return count == 0 ? 0 : (double) micros / count;
    }

    private static void cost(Report report, String who, long micros, long deliveries, double seconds) {
        report.put(who + "_cpu_per_delivery_us", share(micros, deliveries))
                .put(who + "_cpu_percent", micros / seconds / 1e4);
    }
}
