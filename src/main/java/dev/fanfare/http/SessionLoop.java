package dev.fanfare.http;

import dev.fanfare.auth.Access;
import dev.fanfare.config.Configuration.SessionLimits;
import dev.fanfare.metrics.Meters;
import io.netty.util.concurrent.EventExecutor;
import java.time.Clock;

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
