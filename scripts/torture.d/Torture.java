import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Breaks a cluster on purpose, and accounts for every message; {@code scripts/torture} tells how. It needs a JDK alone, and its
 * WebSockets are its own, so that they can vanish as no library lets them.
 *
 * <p>The {@link Plan} of what breaks is drawn from the seed beforehand. The {@link Site} has what is broken: Redis, the
 * {@link Instance}s, and a {@link Link} between each of them and Redis. {@link Client}s publish and listen on {@link Connection}s to live
 * channels, and tell the {@link Ledger} all that they do and get. {@link Follower}s do it on stored channels, come back with their positions,
 * and tell the {@link Chronicle}, and where they are the {@link Attendance}. These three find what is wrong; they know neither sockets nor
 * processes, and {@link SelfTest} shows with made-up records that they find what they have to.
 */
final class Torture {

    private final Options options;
    private final Findings findings = new Findings(System::nanoTime);
    private final Ledger ledger = new Ledger(System::nanoTime, findings);
    private final long begin = System.nanoTime();

    private Torture(Options options) {
        this.options = options;
    }

    public static void main(String[] arguments) throws Exception {
        Options options;
        try {
            options = Options.parse(arguments);
        } catch (IllegalArgumentException e) {
            System.err.println("torture: " + e.getMessage());
            System.exit(2);
            return;
        }
        System.exit(options.selftest() ? SelfTest.run() + StoredSelfTest.run() : new Torture(options).run());
    }

    private int run() throws Exception {
        Plan plan = Plan.of(options);
        System.out.printf(
                "seed %d: %d instances%s, %d clients, %d followers, %d s%n",
                options.seed(), options.instances(), options.lone() ? " alone" : "", options.clients(), options.followers(), options.seconds());
        plan.faults().forEach(System.out::println);
        Site site = new Site(options, Files.createTempDirectory("fanfare-torture"), ledger, findings);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> clear(site)));
        try {
            site.start();
            play(plan, site);
        } catch (IOException | IllegalStateException e) {
            findings.add("it can't go on: " + e);
        }
        return report(site) ? 0 : 1;
    }

    /** Ends all that was started, and leaves the logs where they are of use. */
    private void clear(Site site) {
        site.close();
        if (findings.count() > 0) {
            System.out.println("the logs are in " + site.folder + "; again: scripts/torture --seed " + options.seed());
            return;
        }
        try (Stream<Path> files = Files.walk(site.folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            System.err.println("torture: can't delete " + site.folder + ": " + e);
        }
    }

    private void play(Plan plan, Site site) throws Exception {
        Random random = new Random(options.seed());
        List<Client> clients = IntStream.range(0, options.clients())
                .mapToObj(number -> new Client(number, site, options.rate(), new Random(random.nextLong())))
                .toList();
        List<Follower> followers = IntStream.range(0, options.followers())
                .mapToObj(number -> new Follower(number, site, new Random(random.nextLong())))
                .toList();
        clients.forEach(site.threads::submit);
        followers.forEach(site.threads::submit);
        site.threads.submit(() -> site.watch());
        long start = System.nanoTime();
        List<CountDownLatch> done = new ArrayList<>();
        for (Fault fault : plan.faults()) {
            CountDownLatch latch = new CountDownLatch(1);
            done.add(latch);
            site.threads.submit(() -> {
                try {
                    site.cause(fault, start);
                } catch (Exception e) {
                    findings.add(fault + " failed: " + e);
                } finally {
                    latch.countDown();
                }
                return null;
            });
        }
        Waits.sleepUntil(start, options.seconds() * 1000L);
        for (CountDownLatch latch : done) {
            latch.await();
        }
        new Finale(site, ledger, clients, followers).run();
    }

    private boolean report(Site site) {
        ledger.report(System.out);
        site.chronicle.report(System.out);
        site.attendance.report(System.out);
        findings.shown().forEach(finding -> System.out.println("FAIL " + finding));
        System.out.printf(
                "%s: seed %d, %d findings, after %d s%n",
                findings.count() == 0 ? "ok" : "FAIL",
                options.seed(),
                findings.count(),
                TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begin));
        return findings.count() == 0;
    }
}
