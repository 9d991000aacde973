package dev.fanfare.http;

import dev.fanfare.auth.ChannelAuthorizer.Action;
import dev.fanfare.protocol.ChannelName;
import dev.fanfare.protocol.ErrorCode;
import dev.fanfare.protocol.ProtocolException;
import io.vertx.core.Future;
import org.jspecify.annotations.Nullable;

/** What somebody may do. */
interface Permit {
    /**
     * Whether that is allowed; fails with a {@link ProtocolException} where not.
     *
     * @param channel null for all sessions
     */
    Future<Void> allows(Action action, @Nullable ChannelName channel);

    /** Tells that it is not. */
    static Future<Void> refused(String whom, Action action, @Nullable ChannelName channel) {
        String what = action == Action.SUBSCRIBE ? "subscribe" : "publish";
        String where = channel == null ? "to everybody" : "to '" + channel + "'";
        return Future.failedFuture(
                new ProtocolException(ErrorCode.UNAUTHORISED, "this " + whom + " may not " + what + ' ' + where));
    }
}
