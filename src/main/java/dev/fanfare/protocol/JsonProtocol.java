package dev.fanfare.protocol;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** One JSON object a text message, in either direction. A command is answered where it has an {@code id}, a ping always. */
public final class JsonProtocol implements WireProtocol {
    private static final WireFormat FORMAT = JsonProtocol::encode;
    private static final Reply SILENCE = new Reply.Silence();

    /** More than {@code {"type":"","channel":"","data":,"timestamp":"","encoding":"base64"}} and a timestamp take. */
    private static final int ENVELOPE = 128;

    @Override
    public String word() {
        return "json";
    }

    @Override
    public WireFormat format() {
        return FORMAT;
    }

    @Override
    public boolean takesBinary() {
        return false;
    }

    @Override
    public Command read(boolean text, byte[] message) {
        return new CommandReader(message).read();
    }

    @Override
    public Reply answer(Answer answer) {
        boolean always =
                answer instanceof Answer.Failed || answer instanceof Answer.Pong || answer instanceof Answer.Withdrawn;
        return always || answer.id() != null ? new Reply.Send(Frames.text(write(answer))) : SILENCE;
    }

    // Answers are rare beside messages: they are written as text. Every name in them has been checked or is escaped.

    private static String write(Answer answer) {
        StringBuilder out = new StringBuilder(ENVELOPE);
        if (answer instanceof Answer.Subscribed subscribed) {
            open(out, "subscribed", subscribed.channel());
        } else if (answer instanceof Answer.SubscribedToList list) {
            open(out, "subscribed", null).append(",\"channels\":[");
            list.outcomes().forEach(outcome -> append(out, outcome));
            out.append(']');
        } else if (answer instanceof Answer.Unsubscribed unsubscribed) {
            open(out, "unsubscribed", unsubscribed.channel());
        } else if (answer instanceof Answer.Withdrawn withdrawn) {
            open(out, "unsubscribed", withdrawn.channel())
                    .append(",\"code\":\"")
                    .append(ErrorCode.UNAUTHORISED.word())
                    .append('"');
        } else if (answer instanceof Answer.TokenTaken) {
            open(out, "token", null);
        } else if (answer instanceof Answer.Published published) {
            open(out, "published", published.channel()).append(published.local() ? ",\"local\":true" : "");
        } else if (answer instanceof Answer.Pong) {
            open(out, "pong", null);
        } else if (answer instanceof Answer.Failed failed) {
            error(open(out, "error", null), failed.error());
        }
        CommandId id = answer.id();
        if (id != null) {
            out.append(",\"id\":").append(id.json());
        }
        return out.append(",\"timestamp\":\"")
                .append(Json.timestamp(answer.timestamp()))
                .append("\"}")
                .toString();
    }

    private static StringBuilder open(StringBuilder out, String type, @Nullable ChannelName channel) {
        out.append("{\"type\":\"").append(type).append('"');
        if (channel != null) {
            out.append(",\"channel\":\"").append(channel.value()).append('"');
        }
        return out;
    }

    private static void append(StringBuilder out, Answer.Outcome outcome) {
        if (out.charAt(out.length() - 1) != '[') {
            out.append(',');
        }
        ProtocolException error = outcome.error();
        open(out, error == null ? "subscribed" : "error", null)
                .append(",\"channel\":")
                .append(quote(outcome.name()));
        if (error != null) {
            error(out, error);
        }
        out.append('}');
    }

    private static void error(StringBuilder out, ProtocolException error) {
        out.append(",\"code\":\"")
                .append(error.code().word())
                .append("\",\"data\":")
                .append(quote(error.sentence()));
    }

    private static String quote(String text) {
        ByteBuf out = Unpooled.buffer(text.length() + 2);
        Json.writeString(text.getBytes(StandardCharsets.UTF_8), out);
        return out.toString(StandardCharsets.UTF_8);
    }

    // Messages are written once for all JSON subscribers of a loop, straight into their batch.

    private static void encode(Message message, ByteBuf out) {
        Payload payload = message.publication().payload();
        ChannelName channel = message.publication().channel();
        ByteBuf body = out.alloc().heapBuffer(payload.size() + ENVELOPE);
        try {
            ascii(body, "{\"type\":\"");
            ascii(body, message.publication().type().word());
            if (channel != null) {
                ascii(body, "\",\"channel\":\"");
                ascii(body, channel.value());
            }
            ascii(body, "\",\"data\":");
            writeData(payload, body);
            ascii(body, ",\"timestamp\":\"");
            ascii(body, Json.timestamp(message.timestamp()));
            ascii(body, "\"}");
            Frames.writeHeader(out, Frames.TEXT, body.readableBytes());
            out.writeBytes(body);
        } finally {
            body.release();
        }
    }

    private static void writeData(Payload payload, ByteBuf body) {
        switch (payload.kind()) {
            case JSON -> payload.writeTo(body);
            case TEXT -> Json.writeString(payload.toBytes(), body);
            case BINARY -> {
                ascii(body, "\"");
                body.writeBytes(Base64.getEncoder().encode(payload.toBytes()));
                ascii(body, "\",\"encoding\":\"base64\"");
            }
        }
    }

    private static void ascii(ByteBuf out, String text) {
        out.writeCharSequence(text, StandardCharsets.US_ASCII);
    }
}
