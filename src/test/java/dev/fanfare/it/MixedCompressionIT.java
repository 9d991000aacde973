package dev.fanfare.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fanfare.testing.Frame;
import dev.fanfare.testing.SharedInstance;
import dev.fanfare.testing.WebSocketPeer;
import dev.fanfare.testing.Wire;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntConsumer;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Compressed and plain sockets on one channel: everybody gets everything, once, and in the order of its publisher. */
class MixedCompressionIT {
    /** The peers read as fast as the machine lets them, so nobody is to be found slow. */
    @RegisterExtension
    static final SharedInstance SERVER = SharedInstance.with("session.send-limit=256MiB");

    private static final ExecutorService THREADS = Executors.newCachedThreadPool();

    private static final int SUBSCRIBERS = 40;
    private static final int PUBLISHERS = 4;
    private static final int EACH = 25;
    private static final int ALL = PUBLISHERS * EACH;

    @AfterAll
    static void end() {
        THREADS.shutdownNow();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/raw/mixed"})
    void everybodyGetsEveryMessageOnRawSockets(String path) throws Exception {
        double before = SERVER.instance().metric("fanfare_messages_total");
        List<WebSocketPeer> publishers = connect(path, PUBLISHERS);
        List<Future<List<Frame>>> records = new ArrayList<>();
        for (WebSocketPeer peer : connect(path, SUBSCRIBERS)) {
            records.add(record(ALL, () -> peer.frame().inflated()));
        }
        for (WebSocketPeer peer : publishers) {
            records.add(record(ALL, () -> peer.frame().inflated()));
        }
        whileSocketsComeAndGo(round -> comeAndGo(path, round), () -> {
            publish(publishers, MixedCompressionIT::messages);
            for (Future<List<Frame>> record : records) {
                assertWhole(record.get(), MixedCompressionIT::messages, Frame::text);
            }
            return null;
        });
        assertBalanced(before);
    }

    @Test
    void everybodyGetsEveryEventOnJsonSockets() throws Exception {
        double before = SERVER.instance().metric("fanfare_messages_total");
        List<WebSocketPeer> publishers = connect("/ws", PUBLISHERS);
        List<Future<List<String>>> records = new ArrayList<>();
        for (WebSocketPeer peer : connect("/ws", SUBSCRIBERS)) {
            say(peer, "subscribe");
            records.add(record(ALL, () -> data(peer.frame().inflated())));
        }
        whileSocketsComeAndGo(MixedCompressionIT::comeSubscribeAndGo, () -> {
            publish(publishers, p -> texts(p).map(text ->
                    Frame.text("{\"type\":\"publish\",\"channel\":\"mixed-json\",\"data\":\"" + text + "\"}")));
            for (Future<List<String>> record : records) {
                assertWhole(record.get(), MixedCompressionIT::texts, text -> text);
            }
            return null;
        });
        assertBalanced(before);
    }

    /** Sockets of both kinds in turns. */
    private static List<WebSocketPeer> connect(String path, int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> i % 2 == 0 ? SERVER.connectCompressing(path) : SERVER.connect(path))
                .toList();
    }

    /** Every second publisher compresses. */
    private static void publish(List<WebSocketPeer> publishers, Messages<Frame> messages) throws Exception {
        List<Future<?>> sending = new ArrayList<>();
        for (int i = 0; i < PUBLISHERS; i++) {
            int p = i;
            sending.add(THREADS.submit(() -> messages.of(p)
                    .forEach(message -> publishers.get(p).send(p % 2 == 0 ? message.compressed() : message))));
        }
        for (Future<?> done : sending) {
            done.get();
        }
    }

    private static <T> Future<List<T>> record(int count, Callable<T> next) {
        return THREADS.submit(() -> {
            List<T> record = new ArrayList<>(count);
            while (record.size() < count) {
                record.add(next.call());
            }
            return record;
        });
    }

    /** All messages are there, each publisher's in its order; empty ones name no publisher, and are counted. */
    private static <T> void assertWhole(List<T> record, Messages<T> messages, Text<T> text) {
        for (int p = 0; p < PUBLISHERS; p++) {
            Predicate<T> named = named(p, text);
            assertThat(record.stream().filter(named).toList())
                    .as("messages of publisher %d", p)
                    .isEqualTo(messages.of(p).filter(named).toList());
        }
        assertThat(record.stream().map(text::of).filter(String::isEmpty)).hasSize(PUBLISHERS * (EACH / 5));
    }

    private static <T> Predicate<T> named(int publisher, Text<T> text) {
        return message -> text.of(message).startsWith("p" + publisher + " ");
    }

    /** What a publisher sends, the same each time. */
    private interface Messages<T> {
        Stream<T> of(int publisher);
    }

    private interface Text<T> {
        String of(T message);
    }

    /** Texts of 0 to 60,000 bytes, every fifth of them empty. */
    private static Stream<String> texts(int publisher) {
        return IntStream.range(0, EACH).mapToObj(i -> {
            String name = "p" + publisher + " " + i + " ";
            int sentences = new Random(EACH * publisher + i).nextInt(60_000 / 12 - 1);
            return i % 5 == 0 ? "" : name + "lorem ipsum ".repeat(i % 2 == 0 ? sentences : sentences / 100);
        });
    }

    /** These texts, and in place of every third one binary data that does not shrink. */
    private static Stream<Frame> messages(int publisher) {
        List<String> texts = texts(publisher).toList();
        return IntStream.range(0, EACH).mapToObj(i -> {
            byte[] text = texts.get(i).getBytes(UTF_8);
            if (i % 3 > 0 || text.length == 0) {
                return Frame.text(text);
            }
            byte[] noise = new byte[text.length];
            new Random(i).nextBytes(noise);
            System.arraycopy(text, 0, noise, 0, 3);
            return Frame.binary(noise);
        });
    }

    /** Carries {@code work} out while four threads go round with others. */
    private static void whileSocketsComeAndGo(IntConsumer round, Callable<Void> work) throws Exception {
        var over = new AtomicBoolean();
        List<Future<?>> threads = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            int first = i;
            threads.add(THREADS.submit(() -> {
                for (int number = first; !over.get(); number += 3) {
                    round.accept(number);
                }
            }));
        }
        try {
            work.call();
        } finally {
            over.set(true);
        }
        for (Future<?> thread : threads) {
            thread.get();
        }
    }

    /** A socket that reads what there is until it leaves, or vanishes. */
    private static void comeAndGo(String path, int round) {
        var dial = WebSocketPeer.to(SERVER.port());
        try (WebSocketPeer peer = round % 2 == 0 ? dial.connectCompressing(path) : dial.connect(path)) {
            peer.sendPing();
            readUntil(peer, frame -> frame.opcode() == Frame.PONG);
            if (round % 5 == 0) {
                peer.vanish();
            } else {
                peer.sendClose(1000, "");
                readUntil(peer, frame -> frame.opcode() == Frame.CLOSE);
            }
        }
    }

    private static void comeSubscribeAndGo(int round) {
        var dial = WebSocketPeer.to(SERVER.port());
        try (WebSocketPeer peer = round % 2 == 0 ? dial.connectCompressing("/ws") : dial.connect("/ws")) {
            say(peer, "subscribe");
            if (round % 5 > 0) {
                say(peer, "unsubscribe");
                peer.leave();
            }
        }
    }

    private static void say(WebSocketPeer peer, String type) {
        peer.sendText("{\"type\":\"" + type + "\",\"channel\":\"mixed-json\",\"id\":\"" + type + "\"}");
        readUntil(peer, frame -> frame.text().contains("\"id\":\"" + type + "\""));
    }

    private static void readUntil(WebSocketPeer peer, Predicate<Frame> last) {
        while (!last.test(peer.frame().inflated())) {
            // What comes before can be inflated: that is checked.
        }
    }

    private static String data(Frame event) {
        String text = event.text();
        int start = text.indexOf("\"data\":\"") + 8;
        return text.substring(start, text.indexOf('"', start));
    }

    private static void assertBalanced(double messagesBefore) {
        await().atMost(Wire.PATIENCE).untilAsserted(() -> {
            assertThat(SERVER.instance().metric("fanfare_messages_total") - messagesBefore)
                    .isEqualTo(ALL);
            assertThat(SERVER.instance().metric("fanfare_queued_bytes")).isZero();
            assertThat(SERVER.instance().metric("fanfare_disconnections_total{reason=\"slow_consumer\"}"))
                    .isZero();
        });
    }
}
