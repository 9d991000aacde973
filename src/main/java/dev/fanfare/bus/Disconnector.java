package dev.fanfare.bus;

import io.vertx.core.Future;

/**
 * Ends sessions, and their subscriptions, on every instance: on the loops of this one, and by the bridge on the others. Never fails: who does not
 * answer makes it incomplete.
 */
public final class Disconnector {
    private final Bus bus;
    private final Loops loops;
    private final boolean bridged;

    /** @param bridged whether there is a bridge to other instances */
    public Disconnector(Bus bus, Loops loops, boolean bridged) {
        this.bus = bus;
        this.loops = loops;
        this.bridged = bridged;
    }

    /** Closes the sessions that are meant. */
    public Future<Disconnected> disconnect(Disconnect whom) {
        Disconnected unknown = new Disconnected(0, false);
        Future<Disconnected> here = loops.disconnect(whom)
                .map(closed -> new Disconnected(closed, true))
                .otherwise(unknown);
        Future<Disconnected> elsewhere = bridged
                ? bus.ask(Addresses.DISCONNECT, whom).otherwise(unknown)
                : Future.succeededFuture(new Disconnected(0, true));
        return Future.all(here, elsewhere)
                .map(all -> new Disconnected(
                        here.result().sessions() + elsewhere.result().sessions(),
                        here.result().complete() && elsewhere.result().complete()));
    }

    /** Takes a channel from the sessions that are meant. */
    public Future<Unsubscribed> unsubscribe(Unsubscribe what) {
        Unsubscribed unknown = new Unsubscribed(0, false);
        Future<Unsubscribed> here = loops.unsubscribe(what)
                .map(left -> new Unsubscribed(left, true))
                .otherwise(unknown);
        Future<Unsubscribed> elsewhere = bridged
                ? bus.ask(Addresses.UNSUBSCRIBE, what).otherwise(unknown)
                : Future.succeededFuture(new Unsubscribed(0, true));
        return Future.all(here, elsewhere)
                .map(all -> new Unsubscribed(
                        here.result().sessions() + elsewhere.result().sessions(),
                        here.result().complete() && elsewhere.result().complete()));
    }
}
