package dev.fanfare.http;

import dev.fanfare.bus.Disconnect;
import dev.fanfare.bus.Page;
import dev.fanfare.bus.SessionInfo;
import dev.fanfare.bus.SessionQuery;
import dev.fanfare.bus.Unsubscribe;
import dev.fanfare.metrics.Meters;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Who is connected to a loop, from the accepted handshake until TCP has ended and what it sent has been published. */
final class Sessions {
    private final Meters meters;
    private final Set<Client> sessions = new LinkedHashSet<>();
    private final List<Promise<Void>> waiting = new ArrayList<>();

    Sessions(Meters meters) {
        this.meters = meters;
    }

    /** It is there, and perhaps let in. */
    void connected(Client session) {
        sessions.add(session);
    }

    /** It was told that it is connected. */
    void opened(SessionInfo session) {
        meters.connected(session.protocol());
    }

    /** It is not connected any more, after it was told that it is. */
    void ended(SessionInfo session, String reason) {
        meters.disconnected(session.protocol(), reason);
    }

    /** TCP has ended, and what it sent has been published. */
    void gone(Client session) {
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

    /** Takes a channel from those that are meant, and tells how many. */
    int unsubscribe(Unsubscribe what) {
        return (int)
                snapshot().stream().filter(session -> session.unsubscribe(what)).count();
    }

    /** Those that are asked for. */
    Page<SessionInfo> list(SessionQuery query) {
        return query.page(sessions.stream()
                .filter(Client::isOpen)
                .map(Client::info)
                .filter(query::means)
                .toList());
    }

    /** As they are now. */
    List<Client> snapshot() {
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
        snapshot().forEach(Client::abort);
    }
}
