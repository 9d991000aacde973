package dev.fanfare.auth;

import dev.fanfare.config.ChannelPattern;
import dev.fanfare.config.ChannelRule;
import dev.fanfare.config.Channels;
import dev.fanfare.config.Rule;
import dev.fanfare.protocol.ChannelName;
import io.vertx.core.Future;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The configured rules: what the first one that matches a channel allows, and what a token grants beside them. */
final class Rules implements ChannelAuthorizer {
    private static final Future<Boolean> YES = Future.succeededFuture(true);
    private static final Future<Boolean> NO = Future.succeededFuture(false);

    private final Channels channels;
    private final Rule broadcast;

    /** @param broadcast who may publish without a channel */
    Rules(Channels channels, Rule broadcast) {
        this.channels = channels;
        this.broadcast = broadcast;
    }

    @Override
    public Future<Boolean> authorize(Identity identity, Action action, @Nullable ChannelName channel) {
        return allows(identity, action, channel) ? YES : NO;
    }

    private boolean allows(Identity identity, Action action, @Nullable ChannelName channel) {
        if (channel == null) {
            return holds(broadcast, identity);
        }
        ChannelRule rule = channels.of(channel.value());
        boolean subscribes = action == Action.SUBSCRIBE;
        return holds(subscribes ? rule.subscribe() : rule.publish(), identity)
                || isGranted(subscribes ? identity.subscribe() : identity.publish(), channel);
    }

    private static boolean holds(Rule rule, Identity identity) {
        return switch (rule.who()) {
            case ANYONE -> true;
            case AUTHENTICATED -> identity.kind() != Identity.Kind.ANONYMOUS;
            case CLAIM -> rule.claim() != null && identity.has(rule.claim());
            case NOBODY -> false;
        };
    }

    private static boolean isGranted(List<ChannelPattern> patterns, ChannelName channel) {
        for (ChannelPattern pattern : patterns) {
            if (pattern.matches(channel.value())) {
                return true;
            }
        }
        return false;
    }
}
