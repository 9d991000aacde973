package dev.fanfare.http;

import dev.fanfare.bus.Disconnect;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The sessions of a loop, from the accepted handshake until TCP has ended and what they sent has been published. */
final class Sessions {
    private final Set<Session> sessions = new LinkedHashSet<>();
    private final List<Promise<Void>> waiting = new ArrayList<>();

    void connected(Session session) {
        sessions.add(session);
    }

    void gone(Session session) {
        sessions.remove(session);
        if (sessions.isEmpty()) {
            waiting.forEach(Promise::tryComplete);
            waiting.clear();
        }
    }

    /** Ends those that are meant, and tells how many. All are looked at: that is rare, and an index would cost every session. */
    int disconnect(Disconnect whom) {
        return (int)
                snapshot().stream().filter(session -> session.disconnect(whom)).count();
    }

    /** As they are now. */
    List<Session> snapshot() {
        return List.copyOf(sessions);
    }

    /** Completes when the last one has gone. */
    Future<Void> allGone() {
        Promise<Void> promise = Promise.promise();
        if (sessions.isEmpty()) {
            promise.complete();
        } else {
            waiting.add(promise);
        }
        return promise.future();
    }

    /** Cuts what is left. */
    void abortAll() {
        snapshot().forEach(session -> session.connection().abort());
    }
}
