package dev.fanfare.bus;

import dev.fanfare.protocol.Append;
import dev.fanfare.protocol.ChannelName;
import dev.fanfare.protocol.HistoryPage;
import dev.fanfare.protocol.HistoryQuery;
import dev.fanfare.protocol.Member;
import dev.fanfare.protocol.Position;
import java.util.List;

/** The addresses of an instance. */
public final class Addresses {
    /** Publications, from the loops to the hub. */
    public static final Address<Publish> PUBLISH = new Address<>("fanfare.publish");

    /** What a loop tells the hub of itself and of its subscribers. */
    public static final Address<LoopNotice> MEMBERSHIP = new Address<>("fanfare.membership");

    /** What the hub has for the other instances, to the bridge. */
    public static final Address<RelayBatch> RELAY = new Address<>("fanfare.relay");

    /** What the bridge has from the other instances, to the hub. */
    public static final Address<BridgeBatch> RECEIVED = new Address<>("fanfare.received");

    /** Whether the instance is joined with the others, to whom it may concern. */
    public static final Address<LinkState> LINK = new Address<>("fanfare.link");

    /** How large the cluster is: answered by the bridge, and for an instance on its own by the hub. */
    public static final Service<ClusterFigures.Question, ClusterFigures> FIGURES = Service.of("fanfare.figures");

    /** Ends sessions on the other instances: answered by the bridge. */
    public static final Service<Disconnect, Disconnected> DISCONNECT = Service.of("fanfare.disconnect");

    /** Takes a channel from sessions on the other instances: answered by the bridge. */
    public static final Service<Unsubscribe, Unsubscribed> UNSUBSCRIBE = Service.of("fanfare.unsubscribe");

    /** Channels that have subscribers on the other instances: answered by the bridge. */
    public static final Service<ChannelQuery, Listing<ChannelInfo>> CHANNELS = Service.of("fanfare.channels");

    /** Sessions on the other instances: answered by the bridge. */
    public static final Service<SessionQuery, Listing<SessionInfo>> SESSIONS = Service.of("fanfare.sessions");

    // Answered by whoever keeps them: the bridge, and for an instance on its own the hub.

    /** Appends to a history. */
    public static final Service<Append, Position> APPEND = Service.ofRedis("fanfare.history.append");

    /** Reads a history. */
    public static final Service<HistoryQuery, HistoryPage> HISTORY = Service.ofRedis("fanfare.history.read");

    /** Where a consumer goes on. */
    public static final Service<Resume, Position> RESUME = Service.ofRedis("fanfare.history.resume");

    /** What consumers have got. */
    public static final Address<Acknowledgement> ACKNOWLEDGE = new Address<>("fanfare.history.acknowledge");

    /** Who comes and goes. */
    public static final Service<PresenceChange, Void> PRESENCE_CHANGE = Service.ofRedis("fanfare.presence.change");

    /** Who is there. */
    public static final Service<ChannelName, List<Member>> PRESENCE = Service.ofRedis("fanfare.presence");

    /** How many are there. */
    public static final Service<ChannelName, Long> PRESENCE_COUNT = Service.ofRedis("fanfare.presence.count");

    /** Who comes and goes, to whom it may concern. */
    public static final Address<SessionEvent> SESSION_EVENTS = new Address<>("fanfare.session.events");

    /** The stages of the instance's life, to whom it may concern. */
    public static final Address<Stage> STAGE = new Address<>("fanfare.stage");

    private Addresses() {}

    /** How many subscribers a channel has on a loop. */
    public static Service<ChannelName, Integer> subscribers(int loop) {
        return Service.of("fanfare.subscribers." + loop);
    }

    /** Publishes by a loop, within its credit. */
    public static Service<Submission, Receipt> submit(int loop) {
        return Service.ofRedis("fanfare.submit." + loop);
    }

    /** Ends sessions on a loop, and tells how many. */
    public static Service<Disconnect, Integer> disconnect(int loop) {
        return Service.of("fanfare.disconnect." + loop);
    }

    /** Takes a channel from sessions on a loop, and tells how many. */
    public static Service<Unsubscribe, Integer> unsubscribe(int loop) {
        return Service.of("fanfare.unsubscribe." + loop);
    }

    /** Channels that have subscribers on a loop. */
    public static Service<ChannelQuery, Page<ChannelInfo>> channels(int loop) {
        return Service.of("fanfare.channels." + loop);
    }

    /** Sessions of a loop. */
    public static Service<SessionQuery, Page<SessionInfo>> sessions(int loop) {
        return Service.of("fanfare.sessions." + loop);
    }

    /** The one inbound address of a loop: what the hub answers and delivers, in its order. */
    public static Address<LoopBatch> loop(int loop) {
        return new Address<>("fanfare.loop." + loop);
    }
}
