package dev.fanfare.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FramesTest {

    @Property
    void anyLengthIsReadAsItWasWritten(@ForAll @IntRange(max = 70_000) int length) {
        roundTrip(length);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 125, 126, 127, 255, 256, 65_535, 65_536, 65_537})
    void theBoundsOfTheLengthsAreReadAsTheyWereWritten(int length) {
        roundTrip(length);
    }

    private static void roundTrip(int length) {
        byte[] payload = new byte[length];
        Arrays.fill(payload, (byte) 'x');
        ByteBuf out = Unpooled.buffer();
        Frames.writeHeader(out, Frames.BINARY, length);
        assertThat(out.readableBytes()).isLessThanOrEqualTo(Frames.MAX_HEADER);
        FrameReader frame = FrameReader.only(out.writeBytes(payload));
        assertThat(frame.opcode()).isEqualTo(2);
        assertThat(frame.payload()).isEqualTo(payload);
    }

    @Property
    void aPongHasThePayloadOfItsPingAndLeavesItAlone(@ForAll @Size(max = 125) byte[] payload) {
        ByteBuf ping = Unpooled.wrappedBuffer(payload);
        FrameReader frame = FrameReader.only(Frames.pong(ping));
        assertThat(frame.opcode()).isEqualTo(10);
        assertThat(frame.payload()).isEqualTo(payload);
        assertThat(ping.readableBytes()).isEqualTo(payload.length);
    }

    @Property
    void aReasonIsCutBetweenCharacters(@ForAll @Size(max = 80) List<@IntRange(max = 3) Integer> pieces) {
        StringBuilder reason = new StringBuilder();
        pieces.forEach(piece -> reason.append(new String[] {"a", "é", "€", "😀"}[piece]));

        FrameReader frame = FrameReader.only(Frames.close(1008, reason.toString()));

        assertThat(frame.opcode()).isEqualTo(8);
        assertThat(frame.payload()).hasSizeBetween(2, 125).startsWith(1008 >> 8, 1008 & 0xFF);
        String told = frame.text().substring(2).isEmpty()
                ? ""
                : new String(frame.payload(), 2, frame.payload().length - 2, StandardCharsets.UTF_8);
        assertThat(reason.toString()).startsWith(told);
        assertThat(told).doesNotContain("\uFFFD");
        int left = reason.toString().getBytes(StandardCharsets.UTF_8).length - (frame.payload().length - 2);
        assertThat(left == 0 || frame.payload().length > 121).isTrue();
    }

    @Test
    void pingsAndClosesWithoutACodeAreEmpty() {
        assertThat(FrameReader.only(Frames.ping()).opcode()).isEqualTo(9);
        assertThat(FrameReader.only(Frames.close()).payload()).isEmpty();
    }
}
