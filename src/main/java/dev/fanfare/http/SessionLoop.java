package dev.fanfare.http;

import dev.fanfare.auth.Access;
import dev.fanfare.config.Channels;
import dev.fanfare.config.Configuration.SessionLimits;
import dev.fanfare.metrics.Meters;
import io.netty.util.concurrent.EventExecutor;
import java.time.Clock;

/** What the sessions of a loop share. */
record SessionLoop(
        SessionLimits limits,
        Channels channels,
        LocalSubscribers subscribers,
        HubClient hub,
        Sessions sessions,
        Access access,
        EventExecutor eventLoop,
        RefusalLog refusals,
        Meters meters,
        Compression compression,
        SharedMessages shared,
        Tick tick,
        Clock clock) {
    /** The same, with other bounds and rules for the sessions to come. */
    SessionLoop with(SessionLimits otherLimits, Channels otherChannels) {
        return new SessionLoop(
                otherLimits,
                otherChannels,
                subscribers,
                hub,
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
