package dev.fanfare.http;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Closes connections on which no request has begun for so long, but for those whose request is still being answered: heads and bodies that trickle in hold
 * nothing, and who has work goes on. Belongs to the event loop.
 */
final class RequestDeadlines {
    private final Vertx vertx;
    private final long millis;
    private final Map<HttpConnection, Deadline> deadlines = new HashMap<>();

    RequestDeadlines(Vertx vertx, long millis) {
        this.vertx = vertx;
        this.millis = millis;
    }

    /** There is a connection: it has so long for its first request. */
    void connected(HttpConnection connection) {
        Deadline deadline = new Deadline(connection);
        deadlines.put(connection, deadline);
        // Also where it becomes a WebSocket.
        connection.closeHandler(closed -> {
            deadlines.remove(connection);
            deadline.end();
        });
        deadline.begin(null);
    }

    /** A request has begun. */
    void requested(HttpServerRequest request) {
        Deadline deadline = deadlines.get(request.connection());
        if (deadline != null) {
            deadline.begin(request);
        }
    }

    private final class Deadline {
        private final HttpConnection connection;
        private @Nullable HttpServerRequest request;
        private long timer = -1;

        Deadline(HttpConnection connection) {
            this.connection = connection;
        }

        void begin(@Nullable HttpServerRequest begun) {
            end();
            request = begun;
            timer = vertx.setTimer(millis, late -> expire());
        }

        private void expire() {
            boolean answering =
                    request != null && request.isEnded() && !request.response().ended();
            if (answering) {
                timer = vertx.setTimer(millis, late -> expire());
            } else {
                connection.shutdown(1, TimeUnit.SECONDS);
            }
        }

        void end() {
            vertx.cancelTimer(timer);
        }
    }
}
