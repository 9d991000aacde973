package dev.fanfare.bus;

import dev.fanfare.protocol.ChannelName;

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

    /** How large the cluster is: answered by the bridge. */
    public static final Service<ClusterFigures.Question, ClusterFigures> FIGURES = new Service<>("fanfare.figures");

    /** Ends sessions on the other instances: answered by the bridge. */
    public static final Service<Disconnect, Disconnected> DISCONNECT = new Service<>("fanfare.disconnect");

    /** The stages of the instance's life, to whom it may concern. */
    public static final Address<Stage> STAGE = new Address<>("fanfare.stage");

    private Addresses() {}

    /** How many subscribers a channel has on a loop. */
    public static Service<ChannelName, Integer> subscribers(int loop) {
        return new Service<>("fanfare.subscribers." + loop);
    }

    /** Ends sessions on a loop, and tells how many. */
    public static Service<Disconnect, Integer> disconnect(int loop) {
        return new Service<>("fanfare.disconnect." + loop);
    }

    /** The one inbound address of a loop: what the hub answers and delivers, in its order. */
    public static Address<LoopBatch> loop(int loop) {
        return new Address<>("fanfare.loop." + loop);
    }
}
