package dev.fanfare.protocol;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/** One JSON object a text message, in either direction. A command is answered where it has an {@code id}, a ping always. */
public final class JsonProtocol implements WireProtocol {
    private static final WireFormat FORMAT = JsonProtocol::encode;
    private static final Reply SILENCE = new Reply.Silence();

    /** More than {@code {"type":"","channel":"","processId":"","stream":"","data":,"offset":,"timestamp":"","encoding":"base64"}}, an offset and a timestamp take. */
    private static final int ENVELOPE = 192;

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
        boolean always = answer instanceof Answer.Failed
                || answer instanceof Answer.Pong
                || answer instanceof Answer.Withdrawn
                || answer instanceof Answer.PositionLost;
        return always || answer.id() != null ? new Reply.Send(AnswerWriter.frame(answer)) : SILENCE;
    }

    // Messages are written once for all JSON subscribers of a loop, straight into their batch.

    private static void encode(Message message, ByteBuf out) {
        ByteBuf body = out.alloc().heapBuffer(message.publication().payload().size() + ENVELOPE);
        try {
            write(message, body);
            Frames.writeHeader(out, Frames.TEXT, body.readableBytes());
            out.writeBytes(body);
        } finally {
            body.release();
        }
    }

    /** Appends messages as the elements of a JSON list, without its brackets. */
    public static void writeList(List<Message> messages, ByteBuf out) {
        for (int i = 0; i < messages.size(); i++) {
            if (i > 0) {
                out.writeByte(',');
            }
            write(messages.get(i), out);
        }
    }

    private static void write(Message message, ByteBuf body) {
        ChannelName channel = message.publication().channel();
        ascii(body, "{\"type\":\"");
        MessageType type = message.publication().type();
        ascii(body, type.type());
        if (channel != null) {
            ascii(body, "\",\"channel\":\"");
            ascii(body, channel.value());
            if (type.isProcess() && channel.isProcess()) {
                ascii(body, "\",\"processId\":\"");
                ascii(body, channel.processId());
            }
        }
        if (type.stream() != null) {
            ascii(body, "\",\"stream\":\"");
            ascii(body, type.stream());
        }
        ascii(body, "\",\"data\":");
        writeData(message.publication().payload(), body);
        if (message.position() != null) {
            ascii(body, ",\"offset\":");
            ascii(body, Long.toString(message.position().offset()));
        }
        ascii(body, ",\"timestamp\":\"");
        ascii(body, Json.timestamp(message.timestamp()));
        ascii(body, "\"}");
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

    /** A time in milliseconds since 1970 as it stands in JSON: RFC 3339 in UTC, with milliseconds. */
    public static String timestamp(long millis) {
        return Json.timestamp(millis);
    }

    private static void ascii(ByteBuf out, String text) {
        out.writeCharSequence(text, StandardCharsets.US_ASCII);
    }
}
