package dev.fanfare.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The Redis that joins instances.
 *
 * @param redis where it is: one server, or several sentinels or nodes of a Redis Cluster, which agree in all but host and port
 * @param sentinelMaster what the sentinels call the master
 * @param prefix what every name in Redis begins with
 * @param login for Redis, where {@link #redis} has none or is sentinels; {@link #redisLogin} decides
 */
public record Cluster(
        List<RedisUrl> redis,
        Mode mode,
        String sentinelMaster,
        String prefix,
        RedisUrl.Login login,
        Duration startTimeout,
        Duration publishTimeout,
        Tls tls) {
    /**
     * The largest message that goes through Redis, in bytes. Redis cuts a subscriber for whom 32 MiB wait, by its own default,
     * so this is a quarter of it.
     */
    public static final int MAX_MESSAGE_SIZE = 8 << 20;

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.-]{1,64}");
    private static final String NAME_RULE = "is not 1 to 64 of A-Z a-z 0-9 _ . -";

    public Cluster {
        redis = List.copyOf(redis);
    }

    /** What kind of Redis. */
    public enum Mode {
        STANDALONE,
        SENTINEL,
        CLUSTER
    }

    /** How to check who Redis is, and how to show who we are. What is null is left to the JDK, or not shown. */
    public record Tls(
            @Nullable Path authorities,
            @Nullable Path certificate,
            @Nullable Path key,
            boolean verifyHost) {
        static Tls of(Settings settings, boolean used) {
            for (String key : List.of("cluster.tls.ca", "cluster.tls.cert", "cluster.tls.key")) {
                Setting setting = settings.get(key);
                if (!used && !setting.text().isEmpty()) {
                    throw setting.refuse("is of no use without rediss:// in cluster.redis");
                }
            }
            Path certificate = file(settings.get("cluster.tls.cert"));
            Path key = file(settings.get("cluster.tls.key"));
            if (certificate != null && key == null) {
                throw settings.get("cluster.tls.cert").refuse("needs cluster.tls.key");
            }
            if (key != null && certificate == null) {
                throw settings.get("cluster.tls.key").refuse("needs cluster.tls.cert");
            }
            return new Tls(
                    file(settings.get("cluster.tls.ca")),
                    certificate,
                    key,
                    settings.get("cluster.tls.verify-host").bool());
        }

        private static @Nullable Path file(Setting setting) {
            return setting.text().isEmpty() ? null : setting.file();
        }
    }

    /** Empty for an instance on its own. */
    static Optional<Cluster> of(Settings settings) {
        Setting redis = settings.get("cluster.redis");
        Setting mode = settings.get("cluster.mode");
        List<RedisUrl> urls = RedisUrl.list(redis);
        boolean tls = !urls.isEmpty() && urls.get(0).tls();
        Cluster cluster = new Cluster(
                urls,
                Mode.valueOf(mode.oneOf("standalone", "sentinel", "cluster").toUpperCase(Locale.ROOT)),
                settings.get("cluster.sentinel-master").text(NAME, NAME_RULE),
                settings.get("cluster.prefix").text(NAME, NAME_RULE),
                new RedisUrl.Login(
                        settings.get("cluster.username").text(),
                        settings.get("cluster.password").text()),
                settings.get("cluster.start-timeout").duration(Duration.ofMillis(100), Duration.ofMinutes(10)),
                settings.get("cluster.publish-timeout").duration(Duration.ofMillis(10), Duration.ofMinutes(1)),
                Tls.of(settings, tls));
        cluster.check(redis, settings.get("server.max-message-size"));
        return urls.isEmpty() ? Optional.empty() : Optional.of(cluster);
    }

    private void check(Setting urls, Setting size) {
        if (mode == Mode.STANDALONE && redis.size() > 1) {
            throw urls.refuse("is a list, which needs cluster.mode sentinel or cluster");
        }
        if (mode == Mode.CLUSTER && redis.stream().anyMatch(url -> url.database() != 0)) {
            throw urls.refuse("names a database, and a Redis Cluster has but one");
        }
        if (!redis.isEmpty() && size.size(1, Integer.MAX_VALUE) > MAX_MESSAGE_SIZE) {
            throw size.refuse("is more than 8MiB, the most that goes through cluster.redis");
        }
    }

    /** The login for Redis itself: that of the URL, unless it has none or is one of a sentinel. */
    public RedisUrl.Login redisLogin() {
        return mode == Mode.SENTINEL || redis.get(0).login().isEmpty()
                ? login
                : redis.get(0).login();
    }
}
