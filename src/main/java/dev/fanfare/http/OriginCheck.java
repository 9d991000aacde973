package dev.fanfare.http;

import dev.fanfare.config.Origins;
import io.vertx.core.http.HttpServerRequest;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Whether a page may connect (RFC 6455, section 10.2). */
record OriginCheck(Origins origins) {
    /** Why a request is refused, or null. */
    @Nullable
    Refusal refused(HttpServerRequest request) {
        String origin = request.getHeader("Origin");
        return origin == null || admits(origin, request.getHeader("Host")) ? null : Refusal.origin(origin);
    }

    /**
     * Same origin means the same host and port; the scheme is not compared, since TLS may end before us.
     *
     * @param origin the header; where there is none, it is no browser
     * @param host the {@code Host} header
     */
    boolean admits(String origin, String host) {
        if (origins.any()) {
            return true;
        }
        String page = origin.toLowerCase(Locale.ROOT);
        return origins.listed().contains(page) || (origins.same() && isSame(page, host));
    }

    private static boolean isSame(String page, String host) {
        int authority = page.indexOf("://");
        if (authority < 0) {
            return false;
        }
        String scheme = page.substring(0, authority);
        return withPort(page.substring(authority + 3), scheme).equals(withPort(host.toLowerCase(Locale.ROOT), scheme));
    }

    /** The authority with the scheme's port where it names none. */
    private static String withPort(String authority, String scheme) {
        boolean named = authority.lastIndexOf(':') > authority.lastIndexOf(']');
        return named ? authority : authority + (scheme.equals("https") ? ":443" : ":80");
    }
}
