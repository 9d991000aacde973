package dev.fanfare.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fanfare.testing.Deflate;
import dev.fanfare.testing.Encoding;
import dev.fanfare.testing.Frame;
import dev.fanfare.testing.SharedInstance;
import dev.fanfare.testing.WebSocketPeer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.Deflater;
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

/** Whatever an honest peer compresses comes back equal, however it was compressed and cut, and whoever reads it. */
class CompressionPropertyTest {
    private static final SharedInstance SERVER = SharedInstance.with();

    /** How a message is turned into the payload of its frames. */
    enum Spelling {
        PLAIN,
        DEFLATED,
        STORED,
        FINISHED,
        MIXED
    }

    /**
     * One message of a program.
     *
     * @param whole the message as it comes back
     * @param spelling how it is compressed
     * @param level of the compressor
     * @param strategy of the compressor
     * @param cuts where it is cut, as shares of what is sent
     */
    record Said(Frame whole, Spelling spelling, int level, int strategy, List<Double> cuts) {
        Frame[] fragments() {
            byte[] sent = sent();
            int[] places = cuts.stream()
                    .sorted()
                    .mapToInt(cut -> (int) (cut * sent.length))
                    .toArray();
            Frame[] fragments = Samples.fragments(whole.opcode(), sent, places);
            return spelling == Spelling.PLAIN ? fragments : Samples.rsv1(fragments);
        }

        private byte[] sent() {
            byte[] message = whole.payload();
            return switch (spelling) {
                case PLAIN -> message;
                case DEFLATED -> Deflate.compress(message, level, strategy);
                case STORED -> Deflate.stored(message, 1 + level * level * 100);
                case FINISHED -> Deflate.finished(message);
                case MIXED -> mixed(message);
            };
        }

        /** Blocks of every kind, one behind the other. */
        private byte[] mixed(byte[] message) {
            int third = message.length / 3;
            return Deflate.concatenate(
                    Deflate.finished(Arrays.copyOf(message, third)),
                    Deflate.stored(Arrays.copyOfRange(message, third, 2 * third), 100),
                    Deflate.compress(Arrays.copyOfRange(message, 2 * third, message.length), level, strategy));
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

    @Property(tries = 100, seed = "7692", shrinking = ShrinkingMode.BOUNDED)
    void relaysAnyCompressedProgramToEveryKindOfPeer(@ForAll("programs") List<Said> program, @ForAll long seed) {
        WebSocketPeer listener = SERVER.connect("/");
        WebSocketPeer peer = SERVER.connectCompressing("/");
        var random = new Random(seed);
        List<Frame> pings = new ArrayList<>();
        peer.sendInPieces(spelled(program, pings, random), random, 20_000);
        List<Frame> expected = program.stream().map(Said::whole).toList();
        List<Frame> messages = new ArrayList<>();
        List<Frame> pongs = new ArrayList<>();
        for (int i = 0; i < program.size() + pings.size(); i++) {
            Frame frame = peer.frame();
            (frame.opcode() == Frame.PONG ? pongs : messages).add(frame.inflated());
        }
        assertThat(messages).isEqualTo(expected);
        assertThat(pongs)
                .isEqualTo(
                        pings.stream().map(ping -> Frame.pong(ping.payload())).toList());
        peer.expectNothingBeforePong();
        expected.forEach(listener::expect);
        listener.expectNothingBeforePong();
    }

    /** What zlib takes for a message is relayed, and all else is closed for it: nothing else ever happens. */
    @Property(tries = 400, seed = "1951", shrinking = ShrinkingMode.BOUNDED)
    void takesForAMessageExactlyWhatCanBeInflated(
            @ForAll("payloads") byte[] payload, @ForAll int position, @ForAll byte value, @ForAll int cut) {
        byte[] mutated = Deflate.compress(payload);
        mutated[Math.floorMod(position, mutated.length)] = value;
        Frame[] frames = Samples.rsv1(Samples.fragments(Frame.BINARY, mutated, Math.floorMod(cut, mutated.length + 1)));
        WebSocketPeer peer = SERVER.connectCompressing("/").send(frames);
        Frame answer = peer.frame();
        if (answer.opcode() == Frame.CLOSE) {
            assertThat(answer.closeCode()).isEqualTo(1007);
            assertThat(isMessage(mutated)).as("can be inflated").isFalse();
        } else {
            assertThat(answer.inflated()).isEqualTo(Frame.binary(Deflate.inflate(mutated)));
        }
    }

    private static boolean isMessage(byte[] payload) {
        try {
            byte[] unused = Deflate.inflate(payload);
            return unused != null;
        } catch (AssertionError e) {
            return false;
        }
    }

    @Provide
    Arbitrary<List<Said>> programs() {
        var text = texts().map(Frame::text);
        var binary = payloads().map(Frame::binary);
        var strategies = Arbitraries.of(Deflater.DEFAULT_STRATEGY, Deflater.FILTERED, Deflater.HUFFMAN_ONLY);
        var cuts = Arbitraries.doubles().between(0, 1).list().ofMaxSize(6);
        return Combinators.combine(
                        Arbitraries.oneOf(text, binary),
                        Arbitraries.of(Spelling.class),
                        Arbitraries.integers().between(0, 9),
                        strategies,
                        cuts)
                .as(Said::new)
                .list()
                .ofMinSize(1)
                .ofMaxSize(8);
    }

    /** Noise, which does not shrink, and repetition, which does. */
    @Provide
    Arbitrary<byte[]> payloads() {
        var noise = Arbitraries.bytes().array(byte[].class).ofMaxSize(3000);
        var times = Arbitraries.integers().between(1, 20);
        var repeated = Combinators.combine(noise, times).as((bytes, count) -> {
            var parts = new byte[count][];
            Arrays.fill(parts, bytes);
            return Samples.join(parts);
        });
        return Arbitraries.oneOf(noise, repeated);
    }

    private static Arbitrary<byte[]> texts() {
        var words = Arbitraries.strings()
                .withCharRange('a', 'e')
                .withChars('é', '€', '\uFFFF', '\0')
                .ofMaxLength(60);
        var ends = Arbitraries.of("", "\uD83D\uDE00", "\uDBFF\uDFFF");
        var times = Arbitraries.integers().between(0, 200);
        return Combinators.combine(words, ends, times)
                .as((word, end, count) -> Samples.utf8((word + end).repeat(count)));
    }

    /** The bytes of a program, with pings among them, which are added to {@code pings}. */
    private static byte[] spelled(List<Said> program, List<Frame> pings, Random random) {
        var frames = new ArrayList<byte[]>();
        for (Said said : program) {
            for (Frame fragment : said.fragments()) {
                frames.add(fragment.encode(Encoding.MASKED.withKey(random.nextInt())));
                if (random.nextInt(4) == 0) {
                    Frame ping = Frame.ping("ping " + pings.size());
                    pings.add(ping);
                    frames.add(ping.encode());
                }
            }
        }
        return Samples.join(frames.toArray(byte[][]::new));
    }
}
