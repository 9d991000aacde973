package dev.fanfare.http;

import dev.fanfare.auth.Access;
import dev.fanfare.config.Configuration.SessionLimits;
import dev.fanfare.metrics.Meters;
import dev.fanfare.protocol.Append;
import dev.fanfare.protocol.ChannelName;
import dev.fanfare.protocol.ErrorCode;
import dev.fanfare.protocol.ProtocolException;
import io.netty.util.concurrent.EventExecutor;
import java.time.Clock;
import org.jspecify.annotations.Nullable;

/** What the sessions of a loop share. */
record SessionLoop(
        SessionLimits limits,
        LocalSubscribers subscribers,
        HubClient hub,
        Publisher publisher,
        Sessions sessions,
        Access access,
        EventExecutor eventLoop,
        RefusalLog refusals,
        Meters meters,
        Compression compression,
        SharedMessages shared,
        Tick tick,
        Clock clock) {
    /** How large what a client is told at once may be, in bytes. */
    int mostAtOnce() {
        return limits.sendLimit() / 2;
    }

    /**
     * Looks whether what is published to {@code channel}, or without one to everybody, may have this key.
     *
     * @throws ProtocolException where it may not
     */
    void checkKey(@Nullable String key, @Nullable ChannelName channel) throws ProtocolException {
        if (key != null
                && (channel == null
                        || !access.policy().channels().of(channel.value()).isStored())) {
            throw new ProtocolException(ErrorCode.BAD_REQUEST, Append.NEEDS_HISTORY);
        }
    }

    /** The same, with other bounds for the sessions to come. */
    SessionLoop with(SessionLimits otherLimits) {
        return new SessionLoop(
                otherLimits,
                subscribers,
                hub,
                publisher,
                sessions,
                access,
                eventLoop,
                refusals,
                meters,
                compression,
                shared,
                tick,
                clock);
    }
}
