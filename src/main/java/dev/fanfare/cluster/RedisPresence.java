package dev.fanfare.cluster;

import dev.fanfare.metrics.BridgeMeters;
import dev.fanfare.protocol.ChannelName;
import dev.fanfare.protocol.ErrorCode;
import dev.fanfare.protocol.Member;
import dev.fanfare.protocol.ProtocolException;
import dev.fanfare.store.Presence;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The presence of a cluster. Redis has the members of all instances, in the {@link MemberTable}; those of this one are here
 * too, a {@link Roster} for each channel, so that Redis can be told of them whenever it may have lost them.
 *
 * <p>Of each channel one thing is told at a time, with all that has gathered since the last; of so many channels at once that Redis
 * has time for others. Where that fails it is tried again when the lease was renewed. After the instance was cut
 * off nothing is told before the lease was renewed: only then it knows whether its members were taken out meanwhile. Belongs to the bridge's event loop.
 */
final class RedisPresence implements Presence, Census.Listener {
    /** So many changes are in a command at most, and so many commands under way. */
    private static final int CHUNK = 256;

    private static final int MOST_UNDER_WAY = 128;

    /** Everything is told anew this often: Redis keeps nothing for ever that is not. */
    private static final Duration RETELLING = Duration.ofHours(1);

    private static final Logger LOG = LoggerFactory.getLogger(RedisPresence.class);

    private final Vertx vertx;
    private final MemberTable table;
    private final Predicate<ChannelName> reachable;
    private final BridgeMeters meters;
    private final Reaper reaper;
    private final long retelling;

    private final Map<ChannelName, Roster> rosters = new HashMap<>();
    /** Those of which something is to be told, now and after the next renewal of the lease. */
    private final Set<ChannelName> next = new LinkedHashSet<>();

    private final Set<ChannelName> later = new LinkedHashSet<>();
    private final Set<ChannelName> underWay = new LinkedHashSet<>();
    private final Promise<Void> idle = Promise.promise();
    private long present;
    private boolean leased;
    /** To whom the members here belong, once there is a lease. */
    private String owner = "";

    private boolean carryingOn;
    private boolean closed;

    /**
     * @param reachable whether the server that has a channel answers
     */
    RedisPresence(Vertx vertx, MemberTable table, Predicate<ChannelName> reachable, BridgeMeters meters) {
        this.vertx = vertx;
        this.table = table;
        this.reachable = reachable;
        this.meters = meters;
        this.reaper = new Reaper(table, meters);
        this.retelling = vertx.setPeriodic(RETELLING.toMillis(), timer -> retell(Roster::retell));
    }

    @Override
    public Future<Void> join(ChannelName channel, Member member, boolean announced) {
        if (closed) {
            return Future.failedFuture(unavailable());
        }
        Roster roster = rosters.computeIfAbsent(channel, name -> new Roster());
        int before = roster.present();
        return changed(channel, roster, before, roster.join(member, announced));
    }

    @Override
    public Future<Void> leave(ChannelName channel, Member member, boolean announced) {
        Roster roster = rosters.get(channel);
        if (closed || roster == null) {
            return closed ? Future.failedFuture(unavailable()) : Future.succeededFuture();
        }
        int before = roster.present();
        return changed(channel, roster, before, roster.leave(member, announced));
    }

    private Future<Void> changed(ChannelName channel, Roster roster, int before, Future<Void> told) {
        present += roster.present() - before;
        meters.presenceMembers(present);
        if (!canTell(channel)) {
            roster.refuse(unavailable());
        }
        schedule(channel);
        carryOn();
        return told;
    }

    private boolean canTell(ChannelName channel) {
        return leased && reachable.test(channel);
    }

    @Override
    public Future<List<Member>> members(ChannelName channel) {
        return read(channel, table::members);
    }

    @Override
    public Future<Long> count(ChannelName channel) {
        return read(channel, table::count);
    }

    private <T> Future<T> read(ChannelName channel, Function<ChannelName, Future<T>> reading) {
        if (!canTell(channel)) {
            return Future.failedFuture(unavailable());
        }
        return reading.apply(channel)
                .recover(cause -> Future.failedFuture(cause instanceof ProtocolException ? cause : unavailable(cause)));
    }

    private static ProtocolException unavailable(Throwable cause) {
        String refusal = Server.refusal(cause);
        if (refusal == null) {
            LOG.atDebug().setCause(cause).log("Redis did not do what the presence asked for");
        } else {
            LOG.atWarn().addKeyValue("refusal", refusal).log("Redis refuses what the presence asks for");
        }
        return unavailable();
    }

    private static ProtocolException unavailable() {
        return new ProtocolException(ErrorCode.UNAVAILABLE, "this instance is cut off from the others");
    }

    // What is told

    /** Has something told of a channel, where that is not under way anyhow. */
    private void schedule(ChannelName channel) {
        if (!underWay.contains(channel)) {
            next.add(channel);
        }
    }

    /** Not recursive, although what fails at once ends by calling it: there may be many channels that can't be reached. */
    private void carryOn() {
        if (carryingOn) {
            return;
        }
        carryingOn = true;
        try {
            while (leased && !next.isEmpty() && underWay.size() < MOST_UNDER_WAY) {
                ChannelName channel = next.iterator().next();
                next.remove(channel);
                underWay.add(channel);
                tell(channel);
            }
        } finally {
            carryingOn = false;
        }
        if (closed && underWay.isEmpty()) {
            idle.tryComplete();
        }
    }

    private void tell(ChannelName channel) {
        Roster roster = Objects.requireNonNull(rosters.get(channel));
        if (roster.isSettled()) {
            if (roster.isEmpty()) {
                rosters.remove(channel);
            }
            ended(channel);
        } else {
            step(channel, roster).onComplete(done -> tell(channel), cause -> {
                roster.failed(unavailable(cause));
                later.add(channel);
                ended(channel);
            });
        }
    }

    private void ended(ChannelName channel) {
        underWay.remove(channel);
        carryOn();
    }

    /** The channel is noted before it has members, and forgotten when it has none. */
    private Future<Void> step(ChannelName channel, Roster roster) {
        String current = owner;
        String notedFor = roster.notedFor();
        if (!canTell(channel)) {
            return Future.failedFuture(unavailable());
        }
        if (roster.isEmpty() && notedFor != null) {
            return table.forget(notedFor, List.of(channel)).onSuccess(done -> roster.notedFor(null));
        }
        if (!current.equals(notedFor)) {
            return table.note(current, channel).onSuccess(done -> roster.notedFor(current));
        }
        return table.change(channel, current, roster.next(CHUNK)).onSuccess(done -> roster.confirmed());
    }

    // From the links and the census

    /** The instance is cut off: what waits for an answer gets it now. */
    void down() {
        leased = false;
        next.forEach(channel -> Objects.requireNonNull(rosters.get(channel)).refuse(unavailable()));
    }

    /** The instance is joined with the others again; the lease is to be renewed. */
    void up() {
        retell(Roster::retell);
    }

    @Override
    public void renewed(String holder) {
        owner = holder;
        leased = true;
        later.stream().filter(rosters::containsKey).forEach(this::schedule);
        later.clear();
        carryOn();
    }

    @Override
    public void lost() {
        retell(Roster::retell);
    }

    @Override
    public void givenUp() {
        leased = false;
        retell(Roster::forgotten);
    }

    private void retell(Consumer<Roster> how) {
        rosters.forEach((channel, roster) -> {
            how.accept(roster);
            schedule(channel);
        });
        carryOn();
    }

    @Override
    public Future<Void> reap(String departed) {
        return reaper.reap(departed);
    }

    /** Takes no more, and waits until what is under way is answered. */
    Future<Void> close() {
        closed = true;
        vertx.cancelTimer(retelling);
        if (underWay.isEmpty()) {
            idle.tryComplete();
        }
        return idle.future();
    }
}
