package dev.fanfare.it;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.fanfare.testing.Eventually;
import dev.fanfare.testing.JoinedInstances;
import dev.fanfare.testing.WebSocketPeer;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever others publish in Redis: what is no message is counted, and the next one is delivered. */
class BridgePoisonIT {
    @RegisterExtension
    static final JoinedInstances RELAY = JoinedInstances.of(1, "session.send-limit=256MiB");

    private static final String CHANNEL = "fanfare:channel:poison";
    private static final String ORIGIN = "0123456789abcdef0123456789abcdef";

    private static void publish(String message) {
        assertThat(RELAY.redis().publish(CHANNEL, message.getBytes(ISO_8859_1))).isEqualTo(1);
    }

    private static double metric(String nameWithLabels) {
        return RELAY.instance(0).metric(nameWithLabels);
    }

    private static double dropped(String reason) {
        return metric("fanfare_dropped_total{reason=\"" + reason + "\"}");
    }

    static Stream<Arguments> poison() {
        Stream<Arguments> headers = Stream.of(
                        "",
                        "\n",
                        "hello",
                        "{\"type\":\"event\"}",
                        "F1",
                        "F1\n",
                        "F1 - event json - -",
                        "F1 - event json -\n1",
                        "F1 - event json\n1",
                        "f1 - event json - -\n1",
                        "F1x - event json - -\n1",
                        "F - event json - -\n1",
                        "F1234567890 - event json - -\n1",
                        " F1 - event json - -\n1",
                        "F1  - event json - -\n1",
                        "F1 - event json - -\r\n1",
                        "F1\t-\tevent\tjson\t-\t-\n1",
                        "F1 - event json - - " + "x".repeat(600) + "\n1",
                        "F1 0123456789abcdef event json - -\n1",
                        "F1 0123456789ABCDEF0123456789ABCDEF event json - -\n1",
                        "F1 0123456789abcdef0123456789abcdefa event json - -\n1",
                        "F1 - dance json - -\n1",
                        "F1 - EVENT json - -\n1",
                        "F1 - error json - -\n1",
                        "F1 - - json - -\n1",
                        "F1 - event yaml - -\n1",
                        "F1 - event JSON - -\n1",
                        "F1 - event - - -\n1",
                        "F1 - event json now -\n1",
                        "F1 - event json -1 -\n1",
                        "F1 - event json 1.5 -\n1",
                        "F1 - event json 253402300800000 -\n1",
                        "F1 - event json 1000000000000000 -\n1",
                        "F1 - event json - 1\n1",
                        "F1 - event json - 1-\n1",
                        "F1 - event json - --1\n1",
                        "F1 - event json - 1-x\n1",
                        "F1 - event json - 1-2-3\n1",
                        "F1 - event json - 1-1000000000000000000\n1")
                .map(message -> arguments(message, "malformed"));
        Stream<Arguments> texts = Stream.of(
                        "\u00ff",
                        "\u00c3",
                        "\u00c0\u0080",
                        "\u00ed\u00a0\u0080",
                        "\u00f4\u0090\u0080\u0080",
                        "ok\u00e2\u0082")
                .flatMap(bytes -> Stream.of("F1 - event text - -\n" + bytes, "F1 - event json - -\n\"" + bytes + "\""))
                .map(message -> arguments(message, "malformed"));
        Stream<Arguments> json = Stream.of(
                        "",
                        " \n",
                        "{",
                        "}",
                        "1 2",
                        "1,",
                        "[1,]",
                        "{'a':1}",
                        "{a:1}",
                        "NaN",
                        "01",
                        "+1",
                        "tru",
                        "\"\t\"",
                        "\"",
                        "/**/1",
                        "\u00ef\u00bb\u00bf1",
                        "\u00001")
                .map(value -> arguments("F1 - event json - -\n" + value, "malformed"));
        Stream<Arguments> versions = Stream.of("F2 - event json - -\n1", "F99 whatever\n\u00ff", "F0\n", "F999999999\n")
                .map(message -> arguments(message, "version"));
        return Stream.of(headers, texts, json, versions).flatMap(each -> each);
    }

    @ParameterizedTest(name = "{index}, {1}") // the messages are nothing to print
    @MethodSource("poison")
    void whatIsNoMessageIsCountedAndTheNextOneIsDelivered(String message, String reason) {
        expectDropped(message, reason);
    }

    @Test
    void jsonOfAnyDepthIsCountedAndTheNextMessageIsDelivered() {
        int depth = 100_000;
        expectDropped("F1 - event json - -\n" + "[".repeat(depth) + "]".repeat(depth), "malformed");
        expectDropped("F1 - event json - -\n" + "{\"a\":".repeat(depth), "malformed");
    }

    @Test
    void aMessageThatIsTooLargeIsCountedAndTheNextOneIsDelivered() {
        // As by default Redis cuts a subscriber for whom 32 MiB wait.
        RELAY.redis().command("CONFIG", "SET", "client-output-buffer-limit", "pubsub 0 0 0");
        expectDropped("F1 - event binary - -\n" + "x".repeat((8 << 20) + 1), "too_large");
        expectDropped("F1 - event text - -\n" + "x".repeat(9 << 20), "too_large");
        expectDropped("F1 - event json - -\n" + "1".repeat(50_000_000), "too_large");
        expectDropped("1".repeat(50_000_000), "malformed");
    }

    private static void expectDropped(String message, String reason) {
        WebSocketPeer json = RELAY.subscribed(0, "poison");
        WebSocketPeer raw = RELAY.connect(0, "/raw/poison");
        double before = dropped("received_" + reason);
        double all = metric("fanfare_dropped_total");
        publish(message);
        publish("F1 - event text - -\ngood");
        raw.expectText("good");
        assertThat(json.text()).contains("\"data\":\"good\"");
        assertThat(dropped("received_" + reason)).isEqualTo(before + 1);
        assertThat(metric("fanfare_dropped_total")).isEqualTo(all + 1);
    }

    @Test
    void aMessageThatRedisDoesNotBufferCostsTheConnectionAndNoMore() {
        RELAY.redis().command("CONFIG", "SET", "client-output-buffer-limit", "pubsub 32mb 8mb 60");
        WebSocketPeer raw = RELAY.connect(0, "/raw/poison");
        double reconnects = metric("fanfare_bridge_reconnects_total");
        publish("x".repeat(50_000_000));
        Eventually.holds(
                () -> assertThat(metric("fanfare_bridge_reconnects_total")).isEqualTo(reconnects + 1));
        publish("F1 - event text - -\ngood");
        raw.expectText("good");
    }

    @Test
    void aProgramsOwnMessageIsDeliveredWithTheTimeAtWhichItCame() {
        WebSocketPeer json = RELAY.subscribed(0, "poison");
        long before = System.currentTimeMillis();
        publish("F1 - event json - -\n{\"a\":  1}");
        String event = json.text();
        assertThat(event)
                .startsWith("{\"type\":\"event\",\"channel\":\"poison\",\"data\":{\"a\":  1},\"timestamp\":\"");
        assertThat(Instant.parse(event.replaceFirst(".*\"timestamp\":\"([^\"]+)\".*", "$1"))
                        .toEpochMilli())
                .isBetween(before, System.currentTimeMillis());
    }

    @ParameterizedTest
    @CsvSource({
        "0, 1970-01-01T00:00:00.000Z",
        "1795272784031, 2026-11-21T14:53:04.031Z",
        "253402300799999, 9999-12-31T23:59:59.999Z"
    })
    void aTimestampIsDeliveredAsItCame(String millis, String spelled) {
        WebSocketPeer json = RELAY.subscribed(0, "poison");
        publish("F1 - event json " + millis + " -\nnull");
        assertThat(json.text()).contains("\"data\":null,\"timestamp\":\"" + spelled + "\"");
    }

    @Test
    void furtherFieldsOfTheHeaderArePassedOver() {
        WebSocketPeer raw = RELAY.connect(0, "/raw/poison");
        publish("F1 - event text - - - trace=1 x  y\nhello");
        raw.expectText("hello");
        publish("F1 - event text - - - \nhello");
        raw.expectText("hello");
    }

    @Test
    void anEmptyPayloadIsAMessage() {
        WebSocketPeer raw = RELAY.connect(0, "/raw/poison");
        publish("F1 - event text - -\n");
        publish("F1 - event binary - -\n");
        raw.expectText("").expectBinary();
    }

    @Test
    void whitespaceAroundJsonIsLeftOut() {
        WebSocketPeer json = RELAY.subscribed(0, "poison");
        publish("F1 - event json - -\n \r\n\t[1, 2] \n");
        assertThat(json.text()).contains("\"data\":[1, 2],");
    }

    @Test
    void whatSaysThatItIsFromTheInstanceItselfIsNotDelivered() {
        WebSocketPeer raw = RELAY.connect(0, "/raw/poison");
        publish("F1 " + instanceId() + " event text - -\nforged");
        publish("F1 " + ORIGIN + " event text - -\ngood");
        raw.expectText("good");
    }

    @Test
    void whatComesOnTheInstancesOwnChannelIsNoProbe() {
        WebSocketPeer raw = RELAY.connect(0, "/raw/poison");
        String channel = "fanfare:instance:" + instanceId();
        for (String message :
                List.of("", "x", "1 2 3", "127.0.0.1:1 99999999999999999999 x", "F1 - event text - -\n1")) {
            assertThat(RELAY.redis().publish(channel, message.getBytes(ISO_8859_1)))
                    .isEqualTo(1);
        }
        publish("F1 - event text - -\ngood");
        raw.expectText("good");
        assertThat(metric("fanfare_bridge_up")).isEqualTo(1);
    }

    private static String instanceId() {
        return RELAY.redis()
                .command("PUBSUB", "CHANNELS", "fanfare:instance:*")
                .get(0)
                .substring(17);
    }

    @Test
    void whatComesAgainIsDroppedAndGapsAreCounted() {
        WebSocketPeer raw = RELAY.connect(0, "/raw/poison");
        double repeated = dropped("received_repeated");
        double missed = metric("fanfare_bridge_missed_total");
        String origin = "00000000000000000000000000000001";
        for (String position : List.of("5-7", "5-7", "5-8", "5-6", "5-11", "5-10", "4-99", "5-12")) {
            publish("F1 " + origin + " event text - " + position + "\n" + position);
        }
        raw.expectText("5-7").expectText("5-8").expectText("5-11").expectText("5-12");
        assertThat(dropped("received_repeated")).isEqualTo(repeated + 4);
        assertThat(metric("fanfare_bridge_missed_total")).isEqualTo(missed + 2);
        assertThat(metric("fanfare_bridge_up")).isEqualTo(1);
    }

    @Test
    void ofAnInstanceThatBeganAfterTheSubscriptionAllThatDidNotComeIsMissed() {
        WebSocketPeer raw = RELAY.connect(0, "/raw/poison");
        double missed = metric("fanfare_bridge_missed_total");
        long later = System.currentTimeMillis() + 60_000;
        publish("F1 00000000000000000000000000000002 event text - " + later + "-3\nthird");
        raw.expectText("third");
        assertThat(metric("fanfare_bridge_missed_total")).isEqualTo(missed + 2);
    }

    @Test
    void everyOriginAndEveryChannelIsCountedByItself() {
        WebSocketPeer raw = RELAY.connect(0, "/raw/poison");
        WebSocketPeer other = RELAY.connect(0, "/raw/antidote");
        double missed = metric("fanfare_bridge_missed_total");
        double repeated = dropped("received_repeated");
        for (String origin : List.of("3", "4")) {
            String line = "F1 0000000000000000000000000000000" + origin + " event text - 5-7\n" + origin;
            publish(line);
            raw.expectText(origin);
            assertThat(RELAY.redis().publish("fanfare:channel:antidote", line.getBytes(ISO_8859_1)))
                    .isEqualTo(1);
            other.expectText(origin);
        }
        assertThat(metric("fanfare_bridge_missed_total")).isEqualTo(missed);
        assertThat(dropped("received_repeated")).isEqualTo(repeated);
    }
}
