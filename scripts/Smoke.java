import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Checks running instances from outside; {@code scripts/smoke} tells how. It is one file that needs a JDK alone, and its
 * client is the JDK's own: nothing in it can agree with the server by sharing the server's mistakes.
 *
 * <p>It is fit for an instance that others use: every channel has a random name, every message carries the token of this
 * run, and a message without the token belongs to somebody else and is passed over.
 */
final class Smoke {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String TOKEN = "smoke-" + UUID.randomUUID().toString().substring(0, 8);

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(PATIENCE).build();
    private final Target target;
    private final Report report;

    private Smoke(Target target, Report report) {
        this.target = target;
        this.report = report;
    }

    public static void main(String[] arguments) throws Exception {
        Options options;
        try {
            options = Options.parse(arguments);
        } catch (IllegalArgumentException e) {
            System.err.println("smoke: " + e.getMessage());
            System.exit(2);
            return;
        }
        Report report = new Report();
        if (options.targets.isEmpty()) {
            checkOwnInstance(report);
        }
        for (Target target : options.targets) {
            System.out.println("# " + target.url);
            new Smoke(target, report).checkAll(options.intrusive, false);
        }
        System.exit(report.close());
    }

    private static void checkOwnInstance(Report report) throws Exception {
        try (Instance instance = new Instance(Path.of(System.getProperty("fanfare.jar")))) {
            if (report.check("it starts and logs where it listens", instance::awaitListening)) {
                System.out.println("# " + instance.target.url + ", started for this");
                Smoke smoke = new Smoke(instance.target, report);
                report.check("it becomes ready", () -> awaitTrue("200 from /ready", () -> smoke.isReady(200)));
                smoke.checkAll(true, true);
                report.check(
                        "SIGTERM: unready, then 1001 with a time to come back, exit status 0",
                        () -> smoke.checkShutdown(instance.process));
            }
            if (report.failed > 0) {
                System.out.println(
                        "# its log:\n" + Files.readString(instance.log).indent(2));
            }
        }
    }

    private void checkAll(boolean intrusive, boolean alone) {
        if (!report.check("a handshake is accepted on /raw/{channel}", () -> open("/raw/" + TOKEN)
                .close())) {
            return; // every other check would only say so again, some of them slowly
        }
        checkHandshakes();
        checkRawChannels();
        checkJsonProtocol();
        checkErrors();
        checkRawAndJson();
        checkHistory();
        checkPresence();
        if (intrusive) {
            checkWhatReachesOthers();
        } else {
            report.skip("the relay on /, and broadcasts (reaches other clients; --intrusive)");
        }
        checkOperations(alone);
    }

    private void checkHandshakes() {
        report.check("a handshake is accepted on /", () -> open("/").close());
        report.check("a handshake is accepted on /ws, without a subprotocol", () -> {
            try (Socket socket = open("/ws")) {
                expect("the subprotocol", "", socket.subprotocol());
            }
        });
        report.check("the subprotocol fanfare is selected from several", () -> {
            try (Socket socket = open("/ws", "other", "fanfare")) {
                expect("the subprotocol", "fanfare", socket.subprotocol());
            }
        });
        report.check(
                "a request for an unknown path gets 404",
                () -> expect("the status", 404, get(target.http("/" + TOKEN)).statusCode()));
        report.check(
                "a handshake on an unknown path gets 404", () -> expect("the status", 404, refusedWith("/" + TOKEN)));
        report.check(
                "a handshake on a channel that can't be is refused",
                () -> expect("the status", "4xx", refusedWith("/raw/a%20b") / 100 + "xx"));
        report.check("a browser's request for / gets the demo page", () -> {
            HttpResponse<String> page = get(target.http("/"));
            expect("the status", 200, page.statusCode());
            expect(
                    "the type",
                    "text/html; charset=utf-8",
                    page.headers().firstValue("Content-Type").orElse("none"));
        });
        report.check(
                "a request for /ws without an upgrade gets 426",
                () -> expect("the status", 426, get(target.http("/ws")).statusCode()));
        report.check("a ping is answered with its payload, a close with its code", () -> {
            Socket socket = open("/raw/" + TOKEN);
            socket.ping(TOKEN);
            expect("the answer", new Received("pong", TOKEN), socket.next());
            socket.close();
            expect("the answer", new Received("close", "1000 "), socket.next());
        });
    }

    private void checkRawChannels() {
        String path = "/raw/" + TOKEN + ":raw";
        report.check(
                "text reaches another socket of the channel and the sender, untouched",
                () -> checkRelay(path, new Received("text", "  {\"a\" : 1.0} äß 🎺 " + TOKEN)));
        report.check("binary reaches another socket of the channel and the sender, untouched", () -> {
            String bytes = IntStream.range(0, 256).mapToObj(Character::toString).collect(Collectors.joining());
            checkRelay(path, new Received("binary", bytes + TOKEN));
        });
        report.check("a fragmented message arrives whole", () -> {
            try (Socket socket = open(path)) {
                socket.webSocket.sendText("frag", false).join();
                socket.webSocket.sendText("mented " + TOKEN, true).join();
                expect("the message", new Received("text", "fragmented " + TOKEN), socket.next());
            }
        });
        report.check("200 messages of one sender arrive in their order", () -> {
            try (Socket sender = open(path);
                    Socket other = open(path)) {
                for (int i = 0; i < 200; i++) {
                    sender.send(TOKEN + i);
                }
                for (int i = 0; i < 200; i++) {
                    expect("the message", new Received("text", TOKEN + i), other.next());
                }
            }
        });
        report.check("a channel's messages stay in that channel", () -> {
            try (Socket a = open(path + "-a");
                    Socket b = open(path + "-b")) {
                a.send("a " + TOKEN);
                expect("the message on a", new Received("text", "a " + TOKEN), a.next());
                b.send("b " + TOKEN);
                expect("the first message on b", new Received("text", "b " + TOKEN), b.next());
            }
        });
    }

    private void checkRelay(String path, Received message) {
        try (Socket sender = open(path);
                Socket other = open(path)) {
            sender.send(message);
            expect("the message at the sender", message, sender.next());
            expect("the message at the other", message, other.next());
        }
    }

    private void checkJsonProtocol() {
        String channel = TOKEN + ":json";
        report.check("publish arrives as an event, its data verbatim, with a timestamp", () -> {
            // What a server would change that parsed and printed it: order, spacing, numbers, escapes, a doubled key.
            String data = json("{ 'z':1.0,'a' :[1e2,-0, 12345678901234567890],'z':'\\u0041\\/%s' }", TOKEN);
            try (Socket subscriber = open("/ws");
                    Socket publisher = open("/ws", "fanfare")) {
                subscribe(subscriber, channel);
                publisher.send(json("{'type':'publish','id':1,'channel':'%s','data':%s}", channel, data));
                expectMembers(publisher.next(), "{'type':'published','id':1}");
                Map<String, String> event =
                        expectMembers(subscriber.next(), "{'type':'event','channel':'%s','data':%s}", channel, data);
                Instant published = Instant.parse(unquoted(event.get("timestamp")));
                Duration age = Duration.between(published, Instant.now()).abs();
                expectTrue("a timestamp of this minute, got: " + published, age.toSeconds() < 60);
            }
        });
        report.check("ids are echoed as they came; without one there is no answer", () -> {
            try (Socket socket = open("/ws")) {
                socket.send(json("{'type':'subscribe','channel':'%s'}", channel));
                socket.send(json("{'type':'subscribe','channel':'%s2','id':'s-1'}", channel));
                expectMembers(socket.next(), "{'type':'subscribed','id':'s-1'}");
                socket.send(json("{'id':42,'type':'unsubscribe','channel':'%s'}", channel));
                expectMembers(socket.next(), "{'type':'unsubscribed','id':42}");
            }
        });
        report.check("subscribe takes several channels at once, and a name in data", () -> {
            try (Socket socket = open("/ws")) {
                socket.send(json("{'type':'subscribe','id':1,'channels':['%s1',{'channel':'%1$s2'}]}", channel));
                String channels = expectMembers(socket.next(), "{'type':'subscribed','id':1}")
                        .getOrDefault("channels", "");
                expectTrue(
                        "both channels, got: " + channels,
                        channels.contains(channel + 1) && channels.contains(channel + 2));
                socket.send(json("{'type':'subscribe','id':2,'data':'%s3'}", channel));
                expectMembers(socket.next(), "{'type':'subscribed','id':2}");
                for (int i = 1; i <= 3; i++) {
                    socket.send(json("{'type':'publish','channel':'%s','data':'%s'}", channel + i, TOKEN));
                    expectMembers(socket.next(), "{'type':'event','channel':'%s','data':'%s'}", channel + i, TOKEN);
                }
            }
        });
        report.check("nothing of a channel arrives after unsubscribed", () -> {
            try (Socket subscriber = open("/ws");
                    Socket publisher = open("/ws")) {
                subscribe(subscriber, channel);
                subscriber.send(json("{'type':'unsubscribe','id':'u','channel':'%s'}", channel));
                expectMembers(subscriber.next(), "{'type':'unsubscribed','id':'u'}");
                publisher.send(json("{'type':'publish','id':'p','channel':'%s','data':'%s'}", channel, TOKEN));
                expectMembers(publisher.next(), "{'type':'published','id':'p'}");
                subscriber.send(json("{'type':'ping'}"));
                expectMembers(subscriber.next(), "{'type':'pong'}");
            }
        });
        report.check("ping gets pong, with an id and without", () -> {
            try (Socket socket = open("/ws")) {
                socket.send(json("{'type':'ping'}"));
                Map<String, String> pong = expectMembers(socket.next(), "{'type':'pong'}");
                expect("the id", null, pong.get("id"));
                socket.send(json("{'type':'ping','id':'p'}"));
                expectMembers(socket.next(), "{'type':'pong','id':'p'}");
            }
        });
    }

    private void checkErrors() {
        checkError("malformed JSON", "{'type':", "{'code':'bad_request'}");
        checkError(
                "a publish without data",
                "{'type':'publish','id':'e','channel':'c'}",
                "{'code':'bad_request','id':'e'}");
        checkError("an unknown type", "{'type':'applaud','id':7}", "{'code':'unknown_type','id':7}");
        checkError(
                "a channel that can't be",
                "{'type':'subscribe','id':8,'channel':'a b'}",
                "{'code':'invalid_channel','id':8}");
    }

    private void checkError(String what, String command, String answer) {
        report.check(what + " is answered by an error, and the connection stays", () -> {
            try (Socket socket = open("/ws")) {
                socket.send(json(command));
                Map<String, String> error = expectMembers(socket.next(), answer);
                expect("the type", json("'error'"), error.get("type"));
                expectTrue(
                        "a sentence in data, got: " + error,
                        error.getOrDefault("data", "").length() > 4);
                socket.send(json("{'type':'ping'}"));
                expectMembers(socket.next(), "{'type':'pong'}");
            }
        });
    }

    private void checkRawAndJson() {
        String channel = TOKEN + ":both";
        report.check("raw messages reach JSON subscribers, text as a string, binary as Base64", () -> {
            try (Socket json = open("/ws");
                    Socket raw = open("/raw/" + channel)) {
                subscribe(json, channel);
                raw.send("say \"hi\" " + TOKEN);
                expectMembers(json.next(), "{'type':'event','channel':'%s','data':'say \\'hi\\' %s'}", channel, TOKEN);
                // Three bytes in front, so that the token's Base64 is the same as without them.
                raw.send(new Received("binary", "\0\u0080\u00ff" + TOKEN));
                expectMembers(json.next(), "{'type':'event','data':'AID/%s','encoding':'base64'}", base64(TOKEN));
            }
        });
        report.check("a JSON publish reaches raw sockets bare: a string's text, else its JSON", () -> {
            try (Socket json = open("/ws");
                    Socket raw = open("/raw/" + channel)) {
                json.send(json("{'type':'publish','channel':'%s','data':'say \\'hi\\' \\u00e4 %s'}", channel, TOKEN));
                expect("the message", new Received("text", "say \"hi\" ä " + TOKEN), raw.next());
                String data = json("{'b' :1.0, 'a':'%s'}", TOKEN);
                json.send(json("{'type':'publish','channel':'%s','data':%s}", channel, data));
                expect("the message", new Received("text", data), raw.next());
            }
        });
    }

    /** Whether a channel has what a command asks for: its rule may be another one on an instance of somebody's. */
    private boolean has(String type, String channel) {
        try (Socket socket = open("/ws")) {
            socket.send(json("{'type':'%s','id':1,'channel':'%s'}", type, channel));
            return socket.next().content.startsWith("{\"type\":\"" + type);
        }
    }

    private void checkHistory() {
        String channel = TOKEN + ":kept";
        if (!has("history", channel)) {
            report.skip("histories (no rule with a history-size that fits " + channel + ")");
            return;
        }
        report.check("a message with a key is kept once, and its offset is told", () -> {
            try (Socket socket = open("/ws")) {
                String publish = json("{'type':'publish','id':1,'channel':'%s','data':'%s','key':'k'}", channel, TOKEN);
                socket.send(publish);
                expectMembers(socket.next(), "{'type':'published','id':1,'offset':1}");
                socket.send(publish);
                expectMembers(socket.next(), "{'type':'published','id':1,'offset':1}");
                socket.send(json("{'type':'history','id':2,'channel':'%s'}", channel));
                expectMembers(socket.next(), "{'type':'history','id':2,'offset':1}");
            }
        });
        report.check("who comes back gets what it missed, and then what is new; one with another epoch is told", () -> {
            try (Socket socket = open("/ws")) {
                socket.send(json("{'type':'subscribe','id':1,'channel':'%s'}", channel));
                String epoch = expectMembers(socket.next(), "{'type':'subscribed','id':1,'offset':1}")
                        .get("epoch");
                String back = "{'type':'subscribe','id':1,'channel':'%s','recover':{'epoch':%s,'offset':0}}";
                try (Socket other = open("/ws")) {
                    other.send(json(back, channel, epoch));
                    String missed = expectMembers(other.next(), "{'type':'subscribed','recovered':true,'offset':1}")
                            .getOrDefault("messages", "");
                    expectTrue("the message, got: " + missed, missed.contains(TOKEN) && missed.contains("\"offset\":1"));
                    socket.send(json("{'type':'publish','channel':'%s','data':'%s'}", channel, TOKEN));
                    expectMembers(other.next(), "{'type':'event','channel':'%s','offset':2}", channel);
                }
                try (Socket other = open("/ws")) {
                    other.send(json(back, channel, "\"another\""));
                    expectMembers(other.next(), "{'type':'subscribed','recovered':false,'messages':[],'offset':2}");
                }
            }
        });
    }

    private void checkPresence() {
        String channel = TOKEN + ":room";
        if (!has("presence", channel)) {
            report.skip("presence (no rule with presence that fits " + channel + ")");
            return;
        }
        report.check("who is subscribed is there, with its info, and gone when it unsubscribes", () -> {
            try (Socket socket = open("/ws");
                    Socket asking = open("/ws")) {
                socket.send(json("{'type':'subscribe','id':1,'channel':'%s','info':'%s'}", channel, TOKEN));
                expectMembers(socket.next(), "{'type':'subscribed','id':1}");
                String presence = json("{'type':'presence','id':2,'channel':'%s'}", channel);
                asking.send(presence);
                String data = expectMembers(asking.next(), "{'type':'presence','id':2}")
                        .getOrDefault("data", "");
                expectTrue("the info, got: " + data, data.contains("\"info\":\"" + TOKEN + '"'));
                awaitTrue("nobody there", () -> {
                    socket.send(json("{'type':'unsubscribe','channel':'%s'}", channel));
                    asking.send(presence);
                    return "[]".equals(expectMembers(asking.next(), "{'type':'presence','id':2}")
                            .get("data"));
                });
            }
        });
    }

    private void checkWhatReachesOthers() {
        report.check(
                "text on / reaches another socket there and the sender",
                () -> checkRelay("/", new Received("text", "to all, " + TOKEN)));
        report.check(
                "binary on / reaches another socket there and the sender",
                () -> checkRelay("/", new Received("binary", "\0\u0080\u00ff" + TOKEN)));
        report.check("a broadcast reaches JSON sockets as an event, raw sockets bare", () -> {
            try (Socket publisher = open("/ws");
                    Socket json = open("/ws");
                    Socket raw = open("/");
                    Socket channel = open("/raw/" + TOKEN)) {
                String data = json("['%s']", TOKEN);
                publisher.send(json("{'type':'publish','data':%s}", data));
                Map<String, String> event = expectMembers(json.next(), "{'type':'event','data':%s}", data);
                expect("the channel of a broadcast", null, event.get("channel"));
                expect("the message on /", new Received("text", data), raw.next());
                expect("the message on /raw/{channel}", new Received("text", data), channel.next());
            }
        });
    }

    private void checkOperations(boolean alone) {
        report.check("/live and /ready answer 200", () -> {
            for (URI metrics : target.metricsUrls) {
                expect("the status of " + metrics + "/live", 200, get(URI.create(metrics + "/live")).statusCode());
                expect("the status of " + metrics + "/ready", 200, get(URI.create(metrics + "/ready")).statusCode());
            }
        });
        report.check("/metrics has every name of the contract", () -> {
            Set<String> missing = new TreeSet<>(Set.of(
                    "fanfare_connected_clients",
                    "fanfare_connections_total",
                    "fanfare_disconnections_total",
                    "fanfare_handshakes_rejected_total",
                    "fanfare_messages_total",
                    "fanfare_deliveries_total",
                    "fanfare_message_bytes_total",
                    "fanfare_dropped_total",
                    "fanfare_channels",
                    "fanfare_subscriptions",
                    "fanfare_delivery_seconds_bucket",
                    "fanfare_delivery_seconds_sum",
                    "fanfare_delivery_seconds_count"));
            missing.removeAll(metrics().keySet());
            expect("the set of missing names", Set.of(), missing);
        });
        report.check("fanfare_connected_clients counts the sockets that are open", () -> {
            try (Socket a = open("/raw/" + TOKEN);
                    Socket b = open("/ws")) {
                a.ping(TOKEN);
                b.ping(TOKEN);
                awaitTrue(alone ? "2 connected clients" : "2 connected clients or more", () -> {
                    double clients = metrics().getOrDefault("fanfare_connected_clients", 0.0);
                    return alone ? clients == 2 : clients >= 2;
                });
            }
        });
        if (alone) {
            report.check(
                    "after the last close the gauges are 0, connections equal disconnections",
                    () -> awaitTrue("no clients, channels and subscriptions, and equal totals", () -> {
                        Map<String, Double> now = metrics();
                        return Double.valueOf(0).equals(now.get("fanfare_connected_clients"))
                                && Double.valueOf(0).equals(now.get("fanfare_channels"))
                                && Double.valueOf(0).equals(now.get("fanfare_subscriptions"))
                                && Objects.equals(
                                        now.get("fanfare_connections_total"), now.get("fanfare_disconnections_total"));
                    }));
        }
    }

    private void checkShutdown(Process process) throws Exception {
        try (Socket raw = open("/");
                Socket json = open("/ws")) {
            process.destroy(); // SIGTERM
            awaitTrue("503 from /ready", () -> isReady(503));
            for (Socket socket : List.of(raw, json)) {
                Received last = socket.next();
                expectTrue(
                        "close 1001 retry after N ms, got: " + last,
                        last.toString().matches("close 1001 retry after \\d+ ms"));
            }
        }
        expectTrue("its end within 30 s", process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS));
        expect("the exit status", 0, process.exitValue());
    }

    private static void subscribe(Socket socket, String channel) {
        socket.send(json("{'type':'subscribe','id':'s','channel':'%s'}", channel));
        expectMembers(socket.next(), "{'type':'subscribed','id':'s','channel':'%s'}", channel);
    }

    private Socket open(String path, String... subprotocols) {
        return Socket.open(http, target.ws(path), subprotocols);
    }

    /** Returns the status with which a handshake is refused. */
    private int refusedWith(String path) {
        try {
            open(path).close();
            throw new Failure("expected a refusal, but the handshake was accepted");
        } catch (CompletionException e) {
            if (e.getCause() instanceof WebSocketHandshakeException refusal) {
                return refusal.getResponse().statusCode();
            }
            throw e;
        }
    }

    private HttpResponse<String> get(URI uri) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(uri)
                .version(HttpClient.Version.HTTP_1_1)
                .timeout(PATIENCE)
                .build();
        return http.send(request, HttpResponse.BodyHandlers.ofString());
    }

    private boolean isReady(int status) throws InterruptedException {
        try {
            return get(URI.create(target.metricsUrls.get(0) + "/ready")).statusCode() == status;
        } catch (IOException e) {
            return false; // not up yet, or gone already
        }
    }

    /** Returns the sum over all labels, and all instances, of each metric. */
    private Map<String, Double> metrics() throws IOException, InterruptedException {
        Map<String, Double> sums = new LinkedHashMap<>();
        for (URI metrics : target.metricsUrls) {
            get(URI.create(metrics + "/metrics"))
                    .body()
                    .lines()
                    .filter(line -> line.startsWith("fanfare_"))
                    .forEach(line -> sums.merge(
                            line.substring(0, line.indexOf(line.contains("{") ? '{' : ' ')),
                            Double.valueOf(line.substring(line.lastIndexOf(' ') + 1)),
                            Double::sum));
        }
        return sums;
    }

    private static void awaitTrue(String what, Callable<Boolean> condition) throws Exception {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.call()) {
            if (System.nanoTime() - deadline > 0) {
                throw new Failure("expected " + what + " within 30 s");
            }
            LockSupport.parkNanos(20_000_000);
        }
    }

    private static void expect(String what, Object expected, Object actual) {
        expectTrue("for " + what + ": " + expected + ", got: " + actual, Objects.equals(expected, actual));
    }

    private static void expectTrue(String what, boolean fact) {
        if (!fact) {
            throw new Failure("expected " + what);
        }
    }

    /** Checks that the message has these members, and returns all that it has. */
    private static Map<String, String> expectMembers(Received message, String template, Object... values) {
        expect("the kind of " + message, "text", message.kind);
        Map<String, String> members = members(message.content);
        members(json(template, values))
                .forEach((name, value) -> expect(name + " in " + message, value, members.get(name)));
        return members;
    }

    /** Returns JSON that is written with single quotes here, for the eyes' sake. */
    private static String json(String template, Object... values) {
        return template.replace('\'', '"').formatted(values);
    }

    /** Returns the raw text of each member of a JSON object, byte for byte as it came, which a parser would not keep. */
    private static Map<String, String> members(String json) {
        Map<String, String> members = new LinkedHashMap<>();
        int depth = 0;
        int start = 1;
        String name = null;
        for (int i = 0; i < json.length(); i++) {
            switch (json.charAt(i)) {
                case '"' -> {
                    do {
                        i += json.charAt(i) == '\\' ? 2 : 1;
                    } while (i < json.length() && json.charAt(i) != '"');
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
                        expect(
                                "the first " + name,
                                null,
                                members.put(name, json.substring(start, i).strip()));
                        start = i + 1;
                    }
                    depth -= json.charAt(i) == ',' ? 0 : 1;
                }
                default -> {}
            }
        }
        expectTrue("a JSON object, got: " + json, json.startsWith("{") && depth == 0 && !members.isEmpty());
        return members;
    }

    private static String unquoted(String string) {
        expectTrue("a string, got: " + string, string != null && string.matches("\"[^\"]*\""));
        return string.substring(1, string.length() - 1);
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** What did not come out as expected. */
    private static final class Failure extends RuntimeException {
        private static final long serialVersionUID = 1;

        Failure(String message) {
            super(message);
        }
    }

    /** The lines that this program prints, and their count. */
    private static final class Report {
        interface Check {
            void run() throws Exception;
        }

        private int passed;
        private int failed;
        private int skipped;

        /** Returns whether it passed. */
        boolean check(String what, Check check) {
            try {
                check.run();
            } catch (Exception e) {
                Throwable cause = e instanceof CompletionException && e.getCause() != null ? e.getCause() : e;
                String why = cause instanceof Failure ? cause.getMessage() : cause.toString();
                System.out.println("FAIL " + what + ": " + why.replaceAll("[\\p{Cntrl}&&[^\n]]", "?"));
                failed++;
                return false;
            }
            System.out.println("ok   " + what);
            passed++;
            return true;
        }

        void skip(String what) {
            System.out.println("skip " + what);
            skipped++;
        }

        /** Prints the count and returns the exit status. */
        int close() {
            System.out.println(
                    passed + " passed, " + failed + " failed" + (skipped > 0 ? ", " + skipped + " skipped" : ""));
            return failed == 0 ? 0 : 1;
        }
    }

    /** Where an instance listens, or a balancer: then the probes are those of all instances behind it. */
    private record Target(URI url, List<URI> metricsUrls) {
        static Target of(String url, List<String> metricsUrls) {
            URI base = base(url);
            return metricsUrls.isEmpty()
                    ? new Target(base, List.of(base("http://" + base.getHost() + ":9090")))
                    : new Target(base, metricsUrls.stream().map(Target::base).toList());
        }

        private static URI base(String url) {
            URI base = URI.create(url.replaceFirst("^ws", "http").replaceFirst("/+$", ""));
            if (base.getHost() == null || !Set.of("http", "https").contains(base.getScheme())) {
                throw new IllegalArgumentException("not the URL of an instance: " + url);
            }
            return base;
        }

        URI http(String path) {
            return URI.create(url + path);
        }

        URI ws(String path) {
            return URI.create(url.toString().replaceFirst("^http", "ws") + path);
        }
    }

    private record Options(List<Target> targets, boolean intrusive) {
        static Options parse(String[] arguments) {
            Map<String, List<String>> metricsUrls = new LinkedHashMap<>();
            boolean intrusive = false;
            String url = null;
            List<String> words = List.of(arguments).stream()
                    .flatMap(argument -> List.of(argument.split("=", 2)).stream())
                    .toList();
            for (var word = words.iterator(); word.hasNext(); ) {
                String option = word.next();
                if (option.equals("--intrusive")) {
                    intrusive = true;
                } else if (option.equals("--url") && word.hasNext()) {
                    url = word.next();
                    metricsUrls.put(url, new ArrayList<>());
                } else if (option.equals("--metrics-url") && url != null && word.hasNext()) {
                    metricsUrls.get(url).add(word.next());
                } else {
                    throw new IllegalArgumentException("not an option, or not in its place: " + option);
                }
            }
            List<Target> targets = metricsUrls.entrySet().stream()
                    .map(entry -> Target.of(entry.getKey(), entry.getValue()))
                    .toList();
            return new Options(targets, intrusive);
        }
    }

    /** What came in on a socket, or goes out; binary content stands here as ISO 8859-1. */
    private record Received(String kind, String content) {
        @Override
        public String toString() {
            return kind + " " + content;
        }
    }

    /** A client's socket, and what came in on it. */
    private static final class Socket implements WebSocket.Listener, AutoCloseable {
        private final BlockingQueue<Received> received = new LinkedBlockingQueue<>();
        private final StringBuilder text = new StringBuilder();
        private final ByteArrayOutputStream binary = new ByteArrayOutputStream();
        private final boolean json;
        private WebSocket webSocket;

        private Socket(boolean json) {
            this.json = json;
        }

        static Socket open(HttpClient http, URI uri, String... subprotocols) {
            Socket socket = new Socket(uri.getPath().endsWith("/ws"));
            WebSocket.Builder builder = http.newWebSocketBuilder().connectTimeout(PATIENCE);
            if (subprotocols.length > 0) {
                builder.subprotocols(
                        subprotocols[0], List.of(subprotocols).stream().skip(1).toArray(String[]::new));
            }
            socket.webSocket = builder.buildAsync(uri, socket).join();
            return socket;
        }

        String subprotocol() {
            return webSocket.getSubprotocol();
        }

        void send(String message) {
            webSocket.sendText(message, true).join();
        }

        void send(Received message) {
            if (message.kind.equals("binary")) {
                webSocket
                        .sendBinary(StandardCharsets.ISO_8859_1.encode(message.content), true)
                        .join();
            } else {
                send(message.content);
            }
        }

        void ping(String payload) {
            webSocket.sendPing(StandardCharsets.ISO_8859_1.encode(payload)).join();
        }

        /** Waits for what comes in next, messages of other clients aside. */
        Received next() {
            try {
                Received next;
                do {
                    next = received.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
                    expectTrue("a message within 30 s, got none", next != null);
                } while (isOfAnother(next));
                return next;
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }

        private boolean isOfAnother(Received next) {
            boolean published =
                    json ? next.content.contains("\"event\"") : next.kind.equals("text") || next.kind.equals("binary");
            return published && !next.content.contains(TOKEN) && !next.content.contains(base64(TOKEN));
        }

        /** Begins the closing handshake; the peer's answer comes by {@link #next()}. */
        @Override
        public void close() {
            if (!webSocket.isOutputClosed()) {
                webSocket.sendClose(WebSocket.NORMAL_CLOSURE, ""); // fails where the peer was faster, which is as good
            }
        }

        @Override
        public CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
            text.append(data);
            if (last) {
                received.add(new Received("text", text.toString()));
                text.setLength(0);
            }
            webSocket.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onBinary(WebSocket webSocket, ByteBuffer data, boolean last) {
            while (data.hasRemaining()) {
                binary.write(data.get());
            }
            if (last) {
                received.add(new Received("binary", binary.toString(StandardCharsets.ISO_8859_1)));
                binary.reset();
            }
            webSocket.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onPong(WebSocket webSocket, ByteBuffer message) {
            received.add(new Received(
                    "pong", StandardCharsets.ISO_8859_1.decode(message).toString()));
            webSocket.request(1);
            return null;
        }

        /** The close is answered by {@link #close()}: until then, what the server does meanwhile can be looked at. */
        @Override
        public CompletionStage<?> onClose(WebSocket webSocket, int statusCode, String reason) {
            received.add(new Received("close", statusCode + " " + reason));
            return new CompletableFuture<>();
        }

        @Override
        public void onError(WebSocket webSocket, Throwable error) {
            received.add(new Received("failure", error.toString()));
        }
    }

    /** An instance of our own on ports that the system chose, ended when this program ends at the latest. */
    private static final class Instance implements AutoCloseable {
        private static final Pattern LISTENING = Pattern.compile("listening url=(\\S+) metrics=(\\S+)\\R");

        private final Path log = Files.createTempFile("fanfare-smoke", ".log");
        private final Path configuration = Files.createTempFile("fanfare-smoke", ".yaml");
        private final Process process;
        private Target target;

        Instance(Path jar) throws IOException {
            Files.writeString(configuration, """
                server:
                  host: 127.0.0.1
                  port: 0
                metrics:
                  host: 127.0.0.1
                  port: 0
                shutdown:
                  grace: 500ms
                channels:
                  - {match: "smoke-*:kept", history-size: 5}
                  - {match: "smoke-*:room", presence: true}
                """);
            ProcessBuilder builder = new ProcessBuilder(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-jar",
                    jar.toString(),
                    "serve",
                    "--config-file",
                    configuration.toString());
            builder.environment().keySet().removeIf(name -> name.startsWith("FANFARE_"));
            process = builder.redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
        }

        void awaitListening() throws Exception {
            awaitTrue("a line 'listening url=… metrics=…' in its log", () -> {
                boolean alive = process.isAlive();
                Matcher listening = LISTENING.matcher(Files.readString(log));
                boolean found = listening.find();
                expectTrue("it to run", alive || found);
                if (found) {
                    target = Target.of(listening.group(1), List.of(listening.group(2)));
                }
                return found;
            });
        }

        @Override
        public void close() throws IOException {
            process.destroyForcibly();
            Files.deleteIfExists(configuration);
            Files.deleteIfExists(log);
        }
    }
}
