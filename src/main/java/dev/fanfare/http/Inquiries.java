package dev.fanfare.http;

import dev.fanfare.auth.ChannelAuthorizer.Action;
import dev.fanfare.bus.Addresses;
import dev.fanfare.config.ChannelRule;
import dev.fanfare.protocol.Answer;
import dev.fanfare.protocol.ChannelName;
import dev.fanfare.protocol.Command;
import dev.fanfare.protocol.ErrorCode;
import dev.fanfare.protocol.HistoryPage;
import dev.fanfare.protocol.HistoryQuery;
import dev.fanfare.protocol.Member;
import dev.fanfare.protocol.ProtocolException;
import dev.fanfare.protocol.Retention;
import io.vertx.core.Future;
import java.util.List;

/**
 * What a client asks of what is kept of channels. Who may subscribe to a channel may ask. Belongs to its event loop, on which its futures complete; they
 * fail with a {@link ProtocolException}.
 */
final class Inquiries {
    private final SessionLoop loop;
    private final Permit permit;
    private final int most;

    /** @param most how large an answer may be, in bytes */
    Inquiries(SessionLoop loop, Permit permit, int most) {
        this.loop = loop;
        this.permit = permit;
        this.most = most;
    }

    /** A part of a channel's history. */
    Future<Answer> history(Command.History command) {
        ChannelName channel = command.channel();
        ChannelRule rule = loop.access().policy().channels().of(channel.value());
        return permit.allows(Action.SUBSCRIBE, channel).compose(allowed -> {
            if (!rule.isStored()) {
                return refused(ErrorCode.BAD_REQUEST, "'" + channel + "' has no history");
            }
            HistoryQuery query = new HistoryQuery(
                    channel,
                    new Retention(rule.historySize(), rule.historyTtl()),
                    command.since(),
                    command.limit(),
                    most,
                    command.reverse(),
                    null,
                    false);
            return loop.hub().ask(Addresses.HISTORY, query).compose(page -> answer(command, page));
        });
    }

    private Future<Answer> answer(Command.History command, HistoryPage page) {
        if (command.since() != null && !command.since().isOfSameEpochAs(page.top())) {
            return refused(ErrorCode.UNRECOVERABLE, "the history of that epoch is not there any more");
        }
        return Future.succeededFuture(new Answer.History(
                command.id(),
                command.channel(),
                now(),
                page.top(),
                loop.shared().of(page.messages())));
    }

    /** Who is subscribed, or how many. */
    Future<Answer> presence(Command.Presence command) {
        ChannelName channel = command.channel();
        return permit.allows(Action.SUBSCRIBE, channel).compose(allowed -> {
            if (!loop.access().policy().channels().of(channel.value()).presence()) {
                return refused(ErrorCode.BAD_REQUEST, "'" + channel + "' has no presence");
            }
            return command.count()
                    ? loop.hub()
                            .ask(Addresses.PRESENCE_COUNT, channel)
                            .map(count -> new Answer.PresentCount(command.id(), channel, now(), count))
                    : loop.hub().ask(Addresses.PRESENCE, channel).compose(members -> answer(command, members));
        });
    }

    private Future<Answer> answer(Command.Presence command, List<Member> members) {
        long size = members.stream().mapToLong(member -> member.json().length()).sum();
        return size > most
                ? refused(ErrorCode.TOO_LARGE, "there are " + members.size() + " members: ask for the 'count'")
                : Future.succeededFuture(new Answer.Present(command.id(), command.channel(), now(), members));
    }

    private static Future<Answer> refused(ErrorCode code, String sentence) {
        return Future.failedFuture(new ProtocolException(code, sentence));
    }

    private long now() {
        return loop.clock().millis();
    }
}
