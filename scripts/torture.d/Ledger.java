import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** All that was sent and got, and what is wrong with it. One lock guards it, so it has one order of events. */
final class Ledger {
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
    private final Findings findings;
    private final List<Life> lives = new ArrayList<>();
    private final Map<Integer, Session> sessions = new HashMap<>();
    private final List<Disturbance> disturbances = new ArrayList<>();
    private final Map<String, Long> ends = new TreeMap<>();
    private final Map<String, Long> tally = new LinkedHashMap<>();
    private long published;
    private long deliveries;
    private long slowest;

    Ledger(LongSupplier clock, Findings findings) {
        this.clock = clock;
        this.findings = findings;
    }

    void find(String what) {
        findings.add(what);
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
        return disturbed(life, sentAt, sentAt + Waits.PUBLISH_TIMEOUT.toNanos() + MARGIN);
    }

    /** Whether something was broken in this time that concerns an instance. */
    synchronized boolean disturbed(Life life, long from, long to) {
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
        if (asked == null || asked.id() != id) {
            find(session + " got the answer " + answer + " to " + id + ", while it waits for "
                    + (asked == null ? "none" : asked.id()));
            return;
        }
        session.pending.remove();
        session.carriedOutUntil = asked.sentAt();
        session.answered = id;
        slowest = Math.max(slowest, clock.getAsLong() - asked.sentAt());
        notifyAll();
        switch (asked.type() + " " + answer) {
            case "publish published" -> {
                asked.publications().fates[asked.number()] = (byte) (local ? Fate.LOCAL : Fate.CONFIRMED).ordinal();
                session.life.local += local ? 1 : 0;
            }
            case "publish error unavailable" ->
                asked.publications().fates[asked.number()] = (byte) Fate.REFUSED.ordinal();
            case "subscribe subscribed" ->
                session.windows.computeIfAbsent(
                        asked.channel(), channel -> new Window(session, channel, clock.getAsLong()));
            case "unsubscribe unsubscribed" -> {
                Window window = session.windows.remove(asked.channel());
                if (window != null) {
                    session.earlier
                            .computeIfAbsent(asked.channel(), channel -> new HashMap<>())
                            .putAll(window.last);
                }
            }
            case "ping pong" -> {}
            default -> find(session + " got the answer " + answer + " to a " + asked.type());
        }
    }

    /** Finds commands that should have been answered by now. */
    synchronized void checkAnswers() {
        long now = clock.getAsLong();
        for (Session session : sessions.values()) {
            Pending oldest = session.pending.peek();
            if (oldest != null && !session.ended && !session.closing && !session.reported) {
                // A publication waits for Redis once, any other command also for the publications before it.
                int waits = oldest.publications() == null ? 2 : 1;
                if (now - oldest.sentAt() > waits * Waits.PUBLISH_TIMEOUT.toNanos() + MARGIN) {
                    session.reported = true;
                    find("%s has had no answer to its %s %d for %.1f s"
                            .formatted(session, oldest.type(), oldest.id(), (now - oldest.sentAt()) / 1e9));
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
            expect(session.closing, session.life, how, session);
            notifyAll();
        }
    }

    /** A session of somebody whom the ledger does not follow. */
    synchronized void enters(Life life) {
        life.open++;
    }

    synchronized void exits(Life life, String how, boolean closing, String who) {
        life.open--;
        ends.merge(closing ? "closed by the client" : how.replaceAll("\\d+ ms", "N ms"), 1L, Long::sum);
        expect(closing, life, how, who);
    }

    private void expect(boolean closing, Life life, String how, Object who) {
        if (!closing && !(life.leaving ? AT_AN_END : SLOW).matcher(how).matches()) {
            find(who + " ended for no reason that we know: " + how);
        }
    }

    synchronized int open(Life life) {
        return life.open;
    }

    // Deliveries

    synchronized void delivered(Session listener, Content content, boolean wrongChannel) {
        long now = clock.getAsLong();
        deliveries++;
        Session publisher = sessions.get(content.session());
        Publications publications = publisher == null ? null : publisher.publications.get(content.channel());
        if (publications == null || publisher.isRaw() != content.raw() || content.number() >= publications.count) {
            find(listener + " got a message that nobody published: " + content);
            return;
        }
        if (!content.intact() || wrongChannel) {
            find(listener + " got " + content + (wrongChannel ? " on another channel" : " changed"));
            return;
        }
        if (publisher == listener && listener.isRaw()) {
            listener.carriedOutUntil = publications.sentAt[content.number()];
            notifyAll();
        }
        Window window = listener.windows.get(content.channel());
        if (window == null) {
            if (!listener.ended) {
                find(listener + " got " + content + " without being subscribed");
            }
            return;
        }
        enter(window, publications, content.number(), now);
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
