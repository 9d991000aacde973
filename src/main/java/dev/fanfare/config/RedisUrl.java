package dev.fanfare.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where a Redis is: {@code redis://[user:password@]host[:port][/database]}, or {@code rediss://} for TLS.
 *
 * @param host a name or an address, IPv6 without brackets
 */
public record RedisUrl(boolean tls, String host, int port, int database, Login login) {
    private static final int DEFAULT_PORT = 6379;
    private static final Pattern DATABASE = Pattern.compile("/?|/\\d{1,4}");

    /** User name and password, each empty where there is none. */
    public record Login(String user, String password) {
        /** Whether there is nothing to log in with. */
        public boolean isEmpty() {
            return password.isEmpty();
        }

        /** Without the password. */
        @Override
        public String toString() {
            return isEmpty() ? "no login" : "login of " + user;
        }
    }

    /** The servers that a setting lists, which agree in all but host and port. */
    static List<RedisUrl> list(Setting setting) {
        List<RedisUrl> urls =
                setting.list().stream().map(item -> of(item, setting)).toList();
        for (RedisUrl url : urls) {
            if (!url.at("", 0).equals(urls.get(0).at("", 0))) {
                throw setting.refuse("differs in more than host and port");
            }
        }
        return urls;
    }

    /** The same but for its place. */
    public RedisUrl at(String otherHost, int otherPort) {
        return new RedisUrl(tls, otherHost, otherPort, database, login);
    }

    /** The same but for who logs in. */
    public RedisUrl as(Login other) {
        return new RedisUrl(tls, host, port, database, other);
    }

    /** The same but for the database. */
    public RedisUrl in(int otherDatabase) {
        return new RedisUrl(tls, host, port, otherDatabase, login);
    }

    /** Host and port, for people. */
    public String place() {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }

    private static RedisUrl of(String text, Setting setting) {
        URI uri;
        try {
            uri = new URI(text);
        } catch (URISyntaxException e) {
            throw noUrl(setting);
        }
        String host = uri.getHost();
        if (host == null
                || !List.of("redis", "rediss").contains(uri.getScheme())
                || !DATABASE.matcher(uri.getPath()).matches()
                || uri.getQuery() != null
                || uri.getFragment() != null
                || (uri.getRawUserInfo() != null && !uri.getRawUserInfo().contains(":"))) {
            throw noUrl(setting);
        }
        String database = uri.getPath().replace("/", "");
        return new RedisUrl(
                uri.getScheme().equals("rediss"),
                host.startsWith("[") ? host.substring(1, host.length() - 1) : host,
                uri.getPort() < 0 ? DEFAULT_PORT : uri.getPort(),
                database.isEmpty() ? 0 : Integer.parseInt(database),
                login(uri.getRawUserInfo()));
    }

    private static ConfigurationException noUrl(Setting setting) {
        return setting.refuseUnseen(
                "is no URL such as redis://host:6379, rediss://user:password@host:6379/0, or a list of them");
    }

    private static Login login(@Nullable String userInfo) {
        if (userInfo == null) {
            return new Login("", "");
        }
        int colon = userInfo.indexOf(':');
        return new Login(decode(userInfo.substring(0, colon)), decode(userInfo.substring(colon + 1)));
    }

    private static String decode(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        return (tls ? "rediss://" : "redis://") + place() + (database == 0 ? "" : "/" + database);
    }
}
