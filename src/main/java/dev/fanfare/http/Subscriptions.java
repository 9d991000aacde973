package dev.fanfare.http;

import dev.fanfare.auth.ChannelAuthorizer.Action;
import dev.fanfare.protocol.ChannelName;
import dev.fanfare.protocol.ProtocolException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The channels of a session: how it comes by them, and loses them. Belongs to the session's event loop, on which its futures complete. */
final class Subscriptions {
    private final LocalSubscribers subscribers;
    private final Subscriber session;
    private final Clearance clearance;
    private final Quota quota;
    private Set<ChannelName> channels = Set.of();
    private boolean ended;

    Subscriptions(LocalSubscribers subscribers, Subscriber session, Clearance clearance, Quota quota) {
        this.subscribers = subscribers;
        this.session = session;
        this.clearance = clearance;
        this.quota = quota;
    }

    /** Subscribes to what may be subscribed to of these; tells of each name why it was not, or null. */
    Future<Map<String, @Nullable ProtocolException>> add(List<String> names) {
        Map<String, Future<ChannelName>> decisions = new LinkedHashMap<>();
        names.forEach(name -> decisions.computeIfAbsent(name, this::allowed));
        return Future.join(List.copyOf(decisions.values())).transform(all -> add(decisions));
    }

    /** The channel of this name; fails with a {@link ProtocolException} where it is not to be subscribed to. */
    private Future<ChannelName> allowed(String name) {
        try {
            ChannelName channel = ChannelName.parse(name);
            quota.subscribe();
            return clearance.allows(Action.SUBSCRIBE, channel).map(channel);
        } catch (ProtocolException e) {
            return Future.failedFuture(e);
        }
    }

    private Future<Map<String, @Nullable ProtocolException>> add(Map<String, Future<ChannelName>> decisions) {
        Map<String, @Nullable ProtocolException> outcomes = new LinkedHashMap<>();
        Set<ChannelName> added = new LinkedHashSet<>();
        decisions.forEach((name, decision) -> {
            try {
                if (decision.cause() instanceof ProtocolException refused) {
                    throw refused;
                }
                if (!channels.contains(decision.result())) {
                    quota.room(decision.result(), channels.size() + added.size());
                    added.add(decision.result());
                }
                outcomes.put(name, null);
            } catch (ProtocolException e) {
                outcomes.put(name, e);
            }
        });
        return join(added).map(outcomes);
    }

    /** Takes part in all of these channels at the same moment. */
    Future<Void> join(Set<ChannelName> added) {
        Promise<Void> joined = Promise.promise();
        subscribers.prepare(added, () -> {
            if (ended) {
                added.forEach(subscribers::abandon);
            } else {
                enter(added);
            }
            joined.complete();
        });
        return joined.future();
    }

    private void enter(Set<ChannelName> added) {
        if (channels.isEmpty() && !added.isEmpty()) {
            channels = new LinkedHashSet<>(4);
        }
        for (ChannelName channel : added) {
            channels.add(channel);
            subscribers.add(channel, session);
        }
    }

    void leave(ChannelName channel) {
        if (channels.contains(channel)) {
            channels.remove(channel);
            subscribers.remove(channel, session);
        }
    }

    /** Leaves the channels that may not be subscribed to any more, and tells which these are. */
    Future<List<ChannelName>> recheck() {
        Map<ChannelName, Future<Void>> decisions = new LinkedHashMap<>();
        channels.forEach(channel -> decisions.put(channel, clearance.allows(Action.SUBSCRIBE, channel)));
        return Future.join(List.copyOf(decisions.values())).transform(all -> {
            List<ChannelName> left = decisions.entrySet().stream()
                    .filter(decision -> decision.getValue().failed() && channels.contains(decision.getKey()))
                    .map(Map.Entry::getKey)
                    .toList();
            left.forEach(this::leave);
            return Future.succeededFuture(left);
        });
    }

    /** Leaves them all, for good. */
    void end() {
        ended = true;
        channels.forEach(channel -> subscribers.remove(channel, session));
        channels = Set.of();
    }
}
