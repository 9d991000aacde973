package dev.fanfare.http;

import dev.fanfare.config.Origins;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Whether a page may connect (RFC 6455, section 10.2). */
record OriginCheck(Origins origins) {
    /**
     * Same origin means the same host and port; the scheme is not compared, since TLS may end before us.
     *
     * @param origin the header, or null where there is none: not a browser
     * @param host the {@code Host} header
     */
    boolean admits(@Nullable String origin, String host) {
        if (origin == null || origins.any()) {
            return true;
        }
        String page = origin.toLowerCase(Locale.ROOT);
        if (!origins.listed().isEmpty()) {
            return origins.listed().contains(page);
        }
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
