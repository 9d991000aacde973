package dev.fanfare.protocol;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/** Bare frames: each message is a publication on the socket's one channel, and each delivery is its bytes. */
public record RawProtocol(ChannelName channel) implements WireProtocol {
    private static final WireFormat FORMAT = RawProtocol::encode;
    private static final Reply SILENCE = new Reply.Silence();

    @Override
    public String word() {
        return "raw";
    }

    @Override
    public WireFormat format() {
        return FORMAT;
    }

    @Override
    public boolean takesBinary() {
        return true;
    }

    @Override
    public Command read(boolean text, byte[] message) {
        Payload.Kind kind = text ? Payload.Kind.TEXT : Payload.Kind.BINARY;
        return new Command.Publish(null, channel, Payload.of(kind, message), null);
    }

    @Override
    public Reply answer(Answer answer) {
        if (answer instanceof Answer.Withdrawn) {
            return new Reply.Close(CloseCode.NOT_AUTHORISED, ErrorCode.UNAUTHORISED.word());
        }
        if (answer instanceof Answer.PositionLost) {
            return new Reply.Close(CloseCode.POSITION_LOST, ErrorCode.UNRECOVERABLE.word());
        }
        return answer instanceof Answer.Failed failed
                ? new Reply.Close(
                        failed.error().code().closeCode(), failed.error().code().word())
                : SILENCE;
    }

    private static void encode(Message message, ByteBuf out) {
        if (!message.publication().type().isRaw()) {
            return; // it is not what anybody published
        }
        Payload payload = message.publication().payload();
        if (payload.kind() == Payload.Kind.JSON && payload.byteAt(0) == '"') {
            byte[] text = Json.text(payload).getBytes(StandardCharsets.UTF_8);
            // Half a surrogate pair, which UTF-8 can't carry, is a question mark by now.
            Frames.writeHeader(out, Frames.TEXT, text.length);
            out.writeBytes(text);
        } else {
            Frames.writeHeader(
                    out, payload.kind() == Payload.Kind.BINARY ? Frames.BINARY : Frames.TEXT, payload.size());
            payload.writeTo(out);
        }
    }
}
