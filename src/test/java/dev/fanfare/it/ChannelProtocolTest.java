package dev.fanfare.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fanfare.testing.Frame;
import dev.fanfare.testing.SharedInstance;
import dev.fanfare.testing.WebSocketPeer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Commands on {@code /ws} and their answers, to the byte but for the timestamp. */
class ChannelProtocolTest {
    @RegisterExtension
    static final SharedInstance SERVER = SharedInstance.with();

    private static final String TIME = "\"timestamp\":\"\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z\"";

    private static WebSocketPeer connect() {
        return SERVER.connect("/ws");
    }

    private static WebSocketPeer subscribed(String channel) {
        WebSocketPeer peer = connect();
        return expect(
                peer.sendText("{\"type\":\"subscribe\",\"channel\":\"" + channel + "\",\"id\":0}"),
                "{\"type\":\"subscribed\",\"channel\":\"" + channel + "\",\"id\":0,T}");
    }

    /** {@code T} stands for the timestamp. */
    private static WebSocketPeer expect(WebSocketPeer peer, String message) {
        String text = peer.text();
        assertThat(text).containsPattern(TIME);
        assertThat(text.replaceFirst(TIME, "T")).isEqualTo(message);
        return peer;
    }

    @Test
    void aPublicationReachesTheSubscribersOfItsChannelAndNobodyElse() {
        var one = subscribed("news");
        var two = subscribed("news");
        var other = subscribed("sport");
        connect().sendText("{\"type\":\"publish\",\"channel\":\"news\",\"data\":{\"n\":1}}");
        expect(one, "{\"type\":\"event\",\"channel\":\"news\",\"data\":{\"n\":1},T}");
        expect(two, "{\"type\":\"event\",\"channel\":\"news\",\"data\":{\"n\":1},T}");
        other.expectNothingBeforePong();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1",
                "-0.0",
                "1E400",
                "123456789012345678901234567890.10",
                "true",
                "null",
                "\"\\u00e9\\/\\n\"",
                "\"é😀\"",
                "{\"b\":1,  \"a\":[ 1,2 , {} ],\"b\":2}",
                "[]",
                "{ }"
            })
    void dataTravelsAsItWasSpelled(String data) {
        subscribed("verbatim").sendText("{ \"data\" : " + data + " , \"channel\":\"verbatim\",\"type\":\"publish\"}");
        var peer = subscribed("verbatim2")
                .sendText("{\"type\":\"publish\",\"channel\":\"verbatim2\",\"data\":" + data + "}");
        expect(peer, "{\"type\":\"event\",\"channel\":\"verbatim2\",\"data\":" + data + ",T}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "-7", "\"x\"", "\"a\\u0022\\\\b\"", "123456789012345678901234567890", "\"\""})
    void anIdComesBackAsItWasSpelled(String id) {
        expect(connect().sendText("{\"type\":\"ping\",\"id\":" + id + "}"), "{\"type\":\"pong\",\"id\":" + id + ",T}");
    }

    @Test
    void whoSendsNoIdGetsNoAnswersButPongsAndErrors() {
        var peer = connect()
                .sendText("{\"type\":\"subscribe\",\"channel\":\"quiet\"}")
                .sendText("{\"type\":\"unsubscribe\",\"channel\":\"quiet\"}")
                .sendText("{\"type\":\"publish\",\"channel\":\"quiet\",\"data\":0}")
                .sendText("{\"type\":\"ping\"}")
                .sendText("{\"type\":\"dance\"}");
        expect(peer, "{\"type\":\"pong\",T}");
        expect(
                peer,
                "{\"type\":\"error\",\"code\":\"unknown_type\",\"data\":\"the type 'dance' is none of a client's\",T}");
    }

    @Test
    void commandsInOneSegmentAreAnsweredInTheirOrder() {
        var peer = connect()
                .send(
                        Frame.text("{\"type\":\"publish\",\"channel\":\"s\",\"data\":1,\"id\":1}"),
                        Frame.text("{\"type\":\"subscribe\",\"channel\":\"s\",\"id\":2}"),
                        Frame.text("{\"type\":\"publish\",\"channel\":\"s\",\"data\":2}"),
                        Frame.text("{\"type\":\"unsubscribe\",\"channel\":\"s\",\"id\":3}"),
                        Frame.text("{\"type\":\"publish\",\"channel\":\"s\",\"data\":3}"),
                        Frame.text("{\"type\":\"ping\",\"id\":4}"));
        expect(peer, "{\"type\":\"published\",\"channel\":\"s\",\"id\":1,T}");
        expect(peer, "{\"type\":\"subscribed\",\"channel\":\"s\",\"id\":2,T}");
        expect(peer, "{\"type\":\"event\",\"channel\":\"s\",\"data\":2,T}");
        expect(peer, "{\"type\":\"unsubscribed\",\"channel\":\"s\",\"id\":3,T}");
        expect(peer, "{\"type\":\"pong\",\"id\":4,T}");
    }

    @Test
    void aListIsAnsweredOnceWithWhatBecameOfEach() {
        var peer = connect()
                .sendText(
                        "{\"type\":\"subscribe\",\"channels\":[\"l1\",{\"channel\":\"l2\"},\"no good\"],\"id\":\"L\"}");
        expect(
                peer,
                "{\"type\":\"subscribed\",\"channels\":[{\"type\":\"subscribed\",\"channel\":\"l1\"},"
                        + "{\"type\":\"subscribed\",\"channel\":\"l2\"},{\"type\":\"error\",\"channel\":\"no good\","
                        + "\"code\":\"invalid_channel\",\"data\":\"'no good' is no channel: a channel name is 1 to 256 of"
                        + " A-Z a-z 0-9 _ . : -\"}],\"id\":\"L\",T}");
        for (String channel : new String[] {"l1", "l2"}) {
            peer.sendText("{\"type\":\"publish\",\"channel\":\"" + channel + "\",\"data\":7}");
            expect(peer, "{\"type\":\"event\",\"channel\":\"" + channel + "\",\"data\":7,T}");
        }
    }

    @Test
    void aChannelMayStandInData() {
        expect(
                connect().sendText("{\"type\":\"subscribe\",\"data\":\"d\",\"id\":1}"),
                "{\"type\":\"subscribed\",\"channel\":\"d\",\"id\":1,T}");
    }

    @Test
    void unsubscribingIsIdempotent() {
        var peer = subscribed("u");
        for (int i = 1; i < 3; i++) {
            expect(
                    peer.sendText("{\"type\":\"unsubscribe\",\"channel\":\"u\",\"id\":" + i + "}"),
                    "{\"type\":\"unsubscribed\",\"channel\":\"u\",\"id\":" + i + ",T}");
        }
    }

    @Test
    void subscribingTwiceDeliversOnce() {
        var peer = subscribed("twice");
        expect(
                peer.sendText("{\"type\":\"subscribe\",\"channel\":\"twice\",\"id\":1}"),
                "{\"type\":\"subscribed\",\"channel\":\"twice\",\"id\":1,T}");
        peer.sendText("{\"type\":\"publish\",\"channel\":\"twice\",\"data\":1}");
        expect(peer, "{\"type\":\"event\",\"channel\":\"twice\",\"data\":1,T}");
        peer.expectNothingBeforePong();
    }

    @Test
    void aBroadcastReachesEverySession() {
        var json = connect();
        var raw = SERVER.connect("/");
        var otherRaw = SERVER.connect("/raw/far");
        connect().sendText("{\"type\":\"publish\",\"data\":\"to \\\"all\\\"\"}");
        expect(json, "{\"type\":\"event\",\"data\":\"to \\\"all\\\"\",T}");
        raw.expectText("to \"all\"");
        otherRaw.expectText("to \"all\"");
    }

    @Test
    void rawAndJsonMeetInAChannel() {
        var json = subscribed("mixed");
        var raw = SERVER.connect("/raw/mixed");
        raw.sendText("say \"hi\"\n\u0001").expectText("say \"hi\"\n\u0001");
        expect(json, "{\"type\":\"event\",\"channel\":\"mixed\",\"data\":\"say \\\"hi\\\"\\n\\u0001\",T}");
        raw.sendBinary((byte) 0, (byte) -1).expectBinary((byte) 0, (byte) -1);
        expect(json, "{\"type\":\"event\",\"channel\":\"mixed\",\"data\":\"AP8=\",\"encoding\":\"base64\",T}");
        json.sendText("{\"type\":\"publish\",\"channel\":\"mixed\",\"data\":\"\\u00e9\\n\"}");
        raw.expectText("é\n");
        json.sendText("{\"type\":\"publish\",\"channel\":\"mixed\",\"data\":{\"a\" : 1}}");
        raw.expectText("{\"a\" : 1}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "nonsense | bad_request",
                "[1] | bad_request",
                "{} | bad_request",
                "{\"type\":7} | bad_request",
                "{\"type\":\"ping\"} {} | bad_request",
                "{\"type\":\"ping\",\"type\":\"ping\"} | bad_request",
                "{\"type\":\"ping\",\"id\":1.5} | bad_request",
                "{\"type\":\"ping\",\"id\":null} | bad_request",
                "{\"type\":\"publish\",\"channel\":\"a\"} | bad_request",
                "{\"type\":\"publish\",\"channel\":null,\"data\":1} | bad_request",
                "{\"type\":\"subscribe\"} | bad_request",
                "{\"type\":\"subscribe\",\"channels\":[1]} | bad_request",
                "{\"type\":\"subscribe\",\"channel\":\"a b\"} | invalid_channel",
                "{\"type\":\"subscribe\",\"channel\":\"\"} | invalid_channel",
                "{\"type\":\"subscribed\",\"channel\":\"a\"} | unknown_type",
                "{\"type\":\"publish\",\"channel\":\"process:1\",\"data\":1} | unauthorised",
            })
    void aWrongCommandIsAnsweredAndTheConnectionStays(String command, String code) {
        var peer = connect().sendText(command);
        assertThat(peer.text()).startsWith("{\"type\":\"error\",\"code\":\"" + code + "\",\"data\":\"");
        expect(peer.sendText("{\"type\":\"ping\",\"id\":1}"), "{\"type\":\"pong\",\"id\":1,T}");
    }

    @Test
    void anErrorCarriesTheIdOfItsCommandWhereverItStands() {
        var peer = connect().sendText("{\"type\":\"publish\",\"channel\":\"a b\",\"data\":1,\"id\":\"me\"}");
        assertThat(peer.text()).contains("\"code\":\"invalid_channel\"").contains("\"id\":\"me\"");
        peer.sendText("{\"type\":5,\"id\":6}");
        assertThat(peer.text()).contains("\"code\":\"bad_request\"").contains("\"id\":6");
    }

    @Test
    void unknownFieldsArePassedOver() {
        expect(
                connect().sendText("{\"type\":\"ping\",\"later\":{\"a\":[{}]},\"id\":1}"),
                "{\"type\":\"pong\",\"id\":1,T}");
    }
}
