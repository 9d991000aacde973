package dev.fanfare.protocol;

import com.fasterxml.jackson.core.JsonParser;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
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
        return new Command.Publish(null, channel, Payload.of(kind, message));
    }

    @Override
    public Reply answer(Answer answer) {
        return answer instanceof Answer.Failed failed
                ? new Reply.Close(
                        failed.error().code().closeCode(), failed.error().code().word())
                : SILENCE;
    }

    private static void encode(Message message, ByteBuf out) {
        Payload payload = message.publication().payload();
        if (payload.kind() == Payload.Kind.JSON && payload.byteAt(0) == '"') {
            byte[] text = unquote(payload);
            Frames.writeHeader(out, Frames.TEXT, text.length);
            out.writeBytes(text);
        } else {
            Frames.writeHeader(
                    out, payload.kind() == Payload.Kind.BINARY ? Frames.BINARY : Frames.TEXT, payload.size());
            payload.writeTo(out);
        }
    }

    /** The text of a JSON string; half a surrogate pair, which UTF-8 can't carry, becomes a question mark. */
    private static byte[] unquote(Payload string) {
        try (JsonParser parser = Json.FACTORY.createParser(string.toBytes())) {
            parser.nextToken();
            return parser.getText().getBytes(StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException("was valid JSON when it was published", e);
        }
    }
}
