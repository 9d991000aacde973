package dev.fanfare.auth;

import dev.fanfare.config.Rule;
import dev.fanfare.protocol.ChannelName;
import dev.fanfare.protocol.ErrorCode;
import dev.fanfare.protocol.ProtocolException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a session may do. Nobody is authenticated yet, so a rule that asks for it lets nobody. */
public final class Access {
    private final Rule broadcast;

    /** {@code broadcast} says who may publish without a channel. */
    public Access(Rule broadcast) {
        this.broadcast = broadcast;
    }

    /** Why a session may not publish there (null: to everybody), or empty where it may. */
    public Optional<ProtocolException> refusesToPublish(@Nullable ChannelName channel) {
        if (channel == null) {
            return broadcast.who() == Rule.Who.ANYONE
                    ? Optional.empty()
                    : unauthorised("broadcast.publish does not let this session publish to everybody");
        }
        return channel.isProcess()
                ? unauthorised("'" + channel + "' carries the output of a process, and is not published to by sockets")
                : Optional.empty();
    }

    private static Optional<ProtocolException> unauthorised(String sentence) {
        return Optional.of(new ProtocolException(ErrorCode.UNAUTHORISED, sentence));
    }
}
