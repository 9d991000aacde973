package dev.fanfare.bus;

import io.vertx.core.Future;
import java.util.function.BinaryOperator;

/** A question to every instance: this one, and by the bridge the others. Never fails: what is not answered is unknown. */
record Everywhere(Bus bus, boolean bridged) {
    /**
     * The answers of all as one.
     *
     * @param here what this instance answers
     * @param others where the bridge answers for the others
     * @param unknown what it is where nobody answers
     * @param and makes one of two
     */
    <Q, A> Future<A> ask(Q question, Future<A> here, Service<Q, A> others, A unknown, BinaryOperator<A> and) {
        Future<A> own = here.otherwise(unknown);
        if (!bridged) {
            return own;
        }
        Future<A> elsewhere = bus.ask(others, question).otherwise(unknown);
        return Future.all(own, elsewhere).map(all -> and.apply(own.result(), elsewhere.result()));
    }
}
