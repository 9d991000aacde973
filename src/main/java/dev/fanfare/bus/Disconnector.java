package dev.fanfare.bus;

import io.vertx.core.Future;

/**
 * Ends sessions, and their subscriptions, on every instance: on the loops of this one, and by the bridge on the others. Never fails: who does not
 * answer makes it incomplete.
 */
public final class Disconnector {
    private final Loops loops;
    private final Everywhere everywhere;

    /** @param bridged whether there is a bridge to other instances */
    public Disconnector(Bus bus, Loops loops, boolean bridged) {
        this.loops = loops;
        this.everywhere = new Everywhere(bus, bridged);
    }

    /** Closes the sessions that are meant. */
    public Future<Disconnected> disconnect(Disconnect whom) {
        Future<Disconnected> here = loops.disconnect(whom).map(closed -> new Disconnected(closed, true));
        return everywhere.ask(whom, here, Addresses.DISCONNECT, Disconnected.UNKNOWN, Disconnected::and);
    }

    /** Takes a channel from the sessions that are meant. */
    public Future<Unsubscribed> unsubscribe(Unsubscribe what) {
        Future<Unsubscribed> here = loops.unsubscribe(what).map(left -> new Unsubscribed(left, true));
        return everywhere.ask(what, here, Addresses.UNSUBSCRIBE, Unsubscribed.UNKNOWN, Unsubscribed::and);
    }
}
