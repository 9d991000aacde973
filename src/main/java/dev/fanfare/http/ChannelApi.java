package dev.fanfare.http;

import dev.fanfare.protocol.Answer;
import dev.fanfare.protocol.ChannelName;
import dev.fanfare.protocol.Command;
import dev.fanfare.protocol.Member;
import dev.fanfare.protocol.Position;
import dev.fanfare.protocol.ProtocolException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What is kept of a channel, by HTTP: its history, and who is subscribed. */
final class ChannelApi {
    private static final Pattern POSITION = Pattern.compile("([A-Za-z0-9_-]{1,32}):(\\d{1,18})");

    private final SessionLoop loop;

    ChannelApi(SessionLoop loop) {
        this.loop = loop;
    }

    void mount(ApiRoutes routes) {
        routes.get("/channels/:channel/history", this::history);
        routes.get("/channels/:channel/presence", this::presence);
    }

    private Future<Buffer> history(ApiCall call) throws ProtocolException {
        Command.History command = new Command.History(
                null,
                ChannelName.parse(call.part("channel")),
                position(call.parameter("since")),
                call.limit(),
                call.flag("reverse"));
        return asked(inquiries(call).history(command)).map(answer -> history((Answer.History) answer));
    }

    private static @Nullable Position position(String text) throws ProtocolException {
        if (text.isEmpty()) {
            return null;
        }
        Matcher matcher = POSITION.matcher(text);
        if (!matcher.matches()) {
            throw ApiCall.bad("'since' is a position: EPOCH:OFFSET");
        }
        return new Position(matcher.group(1), Long.parseLong(matcher.group(2)));
    }

    private static Buffer history(Answer.History history) {
        ByteBuf messages = history.messages().json();
        try {
            JsonObject top = KeyPublisher.at(new JsonObject(), history.top());
            return Buffer.buffer("{\"messages\":[")
                    .appendBytes(ByteBufUtil.getBytes(messages))
                    .appendString("],")
                    .appendString(top.encode().substring(1));
        } finally {
            messages.release();
        }
    }

    private Future<Buffer> presence(ApiCall call) throws ProtocolException {
        Command.Presence command =
                new Command.Presence(null, ChannelName.parse(call.part("channel")), call.flag("count"));
        return asked(inquiries(call).presence(command))
                .map(answer -> answer instanceof Answer.PresentCount present
                        ? new JsonObject().put("count", present.count()).toBuffer()
                        : members((Answer.Present) answer));
    }

    private static Buffer members(Answer.Present present) {
        return Buffer.buffer(
                present.members().stream().map(Member::json).collect(Collectors.joining(",", "{\"members\":[", "]}")));
    }

    private Inquiries inquiries(ApiCall call) {
        return new Inquiries(loop, call, loop.mostAtOnce());
    }

    private static Future<Answer> asked(Future<Answer> inquiry) {
        return inquiry.recover(cause -> Future.failedFuture(ProtocolException.of(cause, "that can't be told now")));
    }
}
