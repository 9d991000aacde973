package dev.fanfare.protocol;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes one answer as JSON. Answers are rare beside messages: they are written as text. Every name in them has been checked or is
 * escaped. The messages in them are bytes that others share, and stay where they are.
 */
final class AnswerWriter {
    /** More than most answers take, in characters. */
    private static final int USUAL = 128;

    private final List<ByteBuf> parts = new ArrayList<>(1);
    private StringBuilder out = new StringBuilder(USUAL);

    private AnswerWriter() {}

    /** In a text frame. */
    static ByteBuf frame(Answer answer) {
        AnswerWriter writer = new AnswerWriter();
        writer.write(answer);
        int length = writer.parts.stream().mapToInt(ByteBuf::readableBytes).sum();
        ByteBuf header = Unpooled.buffer(Frames.MAX_HEADER);
        Frames.writeHeader(header, Frames.TEXT, length);
        writer.parts.add(0, header);
        return writer.joined();
    }

    /** By itself. */
    static ByteBuf json(Answer answer) {
        AnswerWriter writer = new AnswerWriter();
        writer.write(answer);
        return writer.joined();
    }

    private ByteBuf joined() {
        return Unpooled.wrappedBuffer(parts.size(), parts.toArray(ByteBuf[]::new));
    }

    private void endText() {
        parts.add(Unpooled.wrappedBuffer(out.toString().getBytes(StandardCharsets.UTF_8)));
        out = new StringBuilder(USUAL);
    }

    private void write(Answer answer) {
        if (answer instanceof Answer.Subscribed subscribed) {
            open("subscribed", subscribed.channel());
            start(subscribed.start());
        } else if (answer instanceof Answer.SubscribedToList list) {
            open("subscribed", null);
            out.append(",\"channels\":[");
            list.outcomes().forEach(this::outcome);
            out.append(']');
        } else if (answer instanceof Answer.Opened opened) {
            open("open", null);
            out.append(",\"session\":\"").append(opened.session()).append("\",\"channels\":[");
            opened.outcomes().forEach(this::outcome);
            out.append(']').append(opened.resumable() ? "" : ",\"resumable\":false");
        } else if (answer instanceof Answer.Closed closed) {
            open("close", null);
            out.append(",\"code\":").append(closed.code().code());
            out.append(",\"reason\":").append(Json.quote(closed.reason()));
        } else if (answer instanceof Answer.Unsubscribed unsubscribed) {
            open("unsubscribed", unsubscribed.channel());
        } else if (answer instanceof Answer.Withdrawn withdrawn) {
            open("unsubscribed", withdrawn.channel());
            out.append(",\"code\":\"").append(ErrorCode.UNAUTHORISED.word()).append('"');
        } else if (answer instanceof Answer.TokenTaken) {
            open("token", null);
        } else if (answer instanceof Answer.Published published) {
            open("published", published.channel());
            out.append(published.local() ? ",\"local\":true" : "");
            position(published.position());
        } else if (answer instanceof Answer.History history) {
            open("history", history.channel());
            messages(history.messages());
            position(history.top());
        } else if (answer instanceof Answer.Present present) {
            open("presence", present.channel());
            out.append(",\"data\":[");
            present.members().forEach(this::member);
            out.append(']');
        } else if (answer instanceof Answer.PresentCount present) {
            open("presence", present.channel());
            out.append(",\"count\":").append(present.count());
        } else if (answer instanceof Answer.Pong) {
            open("pong", null);
        } else if (answer instanceof Answer.PositionLost lost) {
            open("error", lost.channel());
            error(
                    ErrorCode.UNRECOVERABLE,
                    "messages of '" + lost.channel() + "' are lost: it goes on behind this position");
            position(lost.position());
        } else if (answer instanceof Answer.Failed failed) {
            open("error", null);
            error(failed.error().code(), failed.error().sentence());
        }
        end(answer);
    }

    private void end(Answer answer) {
        CommandId id = answer.id();
        if (id != null) {
            out.append(",\"id\":").append(id.json());
        }
        out.append(",\"timestamp\":\"")
                .append(Json.timestamp(answer.timestamp()))
                .append("\"}");
        endText();
    }

    private void open(String type, @Nullable ChannelName channel) {
        out.append("{\"type\":\"").append(type).append('"');
        if (channel != null) {
            out.append(",\"channel\":\"").append(channel.value()).append('"');
        }
    }

    private void start(Answer.Start start) {
        Answer.Recovery recovery = start.recovery();
        if (recovery != null) {
            out.append(",\"recovered\":").append(recovery.whole());
            if (recovery.messages() != null) {
                messages(recovery.messages());
            }
        }
        position(start.position());
    }

    private void position(@Nullable Position position) {
        if (position != null) {
            out.append(",\"epoch\":\"")
                    .append(position.epoch())
                    .append("\",\"offset\":")
                    .append(position.offset());
        }
    }

    private void messages(Answer.Messages messages) {
        out.append(",\"messages\":[");
        endText();
        parts.add(messages.json());
        out.append(']');
    }

    private void member(Member member) {
        separate();
        out.append(member.json());
    }

    private void outcome(Answer.Outcome outcome) {
        separate();
        ProtocolException error = outcome.error();
        open(error == null ? "subscribed" : "error", null);
        out.append(",\"channel\":").append(Json.quote(outcome.name()));
        if (error != null) {
            error(error.code(), error.sentence());
        } else {
            start(outcome.start());
        }
        out.append('}');
    }

    private void separate() {
        if (out.charAt(out.length() - 1) == '}') {
            out.append(',');
        }
    }

    private void error(ErrorCode code, String sentence) {
        out.append(",\"code\":\"").append(code.word()).append("\",\"data\":").append(Json.quote(sentence));
    }
}
