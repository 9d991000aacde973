package dev.fanfare.http;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Closes connections on which no request has begun for so long, but for those whose request is still being answered: heads and bodies that trickle in hold
 * nothing, and who has work goes on. When the loop stops, each answer is the last of its connection. Belongs to the event loop.
 */
final class RequestDeadlines {
    private final Vertx vertx;
    private final long millis;
    private final Map<HttpConnection, Deadline> deadlines = new HashMap<>();
    /** How long the last answer of a connection may take, in milliseconds; 0 where none is the last. */
    private long longest;

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
            if (longest > 0) {
                deadline.endWithAnswer();
            }
        }
    }

    /**
     * From now on every answer is the last one of its connection, also those to requests that have begun.
     *
     * @param millis how long an answer may take
     */
    void endWithAnswers(long millis) {
        longest = millis;
        deadlines.values().forEach(Deadline::endWithAnswer);
    }

    /**
     * Has the connection of a request end when it is answered and has arrived whole.
     *
     * @param millis how long that may take
     */
    static void endWithAnswer(HttpServerRequest request, long millis) {
        if (request.version() == HttpVersion.HTTP_2) {
            return; // an application's, and others have theirs on it
        }
        if (!request.response().headWritten()) {
            request.response().putHeader("Connection", "close");
        }
        request.connection().shutdown(millis, TimeUnit.MILLISECONDS);
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

        /** Whose request is answered already may send one more, which is the last. */
        void endWithAnswer() {
            HttpServerRequest begun = request;
            if (begun != null && !begun.response().ended()) {
                RequestDeadlines.endWithAnswer(begun, longest);
            }
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
