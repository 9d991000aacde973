package dev.fanfare.http;

import dev.fanfare.auth.ChannelAuthorizer.Action;
import dev.fanfare.bus.Entrance;
import dev.fanfare.bus.Entry;
import dev.fanfare.protocol.ChannelName;
import dev.fanfare.protocol.ChannelTraits;
import dev.fanfare.protocol.Command.Wish;
import dev.fanfare.protocol.ConsumerName;
import dev.fanfare.protocol.ErrorCode;
import dev.fanfare.protocol.Member;
import dev.fanfare.protocol.Position;
import dev.fanfare.protocol.ProtocolException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The channels of a session: how it comes by them, and loses them. Belongs to the session's event loop, on which its futures complete. */
final class Subscriptions {
    private final LocalSubscribers subscribers;
    private final HubClient hub;
    private final Subscriber session;
    private final Passport passport;
    private final Clearance clearance;
    private final Quota quota;
    private Map<ChannelName, Subscription> channels = Map.of();
    private boolean ended;

    /** As whom others see a session. */
    interface Passport {
        /**
         * The session, on a channel that it has such a wish for.
         *
         * @throws ProtocolException where what its token says of it is too large
         */
        Member member(Wish wish) throws ProtocolException;
    }

    /** A channel on the way to the session. */
    private record Joining(
            LocalChannel channel,
            Wish wish,
            @Nullable Entrance entrance,
            @Nullable ProtocolException error) {}

    Subscriptions(
            LocalSubscribers subscribers,
            HubClient hub,
            Subscriber session,
            Passport passport,
            Clearance clearance,
            Quota quota) {
        this.subscribers = subscribers;
        this.hub = hub;
        this.session = session;
        this.passport = passport;
        this.clearance = clearance;
        this.quota = quota;
    }

    /** How many there are. */
    int size() {
        return channels.size();
    }

    /** Subscribes to what may be subscribed to of these; tells of each name what became of it. */
    Future<Map<String, Subscribed>> add(List<Wish> wishes, int most) {
        Map<String, Wish> byName = new LinkedHashMap<>();
        wishes.forEach(wish -> byName.putIfAbsent(wish.name(), wish));
        Map<String, Future<ChannelName>> decisions = new LinkedHashMap<>();
        byName.forEach((name, wish) -> decisions.put(name, allowed(wish)));
        return Future.join(List.copyOf(decisions.values())).transform(all -> add(byName, decisions, most));
    }

    /** The channel of a wish; fails with a {@link ProtocolException} where it is not to be subscribed to. */
    private Future<ChannelName> allowed(Wish wish) {
        try {
            ChannelName channel = ChannelName.parse(wish.name());
            if (wish.error() != null) {
                throw wish.error();
            }
            quota.subscribe();
            return clearance.allows(Action.SUBSCRIBE, channel).map(channel);
        } catch (ProtocolException e) {
            return Future.failedFuture(e);
        }
    }

    private Future<Map<String, Subscribed>> add(
            Map<String, Wish> wishes, Map<String, Future<ChannelName>> decisions, int most) {
        Map<ChannelName, Wish> wanted = new LinkedHashMap<>();
        Map<String, Subscribed> refused = new LinkedHashMap<>();
        int[] added = {0};
        decisions.forEach((name, decision) -> {
            try {
                if (decision.cause() instanceof ProtocolException error) {
                    throw error;
                }
                if (!channels.containsKey(decision.result())) {
                    quota.room(decision.result(), channels.size() + added[0]);
                    added[0]++;
                }
                wanted.put(decision.result(), Objects.requireNonNull(wishes.get(name)));
            } catch (ProtocolException e) {
                refused.put(name, Subscribed.refused(e));
            }
        });
        return join(wanted, most).map(joined -> {
            Map<String, Subscribed> outcomes = new LinkedHashMap<>();
            decisions.keySet().forEach(name -> {
                Subscribed outcome = refused.get(name);
                outcomes.put(
                        name, outcome != null ? outcome : Objects.requireNonNull(joined.get(new ChannelName(name))));
            });
            return outcomes;
        });
    }

    /**
     * Takes part in all of these channels at the same moment.
     *
     * @param most how large what was missed of a channel may be, in bytes
     */
    Future<Map<ChannelName, Subscribed>> join(Map<ChannelName, Wish> wanted, int most) {
        Promise<Map<ChannelName, Subscribed>> joined = Promise.promise();
        subscribers.prepare(wanted.keySet(), held -> {
            List<Joining> joining = held.stream()
                    .map(channel -> joining(channel, Objects.requireNonNull(wanted.get(channel.name()))))
                    .toList();
            List<Entrance> entrances = joining.stream()
                    .map(Joining::entrance)
                    .filter(Objects::nonNull)
                    .toList();
            if (entrances.isEmpty() || ended) {
                joined.complete(enter(joining, List.of()));
            } else {
                hub.enter(entrances, most, entries -> joined.complete(enter(joining, entries)));
            }
        });
        return joined.future();
    }

    private Joining joining(LocalChannel channel, Wish wish) {
        ChannelTraits traits = channel.traits();
        try {
            if (traits == null) {
                throw new ProtocolException(
                        ErrorCode.UNAVAILABLE, "the history of '" + channel.name() + "' can't be reached now");
            }
            if (wish.consumer() != null && !traits.ack()) {
                throw new ProtocolException(
                        ErrorCode.BAD_REQUEST, "'" + channel.name() + "' has no 'ack': nobody is a 'consumer' there");
            }
            if (!traits.entersByHub()) {
                return new Joining(channel, wish, null, null);
            }
            Member member = traits.presence() && !channels.containsKey(channel.name()) ? passport.member(wish) : null;
            ConsumerName consumer = wish.consumer() == null
                    ? null
                    : new ConsumerName(channel.name(), clearance.identity().user(), wish.consumer());
            return new Joining(channel, wish, new Entrance(channel.name(), member, wish.recover(), consumer), null);
        } catch (ProtocolException e) {
            return new Joining(channel, wish, null, e);
        }
    }

    /** @param entries of those who have an entrance, in their order; none, where the session has ended before */
    private Map<ChannelName, Subscribed> enter(List<Joining> joining, List<Entry> entries) {
        Map<ChannelName, Subscribed> joined = new LinkedHashMap<>();
        int next = 0;
        for (Joining each : joining) {
            Entrance entrance = each.entrance();
            Entry entry = entrance == null || entries.isEmpty() ? null : entries.get(next++);
            joined.put(each.channel().name(), enter(each, entry));
        }
        return joined;
    }

    private Subscribed enter(Joining joining, @Nullable Entry entry) {
        LocalChannel channel = joining.channel();
        Entrance entrance = joining.entrance();
        Subscribed outcome = outcome(joining, entry);
        if (outcome.error() != null || ended) {
            channel.release();
            if (entry != null && entrance != null && entrance.member() != null) {
                hub.exit(channel.name(), entrance.member(), !ended);
            }
        } else if (!enter(channel, entrance, outcome.position())) {
            return outcome.again();
        }
        return outcome;
    }

    private static Subscribed outcome(Joining joining, @Nullable Entry entry) {
        if (joining.error() != null) {
            return Subscribed.refused(joining.error());
        }
        if (entry == null || (entry.position() == null && entry.error() == null)) {
            return Subscribed.live(joining.wish().recover() != null);
        }
        return Subscribed.of(entry);
    }

    /** Returns whether it was not subscribed before. */
    private boolean enter(LocalChannel channel, @Nullable Entrance entrance, @Nullable Position position) {
        ChannelName name = channel.name();
        Subscription before = channels.get(name);
        if (channels.isEmpty()) {
            channels = new LinkedHashMap<>(4);
        }
        if (entrance == null) {
            channels.put(name, Subscription.LIVE);
        } else {
            Member member = entrance.member() == null && before != null ? before.member() : entrance.member();
            ConsumerName consumer =
                    entrance.consumer() == null && before != null ? before.consumer() : entrance.consumer();
            channels.put(name, new Subscription(member, consumer, position == null ? null : position.epoch()));
        }
        if (before == null) {
            channel.add(session, position);
        } else {
            channel.writeOut(); // in front of the answer, which tells of a position behind it
            channel.release();
        }
        return before == null;
    }

    /** Leaves a channel; returns whether it was subscribed to. */
    boolean leave(ChannelName channel) {
        Subscription left = channels.get(channel);
        if (left == null) {
            return false;
        }
        channels.remove(channel);
        leave(channel, left, true);
        return true;
    }

    private void leave(ChannelName channel, Subscription left, boolean atOnce) {
        subscribers.remove(channel, session);
        if (left.member() != null) {
            hub.exit(channel, left.member(), atOnce);
        }
    }

    /** Leaves the channels that may not be subscribed to any more, and tells which these are. */
    Future<List<ChannelName>> recheck() {
        Map<ChannelName, Future<Void>> decisions = new LinkedHashMap<>();
        channels.keySet().forEach(channel -> decisions.put(channel, clearance.allows(Action.SUBSCRIBE, channel)));
        return Future.join(List.copyOf(decisions.values())).transform(all -> {
            List<ChannelName> left = decisions.entrySet().stream()
                    .filter(decision -> decision.getValue().failed() && channels.containsKey(decision.getKey()))
                    .map(Map.Entry::getKey)
                    .toList();
            left.forEach(this::leave);
            return Future.succeededFuture(left);
        });
    }

    /** Its messages of a channel go on at another position. */
    void lost(ChannelName channel, Position position) {
        channels.computeIfPresent(channel, (name, subscription) -> subscription.at(position.epoch()));
    }

    /** All messages of a channel up to an offset have been dealt with. */
    void acknowledge(ChannelName channel, long offset) throws ProtocolException {
        Subscription subscription = channels.get(channel);
        if (subscription == null || subscription.consumer() == null || subscription.epoch() == null) {
            throw new ProtocolException(
                    ErrorCode.NOT_SUBSCRIBED, "the session is not subscribed to '" + channel + "' as a 'consumer'");
        }
        hub.acknowledge(subscription.consumer(), new Position(subscription.epoch(), offset));
    }

    /** Leaves them all, for good. */
    void end() {
        ended = true;
        Map<ChannelName, Subscription> left = channels;
        channels = Map.of();
        left.forEach((channel, subscription) -> leave(channel, subscription, false));
    }
}
