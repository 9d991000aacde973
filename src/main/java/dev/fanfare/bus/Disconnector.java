package dev.fanfare.bus;

import io.vertx.core.Future;

/** Ends sessions on every instance: on the loops of this one, and by the bridge on the others. */
public final class Disconnector {
    private static final Disconnected UNKNOWN = new Disconnected(0, false);

    private final Bus bus;
    private final Loops loops;
    private final boolean bridged;

    /** @param bridged whether there is a bridge to other instances */
    public Disconnector(Bus bus, Loops loops, boolean bridged) {
        this.bus = bus;
        this.loops = loops;
        this.bridged = bridged;
    }

    /** Never fails: who does not answer makes it incomplete. */
    public Future<Disconnected> disconnect(Disconnect whom) {
        Future<Disconnected> here = loops.disconnect(whom)
                .map(closed -> new Disconnected(closed, true))
                .otherwise(UNKNOWN);
        Future<Disconnected> elsewhere = bridged
                ? bus.ask(Addresses.DISCONNECT, whom).otherwise(UNKNOWN)
                : Future.succeededFuture(new Disconnected(0, true));
        return Future.all(here, elsewhere)
                .map(all -> new Disconnected(
                        here.result().sessions() + elsewhere.result().sessions(),
                        here.result().complete() && elsewhere.result().complete()));
    }
}
