package dev.fanfare.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fanfare.testing.Commands;
import dev.fanfare.testing.Encoding;
import dev.fanfare.testing.Frame;
import dev.fanfare.testing.Instance;
import dev.fanfare.testing.JoinedInstances;
import dev.fanfare.testing.WebSocketPeer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Three instances behave like one, as long as Redis does. */
class BridgeTest {
    private static final int INSTANCES = 3;

    /** The largest message that there can be; and readers that have a message of that size before them are not slow. */
    @RegisterExtension
    static final JoinedInstances RELAY =
            JoinedInstances.of(INSTANCES, "server.max-message-size=8MiB", "session.send-limit=256MiB");

    /** Under the tests' detection of leaks, Netty pays for each byte that it unmasks with a stack trace, but for none that is masked with 0. */
    private static final Encoding UNMASKING_IS_CHEAP = Encoding.MASKED.withKey(0);

    private static final ExecutorService THREADS = Executors.newCachedThreadPool();

    @AfterAll
    static void end() {
        THREADS.shutdownNow();
    }

    @Test
    void everyMessageReachesEveryInstanceOnceAndInItsPublishersOrder() throws Exception {
        int each = 1_000;
        List<WebSocketPeer> raw = onEach(i -> RELAY.connect(i, "/raw/order"));
        List<WebSocketPeer> json = onEach(i -> RELAY.subscribed(i, "order"));
        List<Future<List<String>>> records = new ArrayList<>();
        raw.forEach(peer -> records.add(THREADS.submit(() -> read(peer, INSTANCES * each))));
        json.forEach(peer -> records.add(THREADS.submit(() -> readData(peer, INSTANCES * each))));
        for (int from = 0; from < each; from += 50) {
            for (int i = 0; i < INSTANCES; i++) {
                String name = "p" + i + " ";
                raw.get(i)
                        .send(IntStream.range(from, from + 50)
                                .mapToObj(n -> Frame.text(name + n))
                                .toArray(Frame[]::new));
            }
        }
        for (Future<List<String>> record : records) {
            Map<String, List<Integer>> numbers = new LinkedHashMap<>();
            record.get().forEach(text -> numbers.computeIfAbsent(text.substring(0, 2), name -> new ArrayList<>())
                    .add(Integer.valueOf(text.substring(3))));
            assertThat(numbers).containsOnlyKeys("p0", "p1", "p2");
            assertThat(numbers.values()).allSatisfy(list -> assertThat(list)
                    .isEqualTo(IntStream.range(0, each).boxed().toList()));
        }
        expectNothingMore(raw, json, "order");
    }

    /** Were a message on its way for the second time, it would come before one that is sent now by another instance. */
    private static void expectNothingMore(List<WebSocketPeer> raw, List<WebSocketPeer> json, String channel) {
        for (int i = 0; i < INSTANCES; i++) {
            WebSocketPeer publisher = raw.get(i);
            publisher.sendText("last " + i);
            for (int reader = 0; reader < INSTANCES; reader++) {
                raw.get(reader).expectText("last " + i);
                assertThat(json.get(reader).text()).contains("\"data\":\"last " + i + "\"", channel);
            }
        }
    }

    @Test
    void anInstanceDoesNotHearItself() {
        WebSocketPeer raw = RELAY.connect(0, "/raw/echo");
        WebSocketPeer json = RELAY.subscribed(0, "echo");
        WebSocketPeer other = RELAY.connect(1, "/raw/echo");
        json.sendText(Commands.publish("echo", "\"json\"", "p"));
        raw.expectText("json");
        // The hub answers a publisher behind its own message, and this answer waited for Redis.
        assertThat(json.text()).contains("\"event\"", "\"json\"");
        assertThat(json.text()).contains("\"published\"");
        raw.sendText("raw").expectText("raw");
        assertThat(json.text()).contains("\"event\"", "\"raw\"");
        // Through Redis in one order: behind the echoes, if there were some.
        other.expectText("json").expectText("raw").sendText("last");
        raw.expectText("last");
        assertThat(json.text()).contains("\"event\"", "\"last\"");
        other.expectText("last");
    }

    @Test
    void aBroadcastReachesEverySocketOfEveryInstance() {
        List<WebSocketPeer> raw = onEach(i -> RELAY.connect(i, "/raw/some" + i));
        List<WebSocketPeer> json = onEach(i -> RELAY.connect(i, "/ws"));
        WebSocketPeer publisher = RELAY.connect(1, "/ws").sendText(Commands.broadcast("\"to all\"", "b"));
        raw.forEach(peer -> peer.expectText("to all"));
        json.forEach(peer -> assertThat(peer.text()).startsWith("{\"type\":\"event\",\"data\":\"to all\","));
        expectEventAndAnswer(publisher);
    }

    /** Which of them is first, its own message or the answer, is not promised. */
    private static void expectEventAndAnswer(WebSocketPeer publisher) {
        assertThat(List.of(publisher.text(), publisher.text()))
                .anyMatch(text -> text.contains("\"event\""))
                .anyMatch(text -> text.contains("\"published\"") && !text.contains("local"));
    }

    @Test
    void aChannelIsHeardByItsSubscribersAlone() {
        WebSocketPeer news = RELAY.subscribed(1, "news");
        WebSocketPeer sport = RELAY.subscribed(1, "sport");
        RELAY.connect(0, "/raw/news").sendText("for news").expectText("for news");
        assertThat(news.text()).contains("\"for news\"");
        RELAY.connect(0, "/raw/sport").sendText("for sport").expectText("for sport");
        assertThat(sport.text()).contains("\"for sport\"");
        news.expectNothingBeforePong();
    }

    @Test
    void whatRedisConfirmedIsAnsweredWithoutLocal() {
        WebSocketPeer publisher = RELAY.connect(0, "/ws");
        double confirmed = RELAY.instance(0).metric("fanfare_bridge_published_total");
        publisher.sendText(Commands.publish("nobody-listens", "1", "p"));
        assertThat(publisher.text())
                .matches(
                        "\\{\"type\":\"published\",\"channel\":\"nobody-listens\",\"id\":\"p\",\"timestamp\":\"[^\"]+\"}");
        assertThat(RELAY.instance(0).metric("fanfare_bridge_published_total")).isEqualTo(confirmed + 1);
    }

    @Test
    void anEventHasTheTimestampOfItsOriginEverywhere() {
        List<WebSocketPeer> readers = onEach(i -> RELAY.subscribed(i, "time"));
        RELAY.connect(2, "/raw/time").sendText("when").expectText("when");
        assertThat(readers.stream().map(WebSocketPeer::text).distinct()).hasSize(1);
    }

    @Test
    void binaryArrivesIntact() {
        byte[] every = new byte[3 * 256];
        for (int i = 0; i < every.length; i++) {
            every[i] = (byte) i;
        }
        WebSocketPeer from = RELAY.connect(0, "/raw/bytes");
        WebSocketPeer to = RELAY.connect(1, "/raw/bytes");
        from.sendBinary(every).sendBinary();
        to.expectBinary(every).expectBinary();
    }

    @Test
    void textOfEveryCodePointArrivesIntact() {
        StringBuilder every = new StringBuilder();
        for (int c = 0; c <= Character.MAX_CODE_POINT; c++) {
            if (c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE) {
                every.appendCodePoint(c);
            }
        }
        WebSocketPeer from = RELAY.connect(0, "/raw/text");
        WebSocketPeer to = RELAY.connect(1, "/raw/text");
        from.send(Frame.text(every.toString()), UNMASKING_IS_CHEAP);
        assertThat(to.text().contentEquals(every)).isTrue();
    }

    @Test
    void theLargestMessageArrivesIntact() {
        byte[] largest = new byte[8 << 20];
        for (int i = 0; i < largest.length; i++) {
            largest[i] = (byte) ((i * 31) >> 3);
        }
        WebSocketPeer from = RELAY.connect(0, "/raw/large");
        WebSocketPeer to = RELAY.connect(1, "/raw/large");
        from.send(Frame.binary(largest), UNMASKING_IS_CHEAP);
        to.expectBinary(largest);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1",
                "-0.0",
                "1E400",
                "123456789012345678901234567890.10",
                "null",
                "\"\\u00e9\\/\\n\"",
                "\"é😀\"",
                "{\"b\":1,  \"a\":[ 1,2 , {} ],\"b\":2}",
                "{\n\t\"spaced\" : [ ]\r\n}"
            })
    void jsonArrivesAsItWasSpelled(String data) {
        WebSocketPeer to = RELAY.subscribed(1, "verbatim");
        RELAY.connect(0, "/ws").sendText(Commands.publish("verbatim", data));
        assertThat(to.text())
                .startsWith("{\"type\":\"event\",\"channel\":\"verbatim\",\"data\":" + data + ",\"timestamp\":");
    }

    @Test
    void rawAndJsonUnderstandEachOtherAcrossInstances() {
        WebSocketPeer raw = RELAY.connect(0, "/raw/mixed");
        WebSocketPeer json = RELAY.subscribed(1, "mixed");
        json.sendText(Commands.publish("mixed", "{ \"a\":1 }"));
        raw.expectText("{ \"a\":1 }");
        assertThat(json.text()).contains("\"data\":{ \"a\":1 },");
        json.sendText(Commands.publish("mixed", "\"a \\\"string\\\"\""));
        raw.expectText("a \"string\"");
        assertThat(json.text()).contains("\"data\":\"a \\\"string\\\"\",");
        raw.sendText("a \"text\"");
        assertThat(json.text()).contains("\"data\":\"a \\\"text\\\"\",");
        raw.sendBinary((byte) 0, (byte) 0xff);
        assertThat(json.text()).contains("\"data\":\"AP8=\",", "\"encoding\":\"base64\"");
    }

    @Test
    void fromSubscribedOnComesWhatAnotherInstancePublishes() {
        WebSocketPeer subscriber = RELAY.connect(0, "/ws");
        WebSocketPeer publisher = RELAY.connect(1, "/ws");
        for (int round = 0; round < 200; round++) {
            subscriber.sendText(Commands.subscribe("first" + round, "s"));
            assertThat(subscriber.text()).contains("\"subscribed\"");
            publisher.sendText(Commands.publish("first" + round, "" + round));
            assertThat(subscriber.text()).contains("\"event\"", "\"data\":" + round + ",");
        }
    }

    @Test
    void aRawSocketHearsOtherInstancesFromItsHandshakeOn() {
        WebSocketPeer publisher = RELAY.connect(1, "/ws");
        for (int round = 0; round < 50; round++) {
            WebSocketPeer listener = RELAY.connect(0, "/raw/shake" + round);
            publisher.sendText(Commands.publish("shake" + round, "" + round));
            listener.expectText("" + round);
        }
    }

    @Test
    void redisIsSubscribedToWhatHasSubscribersAndToNothingElse() {
        WebSocketPeer one = RELAY.subscribed(0, "a");
        RELAY.subscribed(1, "a");
        RELAY.connect(1, "/raw/b");
        RELAY.connect(2, "/");
        RELAY.awaitChannels("fanfare:channel:a", "fanfare:channel:b", "fanfare:channel:relay");
        assertThat(RELAY.redis()
                        .command("PUBSUB", "NUMSUB", "fanfare:channel:a", "fanfare:channel:b", "fanfare:broadcast"))
                .containsExactly("fanfare:channel:a", "2", "fanfare:channel:b", "1", "fanfare:broadcast", "3");
        one.sendText(Commands.unsubscribe("a", "u"));
        assertThat(one.text()).contains("\"unsubscribed\"");
        RELAY.awaitSubscribers("a", 1);
    }

    @Test
    void instancesOfDifferentPrefixesKnowNothingOfEachOther() {
        List<String> prefixes = List.of("fanfare-2", "a", "a.b", "fanfare.broadcast", "channel");
        List<Instance> others = new ArrayList<>();
        List<WebSocketPeer> listeners = new ArrayList<>();
        try {
            prefixes.forEach(prefix ->
                    others.add(Instance.start("cluster.redis=" + RELAY.redis().url(), "cluster.prefix=" + prefix)));
            listeners.add(RELAY.subscribed(0, "news"));
            others.forEach(other -> listeners.add(subscribe(other.connect("/ws"), "news")));
            WebSocketPeer publisher = RELAY.connect(1, "/ws");
            publisher.sendText(Commands.publish("news", "1", "p"));
            assertThat(publisher.text()).contains("\"published\"");
            publisher.sendText(Commands.broadcast("2", "b"));
            expectEventAndAnswer(publisher);
            // What comes next from Redis came behind both.
            for (int i = 0; i < prefixes.size(); i++) {
                assertThat(RELAY.redis()
                                .publish(prefixes.get(i) + ":channel:news", "F1 - event json - -\n3".getBytes(UTF_8)))
                        .isEqualTo(1);
                assertThat(listeners.get(i + 1).text()).contains("\"data\":3,");
                assertThat(others.get(i).metric("fanfare_bridge_received_total"))
                        .isEqualTo(1);
            }
            assertThat(listeners.get(0).text()).contains("\"data\":1,");
            assertThat(listeners.get(0).text()).contains("\"data\":2,");
        } finally {
            listeners.forEach(WebSocketPeer::close);
            others.forEach(Instance::close);
        }
    }

    private static WebSocketPeer subscribe(WebSocketPeer peer, String channel) {
        peer.sendText(Commands.subscribe(channel, "in"));
        assertThat(peer.text()).contains("\"subscribed\"");
        return peer;
    }

    private static List<WebSocketPeer> onEach(IntFunction<WebSocketPeer> connect) {
        return IntStream.range(0, INSTANCES).mapToObj(connect).collect(Collectors.toList());
    }

    private static List<String> read(WebSocketPeer peer, int count) {
        List<String> texts = new ArrayList<>(count);
        while (texts.size() < count) {
            texts.add(peer.text());
        }
        return texts;
    }

    private static List<String> readData(WebSocketPeer peer, int count) {
        List<String> texts = new ArrayList<>(count);
        while (texts.size() < count) {
            texts.add(peer.text().replaceFirst(".*\"data\":\"([^\"]*)\".*", "$1"));
        }
        return texts;
    }
}
