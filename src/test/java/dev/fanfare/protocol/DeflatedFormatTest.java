package dev.fanfare.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fanfare.testing.Deflate;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.zip.Deflater;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is compressed, and what better stays as it is. */
class DeflatedFormatTest {
    private static final int RSV1 = 0x40;

    private final WireFormat plain = new RawProtocol(new ChannelName("c")).format();
    private final WireFormat deflated = new DeflatedFormat(plain, new Deflater(1, true));

    private static Message binary(byte[] bytes) {
        Payload payload = Payload.of(Payload.Kind.BINARY, bytes);
        return new Message(new Publication(new ChannelName("c"), MessageType.EVENT, payload, 0), 0);
    }

    private static byte[] encoded(WireFormat format, Message message) {
        ByteBuf out = Unpooled.buffer();
        format.encode(message, out);
        byte[] bytes = new byte[out.readableBytes()];
        out.readBytes(bytes);
        out.release();
        return bytes;
    }

    private static byte[] ascii(int size) {
        return "to be or not to be ".repeat(size / 19 + 1).substring(0, size).getBytes(StandardCharsets.US_ASCII);
    }

    @ParameterizedTest
    @ValueSource(ints = {256, 1000, 65_535, 65_536, 200_000})
    void aMessageOfSomeSizeIsCompressedByItself(int size) {
        byte[] message = ascii(size);
        for (int i = 0; i < 2; i++) {
            ByteBuf frame = Unpooled.wrappedBuffer(encoded(deflated, binary(message)));
            assertThat(frame.getByte(0) & RSV1).as("RSV1").isEqualTo(RSV1);
            assertThat(frame.readableBytes()).isLessThan(size);
            byte[] payload = new byte[frame.readableBytes() - Frames.headerLength(frame)];
            frame.getBytes(Frames.headerLength(frame), payload);
            assertThat(Deflate.inflate(payload)).isEqualTo(message);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 255})
    void aSmallMessageStaysAsItIs(int size) {
        assertThat(encoded(deflated, binary(ascii(size)))).isEqualTo(encoded(plain, binary(ascii(size))));
    }

    @Test
    void aMessageThatDoesNotShrinkStaysAsItIs() {
        byte[] noise = new byte[10_000];
        new Random(1).nextBytes(noise);
        assertThat(encoded(deflated, binary(noise))).isEqualTo(encoded(plain, binary(noise)));
    }

    @Test
    void messagesOfOneBatchStandBehindOneAnother() {
        ByteBuf out = Unpooled.buffer();
        ByteBuf expected = Unpooled.buffer();
        for (int size : new int[] {10, 1000, 20, 70_000, 0}) {
            deflated.encode(binary(ascii(size)), out);
            expected.writeBytes(encoded(deflated, binary(ascii(size))));
        }
        assertThat(out).isEqualTo(expected);
        out.release();
        expected.release();
    }
}
