import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An instance, which lives again and again, each time on ports that the system chooses. */
final class Instance {
    private static final Pattern LISTENING = Pattern.compile("listening url=\\S+:(\\d+) metrics=(\\S+)\\R");

    final int number;
    private final Site site;
    final Link link;
    private final Path configuration;
    private int lives;
    private Process process;
    /** Null while there is none that takes connections. */
    volatile Life life;

    private volatile boolean ending;

    Instance(int number, Site site) throws IOException {
        this.number = number;
        this.site = site;
        this.link = new Link(site);
        this.configuration = site.folder.resolve("instance-" + number + ".yaml");
        Files.writeString(
                configuration,
                """
            server: {host: 127.0.0.1, port: 0, event-loops: 2}
            metrics: {host: 127.0.0.1, port: 0}
            shutdown: {drain: 300ms}
            channels:
              - {match: "stored:small", history-size: 20}
              - {match: "stored:*", history-size: 500}
              - {match: room, presence: true, join-leave: true}
            """ + (site.options.lone() ? "" : """
            cluster: {redis: "redis://127.0.0.1:%d", publish-timeout: %dms}
            """.formatted(link.port(), Waits.PUBLISH_TIMEOUT.toMillis())));
    }

    void start() throws Exception {
        String name = number + "." + ++lives;
        Path log = site.folder.resolve("instance-" + name + ".log");
        ending = false;
        Process started = site.start(
                log,
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java")
                                .toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-Xmx256m",
                        "-jar",
                        System.getProperty("fanfare.jar"),
                        "serve",
                        "--config-file",
                        configuration.toString()));
        process = started;
        Matcher[] listening = {null};
        boolean listens = Waits.await(Waits.PATIENCE, () -> {
            boolean alive = started.isAlive();
            listening[0] = LISTENING.matcher(Files.readString(log));
            return listening[0].find() || !alive;
        });
        if (!listens || !listening[0].reset().find()) {
            throw new IllegalStateException("instance " + name + " did not start; see " + log);
        }
        started.onExit().thenRun(() -> {
            if (!ending && !site.isOver()) {
                site.ledger.find("instance " + name + " ended by itself with " + started.exitValue());
            }
        });
        life = site.ledger.begins(
                number, name, Integer.parseInt(listening[0].group(1)), URI.create(listening[0].group(2)), log);
    }

    void kill() throws Exception {
        Life ended = leave();
        process.destroyForcibly().waitFor();
        site.ledger.ends(ended);
    }

    void stop() throws Exception {
        Life ended = leave();
        process.destroy();
        if (!process.waitFor(20, TimeUnit.SECONDS)) {
            site.ledger.find(ended + " did not end within 20 s of SIGTERM");
            process.destroyForcibly().waitFor();
        } else if (process.exitValue() != 0) {
            site.ledger.find(ended + " ended with " + process.exitValue() + " after SIGTERM");
        }
        site.ledger.ends(ended);
    }

    private Life leave() throws InterruptedException {
        scrape();
        Life ended = life;
        site.ledger.leaves(ended);
        ending = true;
        life = null;
        return ended;
    }

    void scrape() throws InterruptedException {
        Life now = life;
        if (now != null) {
            try {
                long claim = site.ledger.claim(now);
                site.ledger.scraped(now, claim, site.http.metrics(now));
            } catch (IOException e) {
                // it is going, or it is busy: the next one will do, and the last one has to
            }
        }
    }
}
