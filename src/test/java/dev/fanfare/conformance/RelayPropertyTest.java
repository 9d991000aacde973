package dev.fanfare.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fanfare.testing.Encoding;
import dev.fanfare.testing.Frame;
import dev.fanfare.testing.SharedInstance;
import dev.fanfare.testing.WebSocketPeer;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.AfterTry;
import net.jqwik.api.lifecycle.BeforeContainer;

/** Whatever an honest peer says is relayed verbatim, however it is cut into fragments and into segments of TCP. */
class RelayPropertyTest {
    private static final SharedInstance SERVER = SharedInstance.with();

    /**
     * One message or ping of a program.
     *
     * @param opcode text, binary or ping
     * @param fragments its payload, a piece a fragment
     */
    record Said(int opcode, List<byte[]> fragments) {
        Frame whole() {
            return Frame.of(opcode, Samples.join(fragments.toArray(byte[][]::new)));
        }
    }

    @BeforeContainer
    static void start() {
        SERVER.start();
    }

    @AfterTry
    void settle() throws Exception {
        SERVER.settle();
    }

    @AfterContainer
    static void stop() {
        SERVER.stop();
    }

    @Property(tries = 60, seed = "6455", shrinking = ShrinkingMode.BOUNDED)
    void relaysAnyProgramOfFramesVerbatim(@ForAll("programs") List<Said> program, @ForAll long seed) {
        WebSocketPeer peer = SERVER.connect("/");
        peer.sendInPieces(spelled(program, new Random(seed)), new Random(seed), 2000);
        List<Frame> messages = new ArrayList<>();
        List<Frame> pongs = new ArrayList<>();
        for (int i = 0; i < program.size(); i++) {
            Frame frame = peer.frame();
            (frame.opcode() == Frame.PONG ? pongs : messages).add(frame);
        }
        assertThat(messages)
                .isEqualTo(program.stream()
                        .filter(said -> said.opcode() != Frame.PING)
                        .map(Said::whole)
                        .toList());
        assertThat(pongs)
                .isEqualTo(program.stream()
                        .filter(said -> said.opcode() == Frame.PING)
                        .map(said -> Frame.pong(said.whole().payload()))
                        .toList());
        peer.expectNothingBeforePong();
    }

    @Property(tries = 300, seed = "1007", shrinking = ShrinkingMode.BOUNDED)
    void takesForTextExactlyWhatIsUtf8(
            @ForAll("texts") byte[] text, @ForAll int position, @ForAll byte value, @ForAll int cut) {
        byte[] mutated = text.clone();
        if (mutated.length > 0) {
            mutated[Math.floorMod(position, mutated.length)] = value;
        }
        WebSocketPeer peer = SERVER.connect("/")
                .send(Samples.fragments(Frame.TEXT, mutated, Math.floorMod(cut, mutated.length + 1)));
        if (isUtf8(mutated)) {
            peer.expect(Frame.text(mutated));
        } else {
            peer.expectCloseAndEof(1007);
        }
    }

    @Provide
    Arbitrary<List<Said>> programs() {
        var ping = Arbitraries.bytes()
                .array(byte[].class)
                .ofMaxSize(125)
                .map(bytes -> new Said(Frame.PING, List.of(bytes)));
        var text = fragments(texts()).map(fragments -> new Said(Frame.TEXT, fragments));
        var binary = fragments(Arbitraries.bytes().array(byte[].class).ofMaxSize(3000))
                .map(fragments -> new Said(Frame.BINARY, fragments));
        return Arbitraries.oneOf(text, binary, ping).list().ofMinSize(1).ofMaxSize(12);
    }

    @Provide
    Arbitrary<byte[]> texts() {
        return Arbitraries.strings()
                .withCharRange('a', 'e')
                .withChars('é', '€', '\uFFFF', '\0')
                .ofMaxLength(60)
                .flatMap(text ->
                        Arbitraries.of("", "\uD83D\uDE00", "\uDBFF\uDFFF").map(text::concat))
                .map(Samples::utf8);
    }

    private static Arbitrary<List<byte[]>> fragments(Arbitrary<byte[]> payloads) {
        var cuts = Arbitraries.doubles().between(0, 1).list().ofMaxSize(5);
        return Combinators.combine(payloads, cuts).as((payload, places) -> {
            var pieces = new ArrayList<byte[]>();
            int start = 0;
            for (double place : places.stream().sorted().toList()) {
                int end = (int) (place * payload.length);
                pieces.add(Arrays.copyOfRange(payload, start, end));
                start = end;
            }
            pieces.add(Arrays.copyOfRange(payload, start, payload.length));
            return pieces;
        });
    }

    /** The bytes of a program; each ping moves into the message behind it, where that has fragments. */
    private static byte[] spelled(List<Said> program, Random random) {
        var frames = new ArrayList<byte[]>();
        var pings = new ArrayList<byte[]>();
        for (Said said : program) {
            if (said.opcode() == Frame.PING) {
                pings.add(said.whole().encode(Encoding.MASKED.withKey(random.nextInt())));
                continue;
            }
            for (int i = 0; i < said.fragments().size(); i++) {
                boolean last = i == said.fragments().size() - 1;
                var frame = new Frame(
                        last,
                        0,
                        i == 0 ? said.opcode() : Frame.CONTINUATION,
                        said.fragments().get(i));
                frames.add(frame.encode(Encoding.MASKED.withKey(random.nextInt())));
                if (!pings.isEmpty() && random.nextBoolean()) {
                    frames.add(pings.remove(0));
                }
            }
        }
        frames.addAll(pings);
        return Samples.join(frames.toArray(byte[][]::new));
    }

    private static boolean isUtf8(byte[] bytes) {
        try {
            CharBuffer unused = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            return unused != null;
        } catch (CharacterCodingException e) {
            return false;
        }
    }
}
