package dev.fanfare.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fanfare.testing.Frame;
import dev.fanfare.testing.SharedInstance;
import dev.fanfare.testing.WebSocketPeer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Everybody gets everything, once, and in one order. */
class OrderTest {
    /** The peers read and write as fast as the machine lets them, so nobody is to be found slow. */
    @RegisterExtension
    static final SharedInstance SERVER = SharedInstance.with("session.send-limit=256MiB");

    private static final ExecutorService THREADS = Executors.newCachedThreadPool();

    @AfterAll
    static void end() {
        THREADS.shutdownNow();
    }

    @Test
    void whatOnePublisherSendsArrivesInItsOrderOnEveryLoop() throws Exception {
        int messages = 10_000;
        List<Future<List<String>>> records = listen("/raw/order1", 8, messages);
        WebSocketPeer publisher = SERVER.connect("/raw/order1");
        Future<List<String>> own = read(publisher, messages);
        for (int from = 0; from < messages; from += 500) {
            publisher.send(IntStream.range(from, from + 500)
                    .mapToObj(i -> Frame.text("m" + i))
                    .toArray(Frame[]::new));
        }
        List<String> expected =
                IntStream.range(0, messages).mapToObj(i -> "m" + i).toList();
        assertThat(own.get()).isEqualTo(expected);
        for (Future<List<String>> record : records) {
            assertThat(record.get()).isEqualTo(expected);
        }
    }

    @Test
    void severalPublishersAreSeenInOneOrderByAllAndEachInItsOwn() throws Exception {
        int publishers = 20;
        int each = 200;
        List<Future<List<String>>> records = listen("/raw/order2", 6, publishers * each);
        List<Future<?>> sending = new ArrayList<>();
        for (int p = 0; p < publishers; p++) {
            String name = "p" + p + " ";
            WebSocketPeer publisher = SERVER.connect("/raw/order2");
            Future<List<String>> own = read(publisher, publishers * each);
            records.add(own);
            sending.add(THREADS.submit(() -> IntStream.range(0, each).forEach(i -> publisher.sendText(name + i))));
        }
        for (Future<?> done : sending) {
            done.get();
        }
        List<String> first = records.get(0).get();
        for (Future<List<String>> record : records.subList(0, 6)) {
            assertThat(record.get()).isEqualTo(first);
        }
        Map<String, Integer> next = new TreeMap<>();
        for (String message : first) {
            String[] words = message.split(" ", 2);
            assertThat(Integer.parseInt(words[1])).isEqualTo(next.merge(words[0], 1, Integer::sum) - 1);
        }
        assertThat(next).hasSize(publishers).allSatisfy((name, count) -> assertThat(count)
                .isEqualTo(each));
    }

    @Test
    void joiningAndLeavingAmidTrafficLosesAndDoublesNothing() throws Exception {
        WebSocketPeer publisher = SERVER.connect("/ws");
        List<Future<?>> churn = new ArrayList<>();
        int rounds = 40;
        for (int c = 0; c < 6; c++) {
            WebSocketPeer peer = SERVER.connect("/ws");
            churn.add(THREADS.submit(() -> IntStream.range(0, rounds).forEach(round -> comeAndGo(peer, round))));
        }
        int sent = 0;
        while (churn.stream().anyMatch(future -> !future.isDone())) {
            publisher.sendText(
                    "{\"type\":\"publish\",\"channel\":\"churn\",\"data\":" + sent + ",\"id\":" + sent + "}");
            assertThat(publisher.text()).contains("\"id\":" + sent + ",");
            sent++;
        }
        for (Future<?> future : churn) {
            future.get();
        }
    }

    /** Between its {@code subscribed} and its {@code unsubscribed} a peer sees an unbroken run of numbers. */
    private static void comeAndGo(WebSocketPeer peer, int round) {
        peer.sendText("{\"type\":\"subscribe\",\"channel\":\"churn\",\"id\":\"in" + round + "\"}");
        assertThat(peer.text()).contains("\"subscribed\"").contains("in" + round);
        peer.sendText("{\"type\":\"unsubscribe\",\"channel\":\"churn\",\"id\":\"out" + round + "\"}");
        int last = -1;
        for (String text = peer.text(); !text.contains("out" + round); text = peer.text()) {
            int number = Integer.parseInt(text.replaceFirst(".*\"data\":(\\d+).*", "$1"));
            assertThat(last == -1 || number == last + 1)
                    .as("%s behind %s", number, last)
                    .isTrue();
            last = number;
        }
    }

    @Test
    void whatAClientSendsRightBeforeItLeavesIsPublished() throws Exception {
        int messages = 1_000;
        List<Future<List<String>>> records = listen("/raw/parting", 2, messages);
        Frame[] frames = IntStream.rangeClosed(0, messages)
                .mapToObj(i -> i < messages ? Frame.text("m" + i) : Frame.close(1000))
                .toArray(Frame[]::new);
        SERVER.connect("/raw/parting").send(frames);
        for (Future<List<String>> record : records) {
            assertThat(record.get()).hasSize(messages).last().isEqualTo("m" + (messages - 1));
        }
    }

    private static List<Future<List<String>>> listen(String path, int count, int messages) {
        List<Future<List<String>>> records = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            records.add(read(SERVER.connect(path), messages));
        }
        return records;
    }

    private static Future<List<String>> read(WebSocketPeer peer, int messages) {
        return THREADS.submit(() -> {
            List<String> texts = new ArrayList<>(messages);
            while (texts.size() < messages) {
                texts.add(peer.text());
            }
            return texts;
        });
    }
}
