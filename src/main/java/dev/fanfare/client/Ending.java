package dev.fanfare.client;

import java.net.ConnectException;
import java.net.http.HttpResponse;
import java.net.http.WebSocketHandshakeException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How a connection, or an attempt at one, ended.
 *
 * @param code the close code; 1006 for an attempt
 * @param reason in words
 * @param mayReturn whether another attempt is of use
 * @param away how long the server asks to stay away
 * @param spread whether the server has drawn that for this client alone, so that nothing is to be added
 */
record Ending(int code, String reason, boolean mayReturn, Duration away, boolean spread) {
    static final int NORMAL = 1000;
    static final int GOING_AWAY = 1001;
    static final int BROKEN = 1006;
    static final int POLICY = 1008;
    static final int TOO_BIG = 1009;

    /** The client and the server don't understand each other, or the client may not: another attempt would end the same way. */
    private static final Set<Integer> FINAL = Set.of(1002, 1003, 1007, POLICY);

    /** Nobody is to be kept away for days by one answer. */
    private static final Duration LONGEST_AWAY = Duration.ofMinutes(5);

    private static final Pattern RETRY = Pattern.compile("retry after (\\d{1,9}) ms");
    private static final Pattern SECONDS = Pattern.compile("\\d{1,6}");

    /** What a close code says. */
    static Ending closed(int code, String reason) {
        Matcher retry = RETRY.matcher(reason);
        if (code == GOING_AWAY && retry.matches()) {
            return new Ending(code, reason, true, bounded(Duration.ofMillis(Long.parseLong(retry.group(1)))), true);
        }
        return new Ending(code, reason, !FINAL.contains(code) && (code < 4500 || code > 4999), Duration.ZERO, false);
    }

    /**
     * What the failure of an attempt says.
     *
     * @param anotherToken whether the next attempt may show another credential
     */
    static Ending failed(Throwable cause, boolean anotherToken) {
        if (cause instanceof WebSocketHandshakeException refused && refused.getResponse() != null) {
            return refused(refused.getResponse(), anotherToken);
        }
        return broken(why(cause));
    }

    /** The JDK says little of why it can't connect. */
    private static String why(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof UnresolvedAddressException) {
                return "no such host";
            }
            if (cause.getMessage() != null) {
                return cause.getMessage();
            }
        }
        return failure instanceof ConnectException
                ? "connection refused"
                : failure.getClass().getSimpleName();
    }

    private static Ending refused(HttpResponse<?> response, boolean anotherToken) {
        int status = response.statusCode();
        boolean mayReturn =
                switch (status) {
                    case 401 -> anotherToken;
                    case 403, 414, 431 -> false;
                    default -> true;
                };
        Duration away = response.headers()
                .firstValue("Retry-After")
                .filter(value -> SECONDS.matcher(value).matches())
                .map(value -> bounded(Duration.ofSeconds(Long.parseLong(value))))
                .orElse(Duration.ZERO);
        return new Ending(BROKEN, "the handshake was refused with status " + status, mayReturn, away, false);
    }

    private static Duration bounded(Duration away) {
        return away.compareTo(LONGEST_AWAY) < 0 ? away : LONGEST_AWAY;
    }

    static Ending broken(String reason) {
        return new Ending(BROKEN, reason, true, Duration.ZERO, false);
    }

    /** The pause before the next attempt. */
    Duration pause(Backoff backoff, int number) {
        return spread ? away : away.plus(backoff.draw(number));
    }

    Disconnection told(@Nullable Duration pause) {
        return new Disconnection(code, reason, pause);
    }
}
