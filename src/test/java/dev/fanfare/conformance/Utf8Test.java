package dev.fanfare.conformance;

import static dev.fanfare.conformance.Samples.fragments;
import static dev.fanfare.conformance.Samples.fragmentsOf;

import dev.fanfare.testing.Frame;
import dev.fanfare.testing.SharedInstance;
import dev.fanfare.testing.WebSocketPeer;
import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Text is UTF-8 or is closed with 1007 (RFC 6455, section 8.1; the classes are those of Markus Kuhn's stress test). */
class Utf8Test {
    private static final int INVALID_PAYLOAD = 1007;

    private static final byte[] KOSME = Samples.utf8("κόσμε");

    /** One, two, three and four bytes a character. */
    private static final byte[] MIXED = Samples.utf8("a é € \uD83D\uDE00 z");

    static final String[] LONE_CONTINUATIONS = {"80", "bf", "8080", "80bf80", "80bf80bf80bf"};

    static final String[] CUT_SEQUENCES = {
        "c2",
        "df",
        "e0a0",
        "e0",
        "e180",
        "efbf",
        "f0",
        "f090",
        "f09080",
        "f48fbf",
        "c2c2",
        "e080e0",
        "f09080f09080",
        "c261",
        "e18061",
        "f0908061",
        "c220",
        "efbf20"
    };

    static final String[] OVERLONG = {
        "c080",
        "c0af",
        "c1bf",
        "e08080",
        "e080af",
        "e09fbf",
        "f0808080",
        "f08080af",
        "f08fbfbf",
        "f880808080",
        "f8808080af",
        "f887bfbfbf",
        "fc8080808080",
        "fc80808080af",
        "fc83bfbfbfbf"
    };

    static final String[] SURROGATES = {
        "eda080",
        "edadbf",
        "edae80",
        "edafbf",
        "edb080",
        "edbe80",
        "edbfbf",
        "eda080edb080",
        "eda080edbfbf",
        "edafbfedb080",
        "edafbfedbfbf"
    };

    static final String[] BEYOND_UNICODE = {
        "f4908080", "f4bfbfbf", "f5808080", "f7bfbfbf", "f888808080", "fbbfbfbfbf", "fc8480808080", "fdbfbfbfbfbf"
    };

    static final String[] IMPOSSIBLE_BYTES = {"fe", "ff", "fefeffff"};

    @RegisterExtension
    static final SharedInstance SERVER = SharedInstance.with();

    static Stream<String> everyClass() {
        return Stream.of(LONE_CONTINUATIONS, CUT_SEQUENCES, OVERLONG, SURROGATES, BEYOND_UNICODE, IMPOSSIBLE_BYTES)
                .flatMap(Arrays::stream);
    }

    private static void refuses(Frame... frames) {
        SERVER.connect("/").send(frames).expectCloseAndEof(INVALID_PAYLOAD);
    }

    @ParameterizedTest
    @FieldSource("LONE_CONTINUATIONS")
    void refusesALoneContinuation(String hex) {
        refusesAnywhere(Samples.hex(hex));
    }

    @ParameterizedTest
    @FieldSource("CUT_SEQUENCES")
    void refusesACutSequence(String hex) {
        refusesAnywhere(Samples.hex(hex));
    }

    @ParameterizedTest
    @FieldSource("OVERLONG")
    void refusesAnOverlongForm(String hex) {
        refusesAnywhere(Samples.hex(hex));
    }

    @ParameterizedTest
    @FieldSource("SURROGATES")
    void refusesASurrogate(String hex) {
        refusesAnywhere(Samples.hex(hex));
    }

    @ParameterizedTest
    @FieldSource("BEYOND_UNICODE")
    void refusesWhatIsBeyondUnicode(String hex) {
        refusesAnywhere(Samples.hex(hex));
    }

    @ParameterizedTest
    @FieldSource("IMPOSSIBLE_BYTES")
    void refusesAnImpossibleByte(String hex) {
        refusesAnywhere(Samples.hex(hex));
    }

    private static void refusesAnywhere(byte[] invalid) {
        byte[] edited = Samples.utf8("edited");
        refuses(Frame.text(invalid));
        refuses(Frame.text(Samples.join(KOSME, invalid)));
        refuses(Frame.text(Samples.join(invalid, edited)));
        refuses(Frame.text(Samples.join(KOSME, invalid, edited)));
    }

    @ParameterizedTest
    @MethodSource("everyClass")
    void refusesItInFragmentsOfOneByte(String hex) {
        byte[] text = Samples.join(KOSME, Samples.hex(hex), KOSME);
        refuses(fragmentsOf(1, Frame.TEXT, text));
    }

    @ParameterizedTest
    @MethodSource("everyClass")
    void refusesItInACommand(String hex) {
        byte[] command =
                Samples.join(Samples.utf8("{\"type\":\"ping\",\"id\":\""), Samples.hex(hex), Samples.utf8("\"}"));
        SERVER.connect("/ws").send(Frame.text(command)).expectCloseAndEof(INVALID_PAYLOAD);
    }

    @ParameterizedTest
    @MethodSource("everyByteOfMixed")
    void refusesAWrongByteAtEveryPosition(int position) {
        byte[] text = MIXED.clone();
        text[position] = (byte) 0xff;
        refuses(Frame.text(text));
        refuses(fragments(Frame.TEXT, text, position));
        refuses(fragments(Frame.TEXT, text, position, position + 1));
    }

    @ParameterizedTest
    @MethodSource("everyByteOfMixed")
    void refusesAWrongByteFarInsideALongText(int position) {
        byte[] text = new byte[MIXED.length * 3000];
        for (int i = 0; i < text.length; i++) {
            text[i] = MIXED[i % MIXED.length];
        }
        text[MIXED.length * 2500 + position] = (byte) 0xff;
        refuses(Frame.text(text));
    }

    static IntStream everyByteOfMixed() {
        return IntStream.range(0, MIXED.length);
    }

    @ParameterizedTest
    @ValueSource(strings = {"c3", "e282", "e2", "f09f98", "f09f", "f0"})
    void refusesATextThatEndsWithinACharacter(String hex) {
        byte[] end = Samples.hex(hex);
        refuses(Frame.text(end));
        refuses(Frame.text(end).unfinished(), Frame.continuation());
        refuses(Frame.text("abc").unfinished(), Frame.continuation(end));
        refuses(Frame.text("").unfinished(), Frame.continuation(end).unfinished(), Frame.continuation());
    }

    @Test
    void refusesTheFirstBadFragmentAndDoesNotWaitForTheLast() {
        refuses(Frame.text("abc").unfinished(), Frame.continuation((byte) 0xff).unfinished());
        refuses(
                Frame.text(Samples.hex("f490")).unfinished(),
                Frame.continuation(Samples.hex("8080")).unfinished());
    }

    @Test
    void refusesACharacterThatASecondMessageWouldComplete() {
        refuses(Frame.text(Samples.hex("c3")), Frame.text(Samples.hex("a9")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "00",
                "7f",
                "c280",
                "dfbf",
                "e0a080",
                "ed9fbf",
                "ee8080",
                "efbfbd",
                "efbfbe",
                "efbfbf",
                "efb790",
                "efb7af",
                "f0908080",
                "f09fbfbe",
                "f09fbfbf",
                "f0afbfbe",
                "f3bfbfbf",
                "f48fbfbe",
                "f48fbfbf",
                "efbbbf",
                "ceba"
            })
    void relaysEveryCharacterAtTheEdgeOfItsKind(String hex) {
        byte[] character = Samples.hex(hex);
        WebSocketPeer peer = SERVER.connect("/");
        peer.send(Frame.text(character)).expect(Frame.text(character));
        for (int cut = 0; cut <= character.length; cut++) {
            peer.send(fragments(Frame.TEXT, character, cut)).expect(Frame.text(character));
        }
        byte[] within = Samples.join(KOSME, character, KOSME);
        peer.send(fragmentsOf(1, Frame.TEXT, within)).expect(Frame.text(within));
    }

    @Test
    void relaysACharacterOfFourBytesThatPingsInterrupt() {
        byte[] face = Samples.utf8("\uD83D\uDE00");
        SERVER.connect("/")
                .send(Frame.text(face[0]).unfinished(), Frame.ping(Samples.hex("ff")))
                .expectPong((byte) 0xff)
                .send(Frame.continuation(face[1]).unfinished(), Frame.ping(Samples.hex("80")))
                .expectPong((byte) 0x80)
                .send(Frame.continuation(face[2], face[3]))
                .expect(Frame.text(face));
    }

    @ParameterizedTest
    @MethodSource("everyClass")
    void relaysAnyBytesAsBinary(String hex) {
        byte[] payload = Samples.hex(hex);
        WebSocketPeer peer = SERVER.connect("/");
        peer.sendBinary(payload).expectBinary(payload);
        peer.send(fragmentsOf(1, Frame.BINARY, payload)).expectBinary(payload);
    }
}
