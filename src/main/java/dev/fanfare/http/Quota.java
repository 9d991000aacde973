package dev.fanfare.http;

import dev.fanfare.config.Configuration.SessionLimits;
import dev.fanfare.config.Rate;
import dev.fanfare.metrics.Meters;
import dev.fanfare.protocol.ChannelName;
import dev.fanfare.protocol.ErrorCode;
import dev.fanfare.protocol.ProtocolException;
import io.github.bucket4j.TimeMeter;
import org.jspecify.annotations.Nullable;

/** What a session may do within its limits. Tells it, and counts, what it may not. Belongs to an event loop. */
final class Quota {
    private static final TimeMeter CLOCK = TimeMeter.SYSTEM_NANOTIME;

    /** Nobody needs more. */
    private static final Rate TOKENS = new Rate(1, 10);

    private final SessionLimits limits;
    private final Meters meters;
    private final Allowance messages;
    private final Allowance bytes;
    private final Allowance subscribes;
    private @Nullable Allowance tokens;

    Quota(SessionLimits limits, Meters meters) {
        this.limits = limits;
        this.meters = meters;
        this.messages = Allowance.of(limits.messageRate(), CLOCK);
        this.bytes = Allowance.of(limits.byteRate(), CLOCK);
        this.subscribes = Allowance.of(limits.subscribeRate(), CLOCK);
    }

    /** Counts a message of so many bytes, once inflated. */
    void message(int size) throws ProtocolException {
        if (!messages.take(1)) {
            throw tooManyMessages(limits, meters);
        }
        if (!bytes.take(size)) {
            throw tooManyBytes(limits, meters);
        }
    }

    static ProtocolException tooManyMessages(SessionLimits limits, Meters meters) {
        return tooFast("message_rate", limits.messageRate().perSecond() + " messages", meters);
    }

    static ProtocolException tooManyBytes(SessionLimits limits, Meters meters) {
        return tooFast("byte_rate", limits.byteRate().perSecond() + " bytes of messages", meters);
    }

    /** Counts a token that is shown on an open session: each may have all subscriptions looked at again. */
    void token() throws ProtocolException {
        if (tokens == null) {
            tokens = Allowance.of(TOKENS, CLOCK);
        }
        if (!tokens.take(1)) {
            throw tooFast("token_rate", TOKENS.perSecond() + " token", meters);
        }
    }

    /** Counts a channel that is asked for. */
    void subscribe() throws ProtocolException {
        if (!subscribes.take(1)) {
            throw tooFast("subscribe_rate", limits.subscribeRate().perSecond() + " channels to subscribe to", meters);
        }
    }

    /** Looks whether there is room for {@code channel} beside so many others. */
    void room(ChannelName channel, int others) throws ProtocolException {
        int most = limits.maxSubscriptions();
        if (others >= most) {
            meters.limited("subscriptions");
            throw new ProtocolException(
                    ErrorCode.LIMIT_EXCEEDED, "'" + channel + "' would be more than " + most + " subscriptions");
        }
    }

    private static ProtocolException tooFast(String limit, String amount, Meters meters) {
        meters.limited(limit);
        return new ProtocolException(ErrorCode.RATE_LIMITED, "more than " + amount + " a second");
    }
}
