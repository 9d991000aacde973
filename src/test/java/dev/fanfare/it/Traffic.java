package dev.fanfare.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fanfare.testing.Commands;
import dev.fanfare.testing.Eventually;
import dev.fanfare.testing.Frame;
import dev.fanfare.testing.Instance;
import dev.fanfare.testing.WebSocketPeer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A publisher and a listener on each of some instances, at work while something fails, and their books. Each publisher
 * numbers what it publishes on one channel from 0, and asks for an answer to each.
 */
final class Traffic implements AutoCloseable {
    /** Between two messages of a publisher. */
    private static final Duration PACE = Duration.ofMillis(5);

    private static final Pattern EVENT = Pattern.compile("\\{\"type\":\"event\".*\"data\":\"(\\d+) (\\d+)\".*");
    private static final Pattern ANSWER = Pattern.compile("\\{\"type\":\"published\".*\"id\":\"(\\d+)\".*}");

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<Publisher> publishers;
    private final List<Listener> listeners;
    private final List<Future<?>> readers = new ArrayList<>();

    /** Begins, and waits until everybody has heard from everybody. */
    Traffic(List<Instance> instances) {
        listeners = instances.stream().map(Listener::new).toList();
        publishers = IntStream.range(0, instances.size())
                .mapToObj(i -> new Publisher(i, instances.get(i)))
                .toList();
        listeners.forEach(listener -> readers.add(threads.submit(listener::read)));
        publishers.forEach(publisher -> {
            readers.add(threads.submit(publisher::read));
            publisher.writer = threads.submit(publisher::write);
        });
        awaitEverywhere();
    }

    /** Waits until the publisher's own instance has delivered what is published from now on. */
    void awaitLocalDelivery(int instance) {
        int from = publishers.get(instance).sent;
        Eventually.holds(
                () -> assertThat(last(listeners.get(instance), instance)).isGreaterThan(from));
    }

    /** Waits until a publication that is made from now on is answered with {@code "local":true}. */
    void awaitLocalAnswer(int instance) {
        Publisher publisher = publishers.get(instance);
        int from = publisher.sent;
        Eventually.holds(() -> assertThat(publisher.answers.entrySet().stream()
                        .anyMatch(answer ->
                                answer.getKey() > from && answer.getValue().local()))
                .as("an answer with local")
                .isTrue());
    }

    /** Waits until everybody hears what everybody publishes from now on. */
    void awaitEverywhere() {
        List<Integer> from =
                publishers.stream().map(publisher -> publisher.sent).toList();
        for (Listener listener : listeners) {
            for (Publisher publisher : publishers) {
                Eventually.holds(() -> assertThat(last(listener, publisher.number))
                        .as("the last of %s that %s heard", publisher.number, listeners.indexOf(listener))
                        .isGreaterThan(from.get(publisher.number)));
            }
        }
    }

    private static int last(Listener listener, int publisher) {
        List<Integer> heard = listener.heardOf(publisher);
        return heard.isEmpty() ? -1 : heard.get(heard.size() - 1);
    }

    /**
     * Ends it, and checks the books: every publication was answered within {@code bound}, and heard once and in order, or
     * counted as missed.
     */
    void settle(Duration bound) throws Exception {
        for (Publisher publisher : publishers) {
            publisher.writing = false;
            publisher.writer.get();
        }
        publishers.forEach(publisher -> publisher.awaitConfirmedLast());
        for (int i = 0; i < listeners.size(); i++) {
            check(i, bound);
        }
        close();
        for (Future<?> reader : readers) {
            reader.get();
        }
    }

    private void check(int instance, Duration bound) {
        Listener listener = listeners.get(instance);
        int never = 0;
        for (Publisher publisher : publishers) {
            int last = publisher.sent - 1;
            Eventually.holds(() -> assertThat(last(listener, publisher.number)).isEqualTo(last));
            List<Integer> heard = List.copyOf(listener.heardOf(publisher.number));
            assertThat(heard)
                    .as("heard of %s", publisher.number)
                    .doesNotHaveDuplicates()
                    .isSorted();
            if (publisher.number == instance) {
                assertThat(heard).as("heard of ourselves").hasSize(publisher.sent);
            }
            never += publisher.sent - heard.size();
        }
        assertThat(listener.instance.metric("fanfare_bridge_missed_total") - listener.missedBefore)
                .as("missed by %s", instance)
                .isEqualTo(never);
        publishers.get(instance).check(bound);
    }

    @Override
    public void close() {
        publishers.forEach(publisher -> {
            publisher.writing = false;
            publisher.peer.close();
        });
        listeners.forEach(listener -> listener.peer.close());
        threads.shutdown();
    }

    /** What comes until the instance sends its client away, or the connection ends. */
    private static Stream<String> texts(WebSocketPeer peer) {
        return Stream.generate(peer::frameOrEnd)
                .takeWhile(frame -> frame.isPresent() && frame.get().opcode() == Frame.TEXT)
                .map(frame -> frame.orElseThrow().text())
                .onClose(peer::close);
    }

    private record Answer(boolean local, long nanos) {}

    private static final class Listener {
        final Instance instance;
        final WebSocketPeer peer;
        final double missedBefore;
        private final Map<Integer, List<Integer>> heard = new ConcurrentHashMap<>();

        Listener(Instance instance) {
            this.instance = instance;
            this.peer = instance.connect("/ws").answeringPings().sendText(Commands.subscribe("load", "in"));
            this.missedBefore = instance.metric("fanfare_bridge_missed_total");
            assertThat(peer.text()).contains("\"subscribed\"");
        }

        List<Integer> heardOf(int publisher) {
            return heard.computeIfAbsent(publisher, number -> new CopyOnWriteArrayList<>());
        }

        void read() {
            try (Stream<String> texts = texts(peer)) {
                texts.forEach(text -> {
                    Matcher event = EVENT.matcher(text);
                    assertThat(event.matches()).as(text).isTrue();
                    heardOf(Integer.parseInt(event.group(1))).add(Integer.valueOf(event.group(2)));
                });
            }
        }
    }

    private static final class Publisher {
        final int number;
        final Instance instance;
        final WebSocketPeer peer;
        final double confirmedBefore;
        final Map<Integer, Answer> answers = new ConcurrentHashMap<>();
        private final Map<Integer, Long> sentAt = new ConcurrentHashMap<>();
        volatile int sent;
        volatile boolean writing = true;
        Future<?> writer = new CompletableFuture<>();

        Publisher(int number, Instance instance) {
            this.number = number;
            this.instance = instance;
            this.peer = instance.connect("/ws").answeringPings();
            this.confirmedBefore = instance.metric("fanfare_bridge_published_total");
        }

        void write() {
            while (writing) {
                publish();
                LockSupport.parkNanos(PACE.toNanos());
            }
        }

        private int publish() {
            int message = sent;
            sentAt.put(message, System.nanoTime());
            sent = message + 1;
            // Whoever sends it away has closed its connection.
            writing &= peer.trySend(
                    Frame.text(Commands.publish("load", "\"" + number + " " + message + "\"", "" + message)));
            return message;
        }

        void read() {
            try (Stream<String> texts = texts(peer)) {
                texts.forEach(text -> {
                    Matcher answer = ANSWER.matcher(text);
                    assertThat(answer.matches()).as(text).isTrue();
                    Integer message = Integer.valueOf(answer.group(1));
                    boolean local = text.contains(",\"local\":true");
                    assertThat(answers.put(
                                    message,
                                    new Answer(local, System.nanoTime() - Objects.requireNonNull(sentAt.get(message)))))
                            .as("a second answer to %s", message)
                            .isNull();
                });
            }
        }

        /** By its number whoever hears it knows what he has missed before. */
        void awaitConfirmedLast() {
            int[] last = {publish()};
            Eventually.holds(() -> {
                boolean answered = answers.containsKey(last[0]);
                assertThat(answered).as("the last message is answered").isTrue();
                boolean local = Objects.requireNonNull(answers.get(last[0])).local();
                if (local) {
                    last[0] = publish();
                }
                assertThat(local).as("and not confirmed").isFalse();
            });
        }

        void check(Duration bound) {
            Eventually.holds(() -> assertThat(answers).hasSize(sent));
            assertThat(Duration.ofNanos(answers.values().stream()
                            .mapToLong(Answer::nanos)
                            .max()
                            .orElseThrow()))
                    .as("the longest that an answer took")
                    .isLessThan(bound);
            long confirmed =
                    answers.values().stream().filter(answer -> !answer.local()).count();
            assertThat(instance.metric("fanfare_bridge_published_total") - confirmedBefore)
                    .isEqualTo((double) confirmed);
        }
    }
}
