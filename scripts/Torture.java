import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Breaks a cluster on purpose, and accounts for every message; {@code scripts/torture} tells how. It is one file that
 * needs a JDK alone, and its WebSockets are its own, so that they can vanish as no library lets them.
 *
 * <p>The {@link Plan} of what breaks is drawn from the seed beforehand. The {@link Site} has what is broken: Redis, the
 * {@link Instance}s, and a {@link Link} between each of them and Redis. {@link Client}s publish and listen on
 * {@link Connection}s, and tell the {@link Ledger} all that they do and get. The ledger is what finds something; it knows
 * neither sockets nor processes, and {@link SelfTest} shows with made-up records that it finds what it has to.
 */
final class Torture {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration PUBLISH_TIMEOUT = Duration.ofSeconds(2);

    private final Options options;
    private final Ledger ledger = new Ledger(System::nanoTime);
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
        System.exit(options.selftest ? SelfTest.run() : new Torture(options).run());
    }

    private int run() throws Exception {
        Plan plan = Plan.of(options);
        System.out.printf(
                "seed %d: %d instances%s, %d clients, %d s%n",
                options.seed, options.instances, options.lone ? " alone" : "", options.clients, options.seconds);
        plan.faults.forEach(System.out::println);
        Site site = new Site(options, Files.createTempDirectory("fanfare-torture"), ledger);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> clear(site)));
        try {
            site.start();
            play(plan, site);
        } catch (IOException | IllegalStateException e) {
            ledger.find("it can't go on: " + e);
        }
        return report() ? 0 : 1;
    }

    /** Ends all that was started, and leaves the logs where they are of use. */
    private void clear(Site site) {
        site.close();
        if (ledger.found() > 0) {
            System.out.println("the logs are in " + site.folder + "; again: scripts/torture --seed " + options.seed);
            return;
        }
        try (Stream<Path> files = Files.list(site.folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
            Files.delete(site.folder);
        } catch (IOException e) {
            System.err.println("torture: can't delete " + site.folder + ": " + e);
        }
    }

    private void play(Plan plan, Site site) throws Exception {
        Random random = new Random(options.seed);
        List<Client> clients = IntStream.range(0, options.clients)
                .mapToObj(number -> new Client(number, site, options.rate, new Random(random.nextLong())))
                .toList();
        clients.forEach(site.threads::submit);
        site.threads.submit(() -> site.watch());
        long start = System.nanoTime();
        List<CountDownLatch> done = new ArrayList<>();
        for (Fault fault : plan.faults) {
            CountDownLatch latch = new CountDownLatch(1);
            done.add(latch);
            site.threads.submit(() -> {
                try {
                    site.cause(fault, start);
                } catch (Exception e) {
                    ledger.find(fault + " failed: " + e);
                } finally {
                    latch.countDown();
                }
                return null;
            });
        }
        sleepUntil(start, options.seconds * 1000L);
        for (CountDownLatch latch : done) {
            latch.await();
        }
        new Finale(site, ledger, clients).run();
    }

    private boolean report() {
        ledger.report(System.out);
        List<String> findings = ledger.findings();
        findings.forEach(finding -> System.out.println("FAIL " + finding));
        System.out.printf(
                "%s: seed %d, %d findings, after %d s%n",
                findings.isEmpty() ? "ok" : "FAIL",
                options.seed,
                ledger.found(),
                TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begin));
        return findings.isEmpty();
    }

    private static void sleepUntil(long start, long millis) throws InterruptedException {
        TimeUnit.NANOSECONDS.sleep(start + TimeUnit.MILLISECONDS.toNanos(millis) - System.nanoTime());
    }

    /** Returns whether it became true in time. */
    private static boolean await(Duration patience, Callable<Boolean> condition) throws Exception {
        long deadline = System.nanoTime() + patience.toNanos();
        while (!condition.call()) {
            if (System.nanoTime() - deadline > 0) {
                return false;
            }
            Thread.sleep(20);
        }
        return true;
    }

    private record Options(
            long seed, int seconds, int instances, int clients, int rate, boolean lone, boolean selftest) {
        static Options parse(String[] arguments) {
            Map<String, Long> values = new HashMap<>(Map.of(
                    "--seed",
                    new Random().nextLong(1_000_000),
                    "--seconds",
                    30L,
                    "--instances",
                    3L,
                    "--clients",
                    12L,
                    "--rate",
                    40L));
            Set<String> flags = new HashSet<>();
            List<String> words = Stream.of(arguments)
                    .flatMap(argument -> Stream.of(argument.split("=", 2)))
                    .toList();
            for (var word = words.iterator(); word.hasNext(); ) {
                String option = word.next();
                if (Set.of("--lone", "--selftest").contains(option)) {
                    flags.add(option);
                } else if (values.containsKey(option) && word.hasNext()) {
                    values.put(option, Long.valueOf(word.next()));
                } else {
                    throw new IllegalArgumentException("not an option, or without its value: " + option);
                }
            }
            boolean lone = flags.contains("--lone");
            return new Options(
                    values.get("--seed"),
                    atLeastOne(values, "--seconds"),
                    lone ? 1 : atLeastOne(values, "--instances"),
                    atLeastOne(values, "--clients"),
                    atLeastOne(values, "--rate"),
                    lone,
                    flags.contains("--selftest"));
        }

        private static int atLeastOne(Map<String, Long> values, String option) {
            long value = values.get(option);
            if (value < 1 || value > 1_000_000) {
                throw new IllegalArgumentException(option + " is not between 1 and 1000000: " + value);
            }
            return (int) value;
        }
    }

    // What breaks

    /** A way to break something, with how long it lasts in milliseconds, and how often it is drawn. */
    private enum Kind {
        KILL("instance", "kill -9 of instance %d, back after %d ms", 0, 1500, 3),
        STOP("instance", "SIGTERM to instance %d, back after %d ms", 0, 1000, 2),
        CUT("link", "instance %d's connections to Redis are cut", 0, 0, 3),
        REFUSE("link", "instance %d can't connect to Redis for %d ms", 200, 5000, 2),
        STALL("link", "instance %d's link to Redis stands still for %d ms", 500, 8000, 3),
        SWALLOW("link", "what goes between instance %d and Redis is swallowed for %d ms, and then cut", 200, 8000, 2),
        SWALLOW_UP("link", "what instance %d sends to Redis is swallowed for %d ms, and then cut", 200, 8000, 2),
        SWALLOW_DOWN("link", "what Redis sends to instance %d is swallowed for %d ms, and then cut", 200, 8000, 2),
        FREEZE("redis", "SIGSTOP of Redis for %2$d ms", 300, 6000, 3),
        CRASH("redis", "kill -9 of Redis, back after %2$d ms", 0, 5000, 3),
        KILL_SUBSCRIBERS("redis", "client kill type pubsub", 0, 0, 3),
        KILL_PUBLISHERS("redis", "client kill type normal", 0, 0, 2);

        /** How long a thing is left alone after a fault of it, in milliseconds. */
        private static final int REST = 2500;

        private final String target;
        private final String text;
        private final int least;
        private final int most;
        private final int weight;

        Kind(String target, String text, int least, int most, int weight) {
            this.target = target;
            this.text = text;
            this.least = least;
            this.most = most;
            this.weight = weight;
        }
    }

    /** Something that breaks, at a time in milliseconds from the start, for so many milliseconds. */
    private record Fault(Kind kind, int instance, int at, int millis) {
        @Override
        public String toString() {
            return "%6.1f s  ".formatted(at / 1e3) + kind.text.formatted(instance, millis);
        }
    }

    /** What breaks when: the same for the same options. Different things may be broken at once. */
    private record Plan(List<Fault> faults) {
        static Plan of(Options options) {
            Random random = new Random(options.seed);
            List<Kind> urn = Stream.of(Kind.values())
                    .filter(kind -> !options.lone || kind.target.equals("instance"))
                    .flatMap(kind -> IntStream.range(0, kind.weight).mapToObj(i -> kind))
                    .toList();
            Map<String, Integer> busyUntil = new HashMap<>();
            List<Fault> faults = new ArrayList<>();
            for (int at = 1500; at < options.seconds * 1000 - 1000; at += 400 + random.nextInt(2600)) {
                Kind kind = urn.get(random.nextInt(urn.size()));
                int instance = 1 + random.nextInt(options.instances);
                int millis = kind.least + random.nextInt(kind.most - kind.least + 1);
                String target = kind.target.equals("redis") ? kind.target : kind.target + instance;
                if (busyUntil.getOrDefault(target, 0) <= at) {
                    faults.add(new Fault(kind, instance, at, millis));
                    busyUntil.put(target, at + millis + Kind.REST);
                }
            }
            return new Plan(faults);
        }
    }

    /** What is broken: Redis, the links to it, and the instances; and the threads that do it. */
    private static final class Site {
        private final Options options;
        private final Path folder;
        private final Ledger ledger;
        private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task);
            thread.setDaemon(true);
            return thread;
        });
        private final Set<Process> processes = ConcurrentHashMap.newKeySet();
        private final Http http = new Http();
        private final List<Instance> instances = new ArrayList<>();
        private final Redis redis;
        private volatile boolean over;

        Site(Options options, Path folder, Ledger ledger) {
            this.options = options;
            this.folder = folder;
            this.ledger = ledger;
            this.redis = new Redis(this);
        }

        void start() throws Exception {
            if (!options.lone) {
                redis.start();
            }
            for (int number = 1; number <= options.instances; number++) {
                instances.add(new Instance(number, this));
            }
            for (Instance instance : instances) {
                instance.start();
            }
        }

        /** Starts a process that is ended with this program at the latest. */
        synchronized Process start(Path log, List<String> command) throws IOException {
            if (over) {
                throw new IllegalStateException("it is over");
            }
            ProcessBuilder builder = new ProcessBuilder(command);
            builder.environment().keySet().removeIf(name -> name.startsWith("FANFARE_"));
            Process process = builder.redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .start();
            processes.removeIf(ended -> !ended.isAlive());
            processes.add(process);
            return process;
        }

        /** Lets a fault happen at its time, and end. */
        void cause(Fault fault, long start) throws Exception {
            sleepUntil(start, fault.at);
            Instance instance = instances.get(fault.instance - 1);
            switch (fault.kind.target) {
                case "instance" -> end(fault, instance);
                case "redis" -> disturb(fault, redis, Ledger.ALL, instance.link);
                default -> disturb(fault, instance.link, instance.number, instance.link);
            }
        }

        private void end(Fault fault, Instance instance) throws Exception {
            synchronized (instance) { // a start may take longer than the plan has it
                if (fault.kind == Kind.KILL) {
                    instance.kill();
                } else {
                    instance.stop();
                }
                Thread.sleep(fault.millis);
                instance.start();
            }
        }

        private void disturb(Fault fault, Object target, int instance, Link link) throws Exception {
            synchronized (target) {
                Ledger.Disturbance disturbance = ledger.disturb(instance);
                try {
                    disturb(fault, link);
                } finally {
                    ledger.healed(disturbance);
                }
            }
        }

        private void disturb(Fault fault, Link link) throws Exception {
            switch (fault.kind) {
                case CUT -> link.cut();
                case REFUSE -> link.stand(Link.Mode.REFUSE, fault.millis, true);
                case STALL -> link.stand(Link.Mode.STALL, fault.millis, false);
                case SWALLOW -> link.stand(Link.Mode.SWALLOW, fault.millis, true);
                case SWALLOW_UP -> link.stand(Link.Mode.SWALLOW_UP, fault.millis, true);
                case SWALLOW_DOWN -> link.stand(Link.Mode.SWALLOW_DOWN, fault.millis, true);
                case FREEZE -> redis.freeze(fault.millis);
                case CRASH -> redis.crash(fault.millis);
                case KILL_SUBSCRIBERS -> redis.command("CLIENT KILL TYPE pubsub");
                case KILL_PUBLISHERS -> redis.command("CLIENT KILL TYPE normal");
                default -> throw new IllegalStateException(fault.toString());
            }
        }

        /** Reads the counters of the instances again and again, and looks for answers that don't come. */
        Void watch() throws InterruptedException {
            while (!over) {
                ledger.checkAnswers();
                for (Instance instance : instances) {
                    instance.scrape();
                }
                Thread.sleep(200);
            }
            return null;
        }

        synchronized void close() {
            ledger.close();
            over = true;
            processes.forEach(Process::destroyForcibly);
            processes.forEach(process -> process.onExit().join());
        }
    }

    /** A real Redis, on a Unix domain socket in the folder of the run. */
    private static final class Redis {
        private final Site site;
        private final UnixDomainSocketAddress address;
        private Process process;

        Redis(Site site) {
            this.site = site;
            this.address = UnixDomainSocketAddress.of(site.folder.resolve("redis.sock"));
        }

        void start() throws Exception {
            Files.deleteIfExists(address.getPath());
            process = site.start(
                    site.folder.resolve("redis.log"),
                    List.of(
                            "redis-server",
                            "--port",
                            "0",
                            "--unixsocket",
                            address.getPath().toString(),
                            "--dir",
                            site.folder.toString(),
                            "--save",
                            "",
                            "--appendonly",
                            "no"));
            if (!Torture.await(PATIENCE, () -> answers())) {
                throw new IllegalStateException("Redis did not start; see " + site.folder.resolve("redis.log"));
            }
        }

        private boolean answers() {
            try {
                return command("PING").startsWith("+PONG");
            } catch (IOException e) {
                return false;
            }
        }

        /** Sends an inline command, and returns the beginning of the answer. */
        String command(String command) throws IOException {
            try (SocketChannel channel = connect()) {
                channel.write(StandardCharsets.US_ASCII.encode(command + "\r\n"));
                ByteBuffer answer = ByteBuffer.allocate(256);
                channel.read(answer);
                return StandardCharsets.US_ASCII.decode(answer.flip()).toString();
            }
        }

        SocketChannel connect() throws IOException {
            SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
            try {
                channel.connect(address);
                return channel;
            } catch (IOException e) {
                channel.close();
                throw e;
            }
        }

        void freeze(int millis) throws Exception {
            signal("STOP");
            Thread.sleep(millis);
            signal("CONT");
        }

        private void signal(String name) throws Exception {
            new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid()))
                    .start()
                    .waitFor();
        }

        void crash(int millis) throws Exception {
            process.destroyForcibly().waitFor();
            Thread.sleep(millis);
            start();
        }
    }

    /** What stands between an instance and Redis, and lets through what it likes. */
    private static final class Link {
        enum Mode {
            PASS,
            STALL,
            SWALLOW,
            SWALLOW_UP,
            SWALLOW_DOWN,
            REFUSE
        }

        private final Site site;
        private final ServerSocketChannel listener =
                ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        private final Set<SocketChannel> connections = ConcurrentHashMap.newKeySet();
        private volatile Mode mode = Mode.PASS;

        Link(Site site) throws IOException {
            this.site = site;
            site.threads.submit(() -> accept());
        }

        int port() {
            return listener.socket().getLocalPort();
        }

        private Void accept() throws IOException {
            while (true) {
                SocketChannel instance = listener.accept();
                if (mode == Mode.REFUSE) {
                    reset(instance);
                    continue;
                }
                try {
                    SocketChannel redis = site.redis.connect();
                    connections.add(instance);
                    site.threads.submit(() -> pump(instance, redis, true));
                    site.threads.submit(() -> pump(redis, instance, false));
                } catch (IOException e) {
                    reset(instance); // Redis is down
                }
            }
        }

        /** Carries bytes one way until either end is gone, and then ends both. */
        private void pump(SocketChannel from, SocketChannel to, boolean up) {
            ByteBuffer buffer = ByteBuffer.allocate(16 * 1024);
            try (from;
                    to) {
                while (from.read(buffer.clear()) >= 0) {
                    while (mode == Mode.STALL) {
                        Thread.sleep(5);
                    }
                    if (!swallows(up)) {
                        to.write(buffer.flip());
                    }
                }
            } catch (IOException | InterruptedException e) {
                // either end is gone
            }
            connections.remove(up ? from : to);
        }

        private boolean swallows(boolean up) {
            return mode == Mode.SWALLOW || mode == (up ? Mode.SWALLOW_UP : Mode.SWALLOW_DOWN);
        }

        /** Stays in a mode for a time; what then is cut was in no state to go on. */
        void stand(Mode other, int millis, boolean cut) throws InterruptedException {
            mode = other;
            if (other == Mode.REFUSE) {
                cut();
            }
            Thread.sleep(millis);
            if (cut) {
                cut();
            }
            mode = Mode.PASS;
        }

        void cut() {
            connections.forEach(Link::reset);
        }

        private static void reset(SocketChannel connection) {
            try {
                connection.setOption(StandardSocketOptions.SO_LINGER, 0);
                connection.close();
            } catch (IOException e) {
                // it is gone already
            }
        }
    }

    /** An instance, which lives again and again, each time on ports that the system chooses. */
    private static final class Instance {
        private static final Pattern LISTENING = Pattern.compile("listening url=\\S+:(\\d+) metrics=(\\S+)\\R");

        private final int number;
        private final Site site;
        private final Link link;
        private final Path configuration;
        private int lives;
        private Process process;
        /** Null while there is none that takes connections. */
        private volatile Life life;

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
                """ + (site.options.lone ? "" : """
                cluster: {redis: "redis://127.0.0.1:%d", publish-timeout: %dms}
                """.formatted(link.port(), PUBLISH_TIMEOUT.toMillis())));
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
            boolean listens = Torture.await(PATIENCE, () -> {
                boolean alive = started.isAlive();
                listening[0] = LISTENING.matcher(Files.readString(log));
                return listening[0].find() || !alive;
            });
            if (!listens || !listening[0].reset().find()) {
                throw new IllegalStateException("instance " + name + " did not start; see " + log);
            }
            started.onExit().thenRun(() -> {
                if (!ending && !site.over) {
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

    private static final class Http {
        private final HttpClient client =
                HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

        HttpResponse<String> get(Life life, String path) throws IOException, InterruptedException {
            HttpRequest request = HttpRequest.newBuilder(life.metrics.resolve(path))
                    .version(HttpClient.Version.HTTP_1_1)
                    .timeout(Duration.ofSeconds(5))
                    .build();
            return client.send(request, HttpResponse.BodyHandlers.ofString());
        }

        /** Returns each of Fanfare's metrics by its name and labels. */
        Map<String, Double> metrics(Life life) throws IOException, InterruptedException {
            return get(life, "/metrics")
                    .body()
                    .lines()
                    .filter(line -> line.startsWith("fanfare_"))
                    .collect(Collectors.toMap(
                            line -> line.substring(0, line.lastIndexOf(' ')),
                            line -> Double.valueOf(line.substring(line.lastIndexOf(' ') + 1))));
        }
    }

    /** The end, when nothing breaks any more: all heals, everybody hears from everybody, and nothing is left behind. */
    private record Finale(Site site, Ledger ledger, List<Client> clients) {
        void run() throws Exception {
            long begin = System.nanoTime();
            for (Instance instance : site.instances) {
                if (!Torture.await(PATIENCE, () -> isReady(instance.life))) {
                    ledger.find(instance.life + " is not ready " + PATIENCE.toSeconds() + " s after the last fault");
                }
            }
            System.out.printf(
                    "all are ready %.1f s after the last fault had ended%n", (System.nanoTime() - begin) / 1e9);
            clients.forEach(Client::rest);
            for (Client client : clients) {
                client.awaitRest();
            }
            List<Connection> connections = new ArrayList<>();
            for (Instance instance : site.instances) {
                Connection connection = Connection.open(ledger, instance.life, Ledger.EVERYBODY);
                connections.add(connection);
                site.threads.submit(connection::read);
                for (int channel = 1; channel < Ledger.CHANNELS.size(); channel++) {
                    connection.subscribe(channel);
                }
            }
            Thread.sleep(500);
            for (Connection connection : connections) {
                for (int channel = 0; channel < Ledger.CHANNELS.size(); channel++) {
                    connection.publish(channel, true);
                }
                connection.ping();
            }
            Torture.await(PATIENCE, () -> ledger.lagging(connections).isEmpty());
            ledger.lagging(connections).forEach(ledger::find);
            for (Instance instance : site.instances) {
                if (!Torture.await(PATIENCE, () -> connected(instance.life) == ledger.open(instance.life))) {
                    ledger.find("%s says that %d clients are connected, and %d are"
                            .formatted(instance.life, connected(instance.life), ledger.open(instance.life)));
                }
            }
            ledger.settle();
            for (Instance instance : site.instances) {
                instance.scrape();
            }
            ledger.account();
            for (Instance instance : site.instances) {
                instance.stop();
            }
            ledger.readLogs();
        }

        private boolean isReady(Life life) throws InterruptedException {
            try {
                return site.http.get(life, "/ready").statusCode() == 200;
            } catch (IOException e) {
                return false;
            }
        }

        private long connected(Life life) throws Exception {
            Map<String, Double> metrics = site.http.metrics(life);
            return Math.round(metrics.get("fanfare_connected_clients{protocol=\"raw\"}")
                    + metrics.get("fanfare_connected_clients{protocol=\"json\"}"));
        }
    }

    // Who publishes and listens

    /** Somebody with one connection after the other. Every third is raw; every other stays as long as it may. */
    private static final class Client implements Callable<Void> {
        private final Site site;
        private final Random random;
        private final boolean raw;
        private final boolean stays;
        private final int pause;
        private final CountDownLatch resting = new CountDownLatch(1);
        private volatile boolean rest;

        Client(int number, Site site, int rate, Random random) {
            this.site = site;
            this.random = random;
            this.raw = number % 3 == 2;
            this.stays = number % 2 == 0;
            this.pause = Math.max(1, 2 * 1000 / rate);
        }

        /** Does no more, but goes on listening. */
        void rest() {
            rest = true;
        }

        /** Waits until nothing of it is under way any more. */
        void awaitRest() throws InterruptedException {
            if (!resting.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                site.ledger.find("a client got stuck in what it sent");
            }
        }

        @Override
        public Void call() throws InterruptedException {
            while (!rest) {
                Life life = site.instances.get(random.nextInt(site.instances.size())).life;
                if (life == null) {
                    Thread.sleep(50);
                    continue;
                }
                try {
                    int channel = raw ? Ledger.RAW.get(random.nextInt(Ledger.RAW.size())) : Ledger.EVERYBODY;
                    Connection connection = Connection.open(site.ledger, life, channel);
                    site.threads.submit(connection::read);
                    live(connection);
                } catch (IOException e) {
                    Thread.sleep(20); // the instance went away, which its connection has told the ledger
                }
            }
            resting.countDown();
            return null;
        }

        private void live(Connection connection) throws IOException, InterruptedException {
            long end =
                    System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(stays ? 3_600_000 : 300 + random.nextInt(5000));
            for (int i = 0; !raw && i < 4; i++) {
                connection.subscribe(1 + random.nextInt(Ledger.CHANNELS.size() - 1));
            }
            while (!rest && System.nanoTime() - end < 0) {
                if (raw) {
                    connection.publish(connection.session.channel, false);
                } else {
                    act(connection);
                }
                Thread.sleep(random.nextInt(pause));
            }
            if (rest) {
                connection.settle();
            } else if (random.nextBoolean()) {
                connection.vanish();
            } else {
                connection.close();
            }
        }

        private void act(Connection connection) throws IOException, InterruptedException {
            int draw = random.nextInt(100);
            int channel = 1 + random.nextInt(Ledger.CHANNELS.size() - 1);
            if (draw < 2) {
                connection.publish(Ledger.EVERYBODY, random.nextBoolean());
            } else if (draw < 4) {
                connection.ping();
            } else if (draw < (stays ? 5 : 10)) {
                connection.unsubscribe(channel);
            } else if (draw < (stays ? 7 : 15)) {
                connection.subscribe(channel);
            } else if (draw < 20) {
                for (int i = 0; i < 10; i++) {
                    connection.publish(channel, random.nextBoolean());
                }
            } else {
                connection.publish(channel, draw < 75);
            }
        }
    }

    /** A WebSocket. One thread acts on it, another reads it. */
    private static final class Connection {
        private static final Duration SLOWEST = PUBLISH_TIMEOUT.multipliedBy(3).plusSeconds(20);

        private static final int TEXT = 1;
        private static final int BINARY = 2;
        private static final int CLOSE = 8;
        private static final int PING = 9;
        private static final int PONG = 10;
        private static final int FIN = 0x80;
        private static final int MASKED = 0x80;

        private final Ledger ledger;
        private final Socket socket;
        private final DataInputStream in;
        private Session session;

        private Connection(Ledger ledger, Socket socket) throws IOException {
            this.ledger = ledger;
            this.socket = socket;
            this.in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), 16 * 1024));
        }

        /** Connects to a raw channel, or with EVERYBODY for JSON. What comes is read once {@link #read} runs. */
        static Connection open(Ledger ledger, Life life, int channel) throws IOException {
            Socket socket = new Socket();
            try {
                socket.setTcpNoDelay(true);
                socket.setSoTimeout(10_000);
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), life.port), 5_000);
                Connection connection = new Connection(ledger, socket);
                connection.shakeHands(channel == Ledger.EVERYBODY ? "/ws" : "/raw/" + Ledger.CHANNELS.get(channel));
                socket.setSoTimeout(0);
                connection.session = ledger.opens(life, channel);
                return connection;
            } catch (IOException e) {
                socket.close();
                throw e;
            }
        }

        private void shakeHands(String path) throws IOException {
            socket.getOutputStream().write("""
                GET %s HTTP/1.1\r
                Host: 127.0.0.1\r
                Upgrade: websocket\r
                Connection: Upgrade\r
                Sec-WebSocket-Version: 13\r
                Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
                \r
                """.formatted(path).getBytes(StandardCharsets.US_ASCII));
            ByteArrayOutputStream head = new ByteArrayOutputStream();
            while (!head.toString(StandardCharsets.US_ASCII).endsWith("\r\n\r\n")) {
                head.write(in.readUnsignedByte());
            }
            if (!head.toString(StandardCharsets.US_ASCII).startsWith("HTTP/1.1 101 ")) {
                throw new IOException("refused");
            }
        }

        void publish(int channel, boolean answered) throws IOException {
            Ledger.Publishing publishing = ledger.publishes(session, channel, answered);
            Content content = publishing.content();
            if (session.isRaw()) {
                send(content.isBinary() ? BINARY : TEXT, content.bytes());
            } else {
                command("publish", channel, publishing.id(), ",\"data\":" + content.spelled());
            }
        }

        void subscribe(int channel) throws IOException, InterruptedException {
            ask("subscribe", channel);
        }

        void unsubscribe(int channel) throws IOException, InterruptedException {
            ask("unsubscribe", channel);
        }

        private void ask(String type, int channel) throws IOException, InterruptedException {
            long id = ledger.asks(session, type, channel);
            command(type, channel, id, "");
            awaitAnswer(id);
        }

        void ping() throws IOException, InterruptedException {
            long id = ledger.asks(session, "ping", Ledger.EVERYBODY);
            command("ping", Ledger.EVERYBODY, id, "");
            awaitAnswer(id);
        }

        private void awaitAnswer(long id) throws IOException, InterruptedException {
            if (!ledger.awaitAnswer(session, id, SLOWEST)) {
                vanish(); // the ledger has found it by now
                throw new IOException("no answer");
            }
        }

        private void command(String type, int channel, long id, String more) throws IOException {
            String command = "{\"type\":\"" + type + '"'
                    + (channel == Ledger.EVERYBODY ? "" : ",\"channel\":\"" + Ledger.CHANNELS.get(channel) + '"')
                    + (id == 0 ? "" : ",\"id\":" + id)
                    + more + '}';
            send(TEXT, command.getBytes(StandardCharsets.UTF_8));
        }

        /** Waits until all that was sent has been carried out. */
        void settle() throws IOException, InterruptedException {
            if (!session.isRaw()) {
                ping();
            } else {
                publish(session.channel, false);
                if (!ledger.awaitEcho(session, SLOWEST)) {
                    ledger.find(
                            session + " has not got back what it published last, after " + SLOWEST.toSeconds() + " s");
                }
            }
        }

        /** Ends TCP with a reset. */
        void vanish() {
            ledger.closes(session);
            try {
                socket.setSoLinger(true, 0);
                socket.close();
            } catch (IOException e) {
                // it is gone already
            }
        }

        /** Closes as one should, and waits for the other end. */
        void close() throws IOException, InterruptedException {
            ledger.closes(session);
            send(CLOSE, new byte[] {1000 >>> 8, (byte) (1000 & 0xff)});
            if (!ledger.awaitEnd(session, Duration.ofSeconds(20))) {
                ledger.find(session + " was not answered when it closed");
                vanish();
            }
        }

        private void send(int opcode, byte[] payload) throws IOException {
            ByteBuffer frame = ByteBuffer.allocate(payload.length + 14).put((byte) (FIN | opcode));
            if (payload.length < 126) {
                frame.put((byte) (MASKED | payload.length));
            } else {
                frame.put((byte) (MASKED | 126)).putShort((short) payload.length);
            }
            byte[] mask = {(byte) 0x5a, (byte) 0x96, (byte) 0x0f, (byte) payload.length};
            frame.put(mask);
            for (int i = 0; i < payload.length; i++) {
                frame.put((byte) (payload[i] ^ mask[i & 3]));
            }
            synchronized (this) {
                socket.getOutputStream().write(frame.array(), 0, frame.position());
            }
        }

        /** Reads until the end, whatever it is. */
        void read() {
            String end;
            try (socket) {
                end = readFrames();
            } catch (EOFException e) {
                end = "cut";
            } catch (IOException e) {
                end = "reset";
            } catch (RuntimeException e) {
                ledger.find(session + " got what it can't read: " + e);
                end = "unreadable";
            }
            ledger.ended(session, end);
        }

        private String readFrames() throws IOException {
            while (true) {
                int first = in.readUnsignedByte();
                int length = in.readUnsignedByte();
                if (length == 126) {
                    length = in.readUnsignedShort();
                } else if (length == 127) {
                    length = Math.toIntExact(in.readLong());
                }
                byte[] payload = new byte[length];
                in.readFully(payload);
                switch (first) {
                    case FIN | TEXT -> text(new String(payload, StandardCharsets.UTF_8));
                    case FIN | BINARY -> deliver(Content.ofBytes(payload), Optional.empty());
                    case FIN | CLOSE -> {
                        return closed(payload);
                    }
                    case FIN | PING -> send(PONG, payload);
                    default -> throw new IllegalStateException("a frame that begins with " + first);
                }
            }
        }

        private String closed(byte[] payload) throws IOException {
            ByteBuffer body = ByteBuffer.wrap(payload);
            String code = body.remaining() < 2 ? "no code" : String.valueOf(body.getShort() & 0xffff);
            send(CLOSE, payload);
            return (code + " " + StandardCharsets.UTF_8.decode(body)).strip();
        }

        private void text(String text) {
            if (session.isRaw()) {
                deliver(Content.ofText(text), Optional.empty());
                return;
            }
            Map<String, String> members = Json.members(text);
            String type = Json.unquoted(members.get("type"));
            if (type.equals("event")) {
                Content content = members.containsKey("encoding")
                        ? Content.ofBytes(Base64.getDecoder().decode(Json.unquoted(members.get("data"))))
                        : Content.ofData(members.get("data"));
                deliver(
                        content,
                        Optional.of(members.containsKey("channel") ? Json.unquoted(members.get("channel")) : ""));
            } else {
                ledger.answered(
                        session,
                        Long.parseLong(members.getOrDefault("id", "0")),
                        type.equals("error") ? "error " + Json.unquoted(members.get("code")) : type,
                        "true".equals(members.get("local")));
            }
        }

        private void deliver(Content content, Optional<String> channel) {
            boolean wrongChannel = channel.isPresent() && !channel.get().equals(Ledger.CHANNELS.get(content.channel));
            ledger.delivered(session, content, wrongChannel);
        }
    }

    /**
     * What a message says: all of it follows from who published it, where, and as which of his messages there, which
     * stand at its beginning.
     *
     * @param intact whether what came is what that publisher sent
     */
    private record Content(boolean raw, int session, int channel, int number, boolean intact) {
        private static final Pattern HEAD = Pattern.compile("([rj])(\\d{1,9}):(\\d{1,9}):(\\d{1,9});");
        private static final String[] SYLLABLES = {
            "fan", "fare ", "\"", "\\", "\n", "\t", "\u0001", "ä", "\u20ac", "🎺", "/", "{", "<", "\u007f", "0123456789"
        };

        /** What somebody publishes. */
        Content(boolean raw, int session, int channel, int number) {
            this(raw, session, channel, number, true);
        }

        static Content ofText(String text) {
            Content content = read(text);
            return content.with(!content.isBinary() && text.equals(content.text()));
        }

        static Content ofBytes(byte[] bytes) {
            Content content = read(new String(bytes, StandardCharsets.ISO_8859_1));
            return content.with(content.isBinary() && Arrays.equals(bytes, content.bytes()));
        }

        /** Reads data as it stands in an event: what was published in JSON has to be spelled as it was. */
        static Content ofData(String data) {
            Content content = read(data);
            return content.with(!content.isBinary()
                    && (content.raw ? Json.unquoted(data).equals(content.text()) : data.equals(content.spelled())));
        }

        private static Content read(String text) {
            Matcher head = HEAD.matcher(text.substring(0, Math.min(text.length(), 60)));
            if (!head.find()) {
                return new Content(false, -1, 0, -1, false);
            }
            return new Content(
                    head.group(1).equals("r"),
                    Integer.parseInt(head.group(2)),
                    Integer.parseInt(head.group(3)),
                    Integer.parseInt(head.group(4)),
                    false);
        }

        private Content with(boolean isIntact) {
            return new Content(raw, session, channel, number, isIntact);
        }

        boolean isBinary() {
            return raw && number % 3 == 2;
        }

        private boolean isObject() {
            return !raw && number % 5 == 4;
        }

        private Random random() {
            return new Random(number * 1_000_003L + session * 31L + channel);
        }

        private String head() {
            return "%c%d:%d:%d;".formatted(raw ? 'r' : 'j', session, channel, number);
        }

        private String said() {
            Random random = random();
            StringBuilder said = new StringBuilder(head());
            for (int left = number % 50 == 49 ? 2000 : random.nextInt(40); left > 0; left--) {
                said.append(SYLLABLES[random.nextInt(SYLLABLES.length)]);
            }
            return said.toString();
        }

        /** As a raw socket gets it, unless it is binary. */
        String text() {
            return isObject() ? spelled() : said();
        }

        /** As it is published in JSON. */
        String spelled() {
            String quoted = Json.quoted(said(), number % 2 == 0);
            return isObject() ? "{ \"m\" : " + quoted + ",\"x\":[1.50 ,1e3],\"m2\":null }" : quoted;
        }

        /** As it is published on a raw socket. */
        byte[] bytes() {
            if (!isBinary()) {
                return text().getBytes(StandardCharsets.UTF_8);
            }
            byte[] bytes = new byte[30 + random().nextInt(300)];
            random().nextBytes(bytes);
            byte[] head = head().getBytes(StandardCharsets.US_ASCII);
            System.arraycopy(head, 0, bytes, 0, head.length);
            return bytes;
        }

        @Override
        public String toString() {
            return "message " + head();
        }
    }

    // What is right

    /** One run of an instance, from its start to its end. */
    private static final class Life {
        /** How many of a channel's messages are remembered with the one before them. */
        private static final int REMEMBERED = 20_000;

        private final int instance;
        private final String name;
        private final int port;
        private final URI metrics;
        private final Path log;
        private final Set<Reach> lacking = new HashSet<>();
        private final Map<Integer, Map<Long, Long>> before = new HashMap<>();
        private final Map<Integer, Held> held = new HashMap<>();
        /** When the first message to a channel was sent to this instance. */
        private final Map<Integer, Long> firstSentAt = new HashMap<>();

        private boolean leaving;
        private boolean ended;
        private long sent;
        private long local;
        private int open;
        private long missed;
        private long dropped;

        Life(int instance, String name, int port, URI metrics, Path log) {
            this.instance = instance;
            this.name = name;
            this.port = port;
            this.metrics = metrics;
            this.log = log;
        }

        /** Notes which message came before this one, and returns which it was when another listener got this one. */
        Long before(int channel, long message, long previous) {
            return before.computeIfAbsent(channel, c -> new LinkedHashMap<>() {
                        private static final long serialVersionUID = 1;

                        @Override
                        protected boolean removeEldestEntry(Map.Entry<Long, Long> eldest) {
                            return size() > REMEMBERED;
                        }
                    })
                    .putIfAbsent(message, previous);
        }

        @Override
        public String toString() {
            return "instance " + name;
        }
    }

    /** A channel that an instance has had listeners of without a break, so that it has been subscribed to it all the time. */
    private static final class Held {
        private final long since;
        private final Map<Life, Long> heardFrom = new HashMap<>();
        private int windows;

        Held(long since) {
            this.since = since;
        }
    }

    /** What the ledger knows of a client's connection. */
    private static final class Session {
        private final int number;
        private final Life life;
        private final int channel;
        private final Deque<Pending> pending = new ArrayDeque<>();
        private final Map<Integer, Window> windows = new HashMap<>();
        /** The last message of each stream that came in windows which are closed, by channel. */
        private final Map<Integer, Map<Publications, Integer>> earlier = new HashMap<>();

        private final Map<Integer, Publications> publications = new HashMap<>();
        private long ids;
        private long answered;
        /** What was sent up to then has been carried out. */
        private long carriedOutUntil = Long.MIN_VALUE;

        private boolean closing;
        private boolean ended;
        private boolean reported;

        Session(int number, Life life, int channel) {
            this.number = number;
            this.life = life;
            this.channel = channel;
        }

        boolean isRaw() {
            return channel != Ledger.EVERYBODY;
        }

        @Override
        public String toString() {
            return "session " + number + (isRaw() ? " (raw" : " (json") + ", " + life + ")";
        }
    }

    /** A command whose answer has not come; {@code publications} is null unless it publishes. */
    private record Pending(long id, String type, int channel, Publications publications, int number, long sentAt) {}

    /** The time for which a session is subscribed to a channel: from the answer that says so to the one that ends it. */
    private static final class Window {
        private final Session session;
        private final int channel;
        private final long openedAt;
        private final Held held;
        private final Map<Publications, Integer> last = new HashMap<>();
        private long previous = -1;
        private boolean closing;

        Window(Session session, int channel, long openedAt) {
            this.session = session;
            this.channel = channel;
            this.openedAt = openedAt;
            this.held = session.life.held.computeIfAbsent(channel, to -> new Held(openedAt));
            held.windows++;
        }

        /** From here on the instance may forget the channel, and what it heard on it; not that of broadcasts. */
        void close() {
            if (!closing) {
                closing = true;
                held.windows--;
                if (held.windows == 0 && channel != Ledger.EVERYBODY) {
                    session.life.held.remove(channel, held);
                }
            }
        }
    }

    private enum Fate {
        PENDING,
        SILENT,
        CONFIRMED,
        LOCAL,
        REFUSED
    }

    /** What one session published to one channel. */
    private static final class Publications {
        private final Session publisher;
        private final int channel;
        private final Map<Life, Reach> reaches = new HashMap<>();
        private int count;
        private long[] sentAt = new long[16];
        private byte[] fates = new byte[16];

        Publications(Session publisher, int channel) {
            this.publisher = publisher;
            this.channel = channel;
        }

        int add(Fate fate, long now) {
            if (count == fates.length) {
                sentAt = Arrays.copyOf(sentAt, 2 * count);
                fates = Arrays.copyOf(fates, 2 * count);
            }
            sentAt[count] = now;
            fates[count] = (byte) fate.ordinal();
            return count++;
        }

        Fate fate(int number) {
            return Fate.values()[fates[number]];
        }

        boolean wasCarriedOut(int number) {
            return sentAt[number] <= publisher.carriedOutUntil;
        }

        /** The first that was sent at that time or later. */
        int firstSince(long time) {
            int found = Arrays.binarySearch(sentAt, 0, count, time);
            return found < 0 ? -found - 1 : found;
        }

        Reach reach(Life life) {
            return reaches.computeIfAbsent(life, to -> new Reach(this, to));
        }

        long code(int number) {
            return ((long) publisher.number << 32) | number;
        }

        String message(int number) {
            return new Content(publisher.isRaw(), publisher.number, channel, number).toString();
        }
    }

    /** Which of a session's publications came to listeners of an instance. */
    private static final class Reach {
        private final Publications publications;
        private final Life life;
        /** Came to one. */
        private final BitSet got = new BitSet();
        /** One got later ones without it, and the instance had heard of its origin before it, so that it could count. */
        private final BitSet lacked = new BitSet();
        /** One lacked it, but the instance could not know. */
        private final BitSet unknown = new BitSet();

        Reach(Publications publications, Life life) {
            this.publications = publications;
            this.life = life;
        }
    }

    /** All that was sent and got, and what is wrong with it. One lock guards it, so it has one order of events. */
    private static final class Ledger {
        /** For every instance. */
        static final int ALL = 0;
        /** The channel of broadcasts. */
        static final int EVERYBODY = 0;

        static final List<String> CHANNELS =
                List.of("", "json", "json:a.B-c_d", "j".repeat(256), "quiet", "relay", "raw:1", "raw:2");
        static final List<Integer> RAW = List.of(5, 6, 7);

        /** How a session may end while its instance does, and else. */
        private static final Pattern AT_AN_END = Pattern.compile("cut|reset|1001 retry after \\d+ ms|4001.*");

        private static final Pattern SLOW = Pattern.compile("4001.*");
        private static final int SHOWN = 20;
        private static final long MARGIN = TimeUnit.SECONDS.toNanos(5);
        /** Times that instances compare are in milliseconds, and some of them lie a little ahead. */
        private static final long TICK = TimeUnit.MILLISECONDS.toNanos(50);

        /** How long before its effect ends a disturbance may have ended: detection and backoff. */
        private static final long HEALING = TimeUnit.SECONDS.toNanos(12);

        /** A time in which the link of an instance, or of all, was not to be relied on. */
        static final class Disturbance {
            private final int instance;
            private final long from;
            private long to = Long.MAX_VALUE;

            Disturbance(int instance, long from) {
                this.instance = instance;
                this.from = from;
            }
        }

        /** A message that is about to be sent; id 0 is none. */
        record Publishing(Content content, long id) {}

        private final LongSupplier clock;
        private final long start;
        private final List<Life> lives = new ArrayList<>();
        private final Map<Integer, Session> sessions = new HashMap<>();
        private final List<Disturbance> disturbances = new ArrayList<>();
        private final List<String> findings = new ArrayList<>();
        private final Map<String, Long> ends = new TreeMap<>();
        private final Map<String, Long> tally = new LinkedHashMap<>();
        private boolean closed;
        private long found;
        private long published;
        private long deliveries;
        private long slowest;

        Ledger(LongSupplier clock) {
            this.clock = clock;
            this.start = clock.getAsLong();
        }

        // Findings

        /** Finds nothing more: what breaks from here on is breaking off. */
        synchronized void close() {
            closed = true;
        }

        synchronized void find(String what) {
            if (closed) {
                return;
            }
            found++;
            if (findings.size() < SHOWN) {
                findings.add("%.3f s: %s".formatted((clock.getAsLong() - start) / 1e9, what));
            }
        }

        synchronized List<String> findings() {
            return List.copyOf(findings);
        }

        synchronized long found() {
            return found;
        }

        // Instances and their links

        synchronized Life begins(int instance, String name, int port, URI metrics, Path log) {
            Life life = new Life(instance, name, port, metrics, log);
            lives.add(life);
            return life;
        }

        /** From here on its sessions are cut, or told to go. */
        synchronized void leaves(Life life) {
            life.leaving = true;
        }

        synchronized void ends(Life life) {
            life.ended = true;
        }

        synchronized Disturbance disturb(int instance) {
            Disturbance disturbance = new Disturbance(instance, clock.getAsLong());
            disturbances.add(disturbance);
            return disturbance;
        }

        synchronized void healed(Disturbance disturbance) {
            disturbance.to = clock.getAsLong() + HEALING;
        }

        /** Whether a message that was sent then may have come to harm on an instance's link. */
        private boolean harmed(Life life, long sentAt) {
            return disturbed(life, sentAt, sentAt + PUBLISH_TIMEOUT.toNanos() + MARGIN);
        }

        private boolean disturbed(Life life, long from, long to) {
            return disturbances.stream()
                    .anyMatch(disturbance -> (disturbance.instance == ALL || disturbance.instance == life.instance)
                            && disturbance.from <= to
                            && disturbance.to >= from);
        }

        // Sessions and their commands

        /** A session was opened: on a raw channel, or with EVERYBODY in JSON. */
        synchronized Session opens(Life life, int channel) {
            long now = clock.getAsLong();
            Session session = new Session(sessions.size() + 1, life, channel);
            sessions.put(session.number, session);
            life.open++;
            session.windows.put(EVERYBODY, new Window(session, EVERYBODY, now));
            if (session.isRaw()) {
                session.windows.put(channel, new Window(session, channel, now));
            }
            return session;
        }

        synchronized Publishing publishes(Session session, int channel, boolean answered) {
            long now = clock.getAsLong();
            Publications publications =
                    session.publications.computeIfAbsent(channel, to -> new Publications(session, to));
            int number = publications.add(answered ? Fate.PENDING : Fate.SILENT, now);
            long id = answered ? ++session.ids : 0;
            if (answered) {
                session.pending.add(new Pending(id, "publish", channel, publications, number, now));
            }
            published++;
            session.life.sent++;
            session.life.firstSentAt.putIfAbsent(channel, now);
            return new Publishing(new Content(session.isRaw(), session.number, channel, number), id);
        }

        synchronized long asks(Session session, String type, int channel) {
            long id = ++session.ids;
            session.pending.add(new Pending(id, type, channel, null, 0, clock.getAsLong()));
            Window window = session.windows.get(channel);
            if (type.equals("unsubscribe") && window != null) {
                window.close();
            }
            return id;
        }

        synchronized void answered(Session session, long id, String answer, boolean local) {
            Pending asked = session.pending.peek();
            if (asked == null || asked.id != id) {
                find(session + " got the answer " + answer + " to " + id + ", while it waits for "
                        + (asked == null ? "none" : asked.id));
                return;
            }
            session.pending.remove();
            session.carriedOutUntil = asked.sentAt;
            session.answered = id;
            slowest = Math.max(slowest, clock.getAsLong() - asked.sentAt);
            notifyAll();
            switch (asked.type + " " + answer) {
                case "publish published" -> {
                    asked.publications.fates[asked.number] = (byte) (local ? Fate.LOCAL : Fate.CONFIRMED).ordinal();
                    session.life.local += local ? 1 : 0;
                }
                case "publish error unavailable" ->
                    asked.publications.fates[asked.number] = (byte) Fate.REFUSED.ordinal();
                case "subscribe subscribed" ->
                    session.windows.computeIfAbsent(
                            asked.channel, channel -> new Window(session, channel, clock.getAsLong()));
                case "unsubscribe unsubscribed" -> {
                    Window window = session.windows.remove(asked.channel);
                    if (window != null) {
                        session.earlier
                                .computeIfAbsent(asked.channel, channel -> new HashMap<>())
                                .putAll(window.last);
                    }
                }
                case "ping pong" -> {}
                default -> find(session + " got the answer " + answer + " to a " + asked.type);
            }
        }

        /** Finds commands that should have been answered by now. */
        synchronized void checkAnswers() {
            long now = clock.getAsLong();
            for (Session session : sessions.values()) {
                Pending oldest = session.pending.peek();
                if (oldest != null && !session.ended && !session.closing && !session.reported) {
                    // A publication waits for Redis once, any other command also for the publications before it.
                    int waits = oldest.publications == null ? 2 : 1;
                    if (now - oldest.sentAt > waits * PUBLISH_TIMEOUT.toNanos() + MARGIN) {
                        session.reported = true;
                        find("%s has had no answer to its %s %d for %.1f s"
                                .formatted(session, oldest.type, oldest.id, (now - oldest.sentAt) / 1e9));
                    }
                }
            }
        }

        /** Returns false where there was none in time; throws where there can be none any more. */
        synchronized boolean awaitAnswer(Session session, long id, Duration patience)
                throws IOException, InterruptedException {
            boolean told = await(patience, () -> session.answered >= id || session.ended);
            if (session.ended) {
                throw new IOException("ended");
            }
            return told;
        }

        /** The same for the last message that a raw session published to its own channel. */
        synchronized boolean awaitEcho(Session session, Duration patience) throws IOException, InterruptedException {
            Publications own = session.publications.get(session.channel);
            boolean told = await(patience, () -> session.carriedOutUntil >= own.sentAt[own.count - 1] || session.ended);
            if (session.ended) {
                throw new IOException("ended");
            }
            return told;
        }

        synchronized boolean awaitEnd(Session session, Duration patience) throws InterruptedException {
            return await(patience, () -> session.ended);
        }

        private boolean await(Duration patience, BooleanSupplier condition) throws InterruptedException {
            long deadline = System.nanoTime() + patience.toNanos();
            while (!condition.getAsBoolean()) {
                long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
                if (left <= 0) {
                    return false;
                }
                wait(left);
            }
            return true;
        }

        /** The client ends the session: how it ends is its own doing from here on. */
        synchronized void closes(Session session) {
            session.closing = true;
            session.windows.values().forEach(Window::close);
        }

        synchronized void ended(Session session, String how) {
            String kind = session.closing ? "closed by the client" : how.replaceAll("\\d+ ms", "N ms");
            if (!session.ended) {
                session.ended = true;
                session.life.open--;
                ends.merge(kind, 1L, Long::sum);
                session.windows.values().forEach(Window::close);
                session.windows.clear();
                session.earlier.clear();
                if (!session.closing
                        && !(session.life.leaving ? AT_AN_END : SLOW)
                                .matcher(how)
                                .matches()) {
                    find(session + " ended for no reason that we know: " + how);
                }
                notifyAll();
            }
        }

        synchronized int open(Life life) {
            return life.open;
        }

        // Deliveries

        synchronized void delivered(Session listener, Content content, boolean wrongChannel) {
            long now = clock.getAsLong();
            deliveries++;
            Session publisher = sessions.get(content.session);
            Publications publications = publisher == null ? null : publisher.publications.get(content.channel);
            if (publications == null || publisher.isRaw() != content.raw || content.number >= publications.count) {
                find(listener + " got a message that nobody published: " + content);
                return;
            }
            if (!content.intact || wrongChannel) {
                find(listener + " got " + content + (wrongChannel ? " on another channel" : " changed"));
                return;
            }
            if (publisher == listener && listener.isRaw()) {
                listener.carriedOutUntil = publications.sentAt[content.number];
                notifyAll();
            }
            Window window = listener.windows.get(content.channel);
            if (window == null) {
                if (!listener.ended) {
                    find(listener + " got " + content + " without being subscribed");
                }
                return;
            }
            enter(window, publications, content.number, now);
        }

        private void enter(Window window, Publications publications, int number, long now) {
            Life life = window.session.life;
            Reach reach = publications.reach(life);
            int last = Math.max(
                    window.last.getOrDefault(publications, -1),
                    window.session
                            .earlier
                            .getOrDefault(window.channel, Map.of())
                            .getOrDefault(publications, -1));
            if (number <= last) {
                find("%s got %s %s"
                        .formatted(
                                window.session,
                                publications.message(number),
                                number == last || !reach.lacked.get(number) && !reach.unknown.get(number)
                                        ? "twice"
                                        : "after the later " + publications.message(last)));
                return;
            }
            for (int i = Math.max(last + 1, publications.firstSince(window.openedAt)); i < number; i++) {
                lacks(window, publications, i, true);
            }
            reach.got.set(number);
            if (reach.lacked.get(number)) {
                find("%s got %s, which another listener of that instance missed"
                        .formatted(window.session, publications.message(number)));
            }
            checkOrder(window, publications, number);
            window.last.put(publications, number);
            window.held.heardFrom.putIfAbsent(publications.publisher.life, now);
        }

        /** All listeners of an instance get a channel's messages in one order, so the one before is the same to all. */
        private void checkOrder(Window window, Publications publications, int number) {
            long message = publications.code(number);
            if (window.previous >= 0) {
                Long known = window.session.life.before(window.channel, message, window.previous);
                if (known != null && known != window.previous) {
                    find("%s got %s right after %s, another listener of that instance after %s"
                            .formatted(
                                    window.session,
                                    publications.message(number),
                                    name(window.previous, window.channel),
                                    name(known, window.channel)));
                }
            }
            window.previous = message;
        }

        private String name(long code, int channel) {
            return sessions.get((int) (code >>> 32)).publications.get(channel).message((int) code);
        }

        /** A listener has not got a message; {@code later}: but one that the same instance relayed to the channel later. */
        private void lacks(Window window, Publications publications, int number, boolean later) {
            Life origin = publications.publisher.life;
            Reach reach = publications.reach(window.session.life);
            if (reach.got.get(number)) {
                find("%s missed %s, which another listener of that instance got"
                        .formatted(window.session, publications.message(number)));
            }
            boolean counts = later && origin != reach.life && knows(window, publications, number);
            (counts ? reach.lacked : reach.unknown).set(number);
            reach.life.lacking.add(reach);
        }

        /** Whether the listener's instance had a point to count from: a message before this one, or the very first. */
        private boolean knows(Window window, Publications publications, int number) {
            Life origin = publications.publisher.life;
            Held held = window.held;
            Long heard = held.heardFrom.get(origin);
            return window.last.containsKey(publications)
                    || heard != null && heard <= publications.sentAt[number]
                    || held.since + TICK < origin.firstSentAt.get(window.channel)
                            && !disturbed(window.session.life, held.since - TICK, held.since);
        }

        // The account

        /** How many messages the instance has to have counted as missed by now. */
        synchronized long claim(Life life) {
            return life.lacking.stream()
                    .mapToLong(reach -> reach.lacked.stream()
                            .filter(number -> reach.publications.fate(number) != Fate.REFUSED)
                            .count())
                    .sum();
        }

        /** Takes what an instance says it counted, after it was asked with that claim. */
        synchronized void scraped(Life life, long claim, Map<String, Double> metrics) {
            life.missed = Math.round(metrics.getOrDefault("fanfare_bridge_missed_total", 0.0));
            life.dropped = Math.round(metrics.entrySet().stream()
                    .filter(metric -> metric.getKey().startsWith("fanfare_dropped_total{reason=\"relay_"))
                    .mapToDouble(Map.Entry::getValue)
                    .sum());
            metrics.forEach((name, value) -> {
                if (name.startsWith("fanfare_dropped_total{reason=\"received_")
                        && !name.contains("repeated")
                        && value > 0) {
                    find(life + " says " + name + " " + value);
                }
            });
            checkMissed(life, claim);
        }

        private void checkMissed(Life life, long claim) {
            if (life.missed < claim) {
                find("%s has counted %d missed messages, but %d never came".formatted(life, life.missed, claim));
            }
        }

        /** Returns, in words, who has not got the last message of each of these. */
        synchronized List<String> lagging(List<Connection> publishers) {
            List<String> lagging = new ArrayList<>();
            for (Window window : windows()) {
                for (Connection connection : publishers) {
                    Publications last = connection.session.publications.get(window.channel);
                    if (!last.publisher.ended && window.last.getOrDefault(last, -1) < last.count - 1) {
                        lagging.add("nothing breaks any more, but %s has not got %s, from %s"
                                .formatted(window.session, last.message(last.count - 1), last.publisher));
                    }
                }
            }
            return lagging;
        }

        private List<Window> windows() {
            return sessions.values().stream()
                    .filter(session -> !session.closing)
                    .flatMap(session -> session.windows.values().stream())
                    .toList();
        }

        /** The last account, when everybody who is still there has got all that was coming: what they still lack. */
        synchronized void settle() {
            for (Window window : windows()) {
                for (Session publisher : sessions.values()) {
                    Publications publications = publisher.publications.get(window.channel);
                    if (publications != null) {
                        int last = window.last.getOrDefault(publications, -1);
                        int from = Math.max(last + 1, publications.firstSince(window.openedAt));
                        for (int number = from; number < publications.count; number++) {
                            if (publications.wasCarriedOut(number)) {
                                lacks(window, publications, number, !publisher.life.ended);
                            }
                        }
                    }
                }
            }
        }

        /** Says what became of all that somebody has not got, when the instances have been asked for the last time. */
        synchronized void account() {
            lives.forEach(this::account);
        }

        private void account(Life life) {
            for (Reach reach : life.lacking) {
                Publications publications = reach.publications;
                reach.unknown.andNot(reach.lacked);
                reach.lacked.stream().forEach(number -> accountCounted(reach, publications, number));
                reach.unknown.stream().forEach(number -> accountUnknown(reach, publications, number));
            }
            if (!life.ended) {
                accountCounters(life); // those of an instance that ended are lost with it, as are its listeners
            }
        }

        private void accountCounted(Reach reach, Publications publications, int number) {
            Fate fate = publications.fate(number);
            count("missed and counted, " + word(fate));
            if (fate == Fate.CONFIRMED && !harmed(reach.life, publications.sentAt[number])) {
                find("%s was confirmed but did not come to %s, and nothing was broken there"
                        .formatted(publications.message(number), reach.life));
            }
        }

        private void accountUnknown(Reach reach, Publications publications, int number) {
            Life origin = publications.publisher.life;
            Fate fate = publications.fate(number);
            if (origin == reach.life) {
                if (fate != Fate.REFUSED) {
                    find("%s was not delivered by its own instance to all who listen there"
                            .formatted(publications.message(number)));
                }
                return;
            }
            boolean told = fate != Fate.CONFIRMED && fate != Fate.SILENT;
            boolean harmed = harmed(reach.life, publications.sentAt[number])
                    || fate == Fate.SILENT && (origin.ended || harmed(origin, publications.sentAt[number]));
            if (told || harmed) {
                count((number >= reach.got.length()
                                ? "missed, and nothing came later, "
                                : "missed by an instance new to it, ")
                        + word(fate));
            } else {
                find("%s (%s) never came to %s, and nothing was broken there"
                        .formatted(publications.message(number), word(fate), reach.life));
            }
        }

        private void accountCounters(Life life) {
            checkMissed(life, claim(life));
            long lost = sessions.values().stream()
                    .filter(publisher -> publisher.life != life)
                    .flatMap(publisher -> publisher.publications.values().stream())
                    .mapToLong(publications ->
                            publications.count - publications.reach(life).got.cardinality())
                    .sum();
            if (life.missed > lost) {
                find("%s counts %d messages as missed, but only %d did not come".formatted(life, life.missed, lost));
            }
            if (life.dropped < life.local) {
                find("%s counts %d messages as not relayed, but told so for %d"
                        .formatted(life, life.dropped, life.local));
            }
        }

        private static String word(Fate fate) {
            return switch (fate) {
                case CONFIRMED -> "answered 'published'";
                case SILENT -> "published without an id";
                case LOCAL -> "answered 'published', local";
                case REFUSED -> "answered 'unavailable'";
                case PENDING -> "unanswered, as the publisher's connection ended";
            };
        }

        private void count(String what) {
            tally.merge(what, 1L, Long::sum);
        }

        synchronized void readLogs() throws IOException {
            for (Life life : lives) {
                Optional<String> trace;
                try (Stream<String> lines = Files.lines(life.log)) {
                    trace = lines.filter(line -> line.startsWith("\tat ")).findFirst();
                }
                trace.ifPresent(line -> find(life + " logged a stack trace: " + line.strip()));
            }
        }

        synchronized void report(PrintStream out) {
            Map<Fate, Long> fates = new TreeMap<>();
            sessions.values().stream()
                    .flatMap(session -> session.publications.values().stream())
                    .forEach(publications -> IntStream.range(0, publications.count)
                            .forEach(number -> fates.merge(publications.fate(number), 1L, Long::sum)));
            out.printf("%,9d sessions on %d lives of instances; how they ended:%n", sessions.size(), lives.size());
            ends.forEach((how, count) -> out.printf("%,17d %s%n", count, how));
            out.printf("%,9d messages published, of these%n", published);
            fates.forEach((fate, count) -> out.printf("%,17d %s%n", count, word(fate)));
            out.printf("%,9d deliveries; slowest answer after %.1f s%n", deliveries, slowest / 1e9);
            tally.forEach((what, count) -> out.printf("%,9d %s%n", count, what));
            for (Life life : lives) {
                out.printf(
                        "%s, %s: %d sent there, %d told local; it counts %d not relayed, %d missed%n",
                        life, life.ended ? "ended" : "alive", life.sent, life.local, life.dropped, life.missed);
            }
        }
    }

    /** Shows that the ledger finds what it has to, and nothing else, with records that are made up. */
    private static final class SelfTest {
        private static final int CHANNEL = 1;

        private long time;
        private final Ledger ledger = new Ledger(() -> time += 1_000);
        private final Life a = life(1);
        private final Life b = life(2);
        private final Session publisher = ledger.opens(a, Ledger.EVERYBODY);
        private final Session near = listener(a);
        private final Session far = listener(b);

        private Life life(int instance) {
            return ledger.begins(instance, instance + ".1", 0, URI.create("http://127.0.0.1"), Path.of(""));
        }

        private Session listener(Life life) {
            Session session = ledger.opens(life, Ledger.EVERYBODY);
            change(session, "subscribe", "subscribed");
            return session;
        }

        private void change(Session session, String type, String answer) {
            ledger.answered(session, ledger.asks(session, type, CHANNEL), answer, false);
        }

        private void publish(int count, boolean local) {
            for (int i = 0; i < count; i++) {
                ledger.answered(
                        publisher, ledger.publishes(publisher, CHANNEL, true).id(), "published", local);
            }
        }

        private void deliver(Session listener, int... numbers) {
            for (int number : numbers) {
                ledger.delivered(listener, new Content(false, publisher.number, CHANNEL, number), false);
            }
        }

        private void count(Life life, String name, int value) {
            ledger.scraped(life, ledger.claim(life), Map.of(name, (double) value));
        }

        static int run() {
            Map<String, Consumer<SelfTest>> sound = new LinkedHashMap<>();
            sound.put("all delivered", test -> {
                test.publish(3, false);
                test.deliver(test.near, 0, 1, 2);
                test.deliver(test.far, 0, 1, 2);
            });
            sound.put("missed and counted", test -> {
                test.ledger.disturb(2);
                test.publish(3, false);
                test.deliver(test.near, 0, 1, 2);
                test.deliver(test.far, 0, 2);
                test.count(test.b, "fanfare_bridge_missed_total", 1);
            });
            sound.put("missed and told local", test -> {
                test.publish(1, false);
                test.publish(1, true);
                test.publish(1, false);
                test.deliver(test.near, 0, 1, 2);
                test.deliver(test.far, 0, 2);
                test.count(test.a, "fanfare_dropped_total{reason=\"relay_down\"}", 1);
                test.count(test.b, "fanfare_bridge_missed_total", 1);
            });
            sound.put("published while nobody listened", test -> {
                test.publish(1, false);
                test.deliver(test.near, 0);
                test.deliver(test.far, 0);
                test.change(test.far, "unsubscribe", "unsubscribed");
                test.publish(1, false);
                test.deliver(test.near, 1);
                test.change(test.far, "subscribe", "subscribed");
                test.publish(1, false);
                test.deliver(test.near, 2);
                test.deliver(test.far, 2);
            });
            sound.put("the link broke before anything was heard", test -> {
                test.ledger.disturb(2);
                test.publish(2, false);
                test.deliver(test.near, 0, 1);
                test.deliver(test.far, 1);
            });
            sound.put("a listener that left", test -> {
                test.publish(2, false);
                test.deliver(test.near, 0, 1);
                test.deliver(test.far, 0);
                test.ledger.closes(test.far);
                test.ledger.ended(test.far, "reset");
            });

            Map<String, Map<String, Consumer<SelfTest>>> faulty = new LinkedHashMap<>();
            fault(faulty, "own instance", "a loss at home", test -> {
                test.publish(3, false);
                test.deliver(test.near, 0, 2);
                test.deliver(test.far, 0, 1, 2);
            });
            fault(faulty, "own instance", "a loss at home at the end", test -> {
                test.publish(2, false);
                test.deliver(test.near, 0);
                test.deliver(test.far, 0, 1);
            });
            fault(faulty, "never came", "a loss elsewhere, at the beginning", test -> {
                test.publish(2, false);
                test.deliver(test.near, 0, 1);
                test.deliver(test.far, 1);
            });
            fault(faulty, "has counted 0", "a loss elsewhere, seen by what the instance counts", test -> {
                test.ledger.disturb(2);
                test.publish(3, false);
                test.deliver(test.near, 0, 1, 2);
                test.deliver(test.far, 0, 2);
                test.count(test.b, "fanfare_bridge_missed_total", 0);
            });
            fault(faulty, "only 1 did not come", "more counted than lost", test -> {
                test.ledger.disturb(2);
                test.publish(3, false);
                test.deliver(test.near, 0, 1, 2);
                test.deliver(test.far, 0, 2);
                test.count(test.b, "fanfare_bridge_missed_total", 2);
            });
            fault(faulty, "nothing was broken", "a loss for which there is no cause", test -> {
                test.publish(3, false);
                test.deliver(test.near, 0, 1, 2);
                test.deliver(test.far, 0, 2);
                test.count(test.b, "fanfare_bridge_missed_total", 1);
            });
            fault(faulty, "told so for 1", "more told local than counted", test -> {
                test.publish(1, true);
                test.deliver(test.near, 0);
            });
            fault(faulty, "twice", "a double", test -> {
                test.publish(2, false);
                test.deliver(test.near, 0, 1, 1);
                test.deliver(test.far, 0, 1);
            });
            fault(faulty, "twice", "a double over two subscriptions", test -> {
                test.publish(1, false);
                test.deliver(test.near, 0);
                test.deliver(test.far, 0);
                test.change(test.far, "unsubscribe", "unsubscribed");
                test.change(test.far, "subscribe", "subscribed");
                test.deliver(test.far, 0);
            });
            fault(faulty, "after the later", "a swap", test -> {
                test.publish(3, false);
                test.deliver(test.near, 0, 1, 2);
                test.deliver(test.far, 0, 2, 1);
            });
            fault(faulty, "right after", "two orders in one instance", test -> {
                Session other = test.ledger.opens(test.a, Ledger.EVERYBODY);
                test.publish(1, false);
                test.ledger.publishes(other, CHANNEL, false);
                Content second = new Content(false, other.number, CHANNEL, 0);
                Session third = test.listener(test.a);
                test.publish(1, false);
                test.deliver(test.near, 0);
                test.ledger.delivered(test.near, second, false);
                test.deliver(test.near, 1);
                test.deliver(third, 0, 1);
            });
            fault(faulty, "another listener of that instance", "a loss for one of two", test -> {
                Session other = test.listener(test.b);
                test.publish(3, false);
                test.deliver(test.near, 0, 1, 2);
                test.deliver(test.far, 0, 1, 2);
                test.deliver(other, 0, 2);
            });
            fault(faulty, "changed", "other bytes", test -> {
                test.publish(1, false);
                Content sent = new Content(false, test.publisher.number, CHANNEL, 0);
                test.ledger.delivered(test.near, Content.ofData(sent.spelled().replace(";", "; ")), false);
            });
            fault(faulty, "nobody published", "a message out of nothing", test -> {
                test.publish(1, false);
                test.deliver(test.near, 1);
            });
            fault(faulty, "without being subscribed", "a message after unsubscribed", test -> {
                test.change(test.far, "unsubscribe", "unsubscribed");
                test.publish(1, false);
                test.deliver(test.far, 0);
            });
            fault(faulty, "has had no answer", "no answer", test -> {
                test.ledger.publishes(test.publisher, CHANNEL, true);
                test.time += TimeUnit.MINUTES.toNanos(1);
                test.ledger.checkAnswers();
            });
            fault(faulty, "no reason", "a connection that was cut", test -> test.ledger.ended(test.far, "reset"));
            fault(faulty, "while it waits for 1", "answers in another order", test -> {
                test.ledger.publishes(test.publisher, CHANNEL, true);
                test.ledger.publishes(test.publisher, CHANNEL, true);
                test.ledger.answered(test.publisher, 2, "published", false);
            });

            int[] results = new int[2];
            sound.forEach((what, script) -> results[passes(what, "", script) ? 0 : 1]++);
            faulty.forEach((finding, scripts) ->
                    scripts.forEach((what, script) -> results[passes(what, finding, script) ? 0 : 1]++));
            System.out.printf("selftest: %d passed, %d failed%n", results[0], results[1]);
            return results[1] == 0 ? 0 : 1;
        }

        private static void fault(
                Map<String, Map<String, Consumer<SelfTest>>> faulty,
                String finding,
                String what,
                Consumer<SelfTest> script) {
            faulty.computeIfAbsent(finding, key -> new LinkedHashMap<>()).put(what, script);
        }

        /** Whether the script leads to a finding with these words, or to none where there are no words. */
        private static boolean passes(String what, String finding, Consumer<SelfTest> script) {
            SelfTest test = new SelfTest();
            script.accept(test);
            test.ledger.settle();
            test.ledger.account();
            List<String> findings = test.ledger.findings();
            boolean passes =
                    finding.isEmpty() ? findings.isEmpty() : findings.stream().anyMatch(line -> line.contains(finding));
            if (!passes) {
                System.out.printf("FAIL %s: expected '%s', found %s%n", what, finding, findings);
            }
            return passes;
        }
    }

    /** JSON as the protocol has it. */
    private static final class Json {
        private Json() {}

        static String quoted(String text, boolean ascii) {
            StringBuilder out = new StringBuilder("\"");
            for (char c : text.toCharArray()) {
                if (c == '"' || c == '\\') {
                    out.append('\\').append(c);
                } else if (c < ' ' || ascii && c > '~') {
                    out.append("\\u%04x".formatted((int) c));
                } else {
                    out.append(c);
                }
            }
            return out.append('"').toString();
        }

        static String unquoted(String raw) {
            if (raw == null || raw.length() < 2 || raw.charAt(0) != '"') {
                throw new IllegalArgumentException("not a string: " + raw);
            }
            StringBuilder out = new StringBuilder();
            for (int i = 1; i < raw.length() - 1; i++) {
                char c = raw.charAt(i);
                if (c == '\\') {
                    c = raw.charAt(++i);
                    if (c == 'u') {
                        c = (char) Integer.parseInt(raw.substring(i + 1, i + 5), 16);
                        i += 4;
                    } else {
                        int short_ = "bfnrt".indexOf(c);
                        c = short_ < 0 ? c : "\b\f\n\r\t".charAt(short_);
                    }
                }
                out.append(c);
            }
            return out.toString();
        }

        /** Returns the raw text of each member of an object, as it came. */
        static Map<String, String> members(String json) {
            Map<String, String> members = new HashMap<>();
            int depth = 0;
            int start = 1;
            String name = null;
            for (int i = 0; i < json.length(); i++) {
                switch (json.charAt(i)) {
                    case '"' -> {
                        do {
                            i += json.charAt(i) == '\\' ? 2 : 1;
                        } while (json.charAt(i) != '"');
                    }
                    case '{', '[' -> depth++;
                    case ':' -> {
                        if (depth == 1) {
                            name = unquoted(json.substring(start, i).strip());
                            start = i + 1;
                        }
                    }
                    case ',', '}', ']' -> {
                        if (depth == 1 && name != null) {
                            members.put(name, json.substring(start, i).strip());
                            start = i + 1;
                        }
                        depth -= json.charAt(i) == ',' ? 0 : 1;
                    }
                    default -> {}
                }
            }
            return members;
        }
    }
}
