package dev.fanfare.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The section {@code cluster}: its keys have an effect where there is a Redis. */
class ClusterTest {
    @TempDir
    Path directory = Path.of("");

    /** The keys of the section, each of which is set in a test below. */
    static Stream<String> keys() {
        return Stream.of(
                "cluster.redis",
                "cluster.mode",
                "cluster.sentinel-master",
                "cluster.prefix",
                "cluster.username",
                "cluster.password",
                "cluster.start-timeout",
                "cluster.publish-timeout",
                "cluster.tls.ca",
                "cluster.tls.cert",
                "cluster.tls.key",
                "cluster.tls.verify-host");
    }

    @Test
    void anInstanceIsOnItsOwnUnlessARedisIsNamed() {
        assertThat(Configuration.load(null, Map.of()).cluster()).isEmpty();
    }

    @Test
    void takesAllOfItsKeys() throws IOException {
        Path ca = Files.createFile(directory.resolve("ca.pem"));
        Path cert = Files.createFile(directory.resolve("cert.pem"));
        Path key = Files.createFile(directory.resolve("key.pem"));
        Cluster cluster = load(Map.ofEntries(
                Map.entry("cluster.redis", "rediss://a.example:1/2, rediss://b.example/2"),
                Map.entry("cluster.mode", "sentinel"),
                Map.entry("cluster.sentinel-master", "main"),
                Map.entry("cluster.prefix", "mine"),
                Map.entry("cluster.username", "me"),
                Map.entry("cluster.password", "secret"),
                Map.entry("cluster.start-timeout", "1s"),
                Map.entry("cluster.publish-timeout", "2s"),
                Map.entry("cluster.tls.ca", ca.toString()),
                Map.entry("cluster.tls.cert", cert.toString()),
                Map.entry("cluster.tls.key", key.toString()),
                Map.entry("cluster.tls.verify-host", "false")));
        RedisUrl.Login nobody = new RedisUrl.Login("", "");
        assertThat(cluster)
                .isEqualTo(new Cluster(
                        List.of(
                                new RedisUrl(true, "a.example", 1, 2, nobody),
                                new RedisUrl(true, "b.example", 6379, 2, nobody)),
                        Cluster.Mode.SENTINEL,
                        "main",
                        "mine",
                        new RedisUrl.Login("me", "secret"),
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(2),
                        new Cluster.Tls(ca, cert, key, false)));
    }

    @Test
    void theLoginOfTheUrlGoesBeforeThatOfTheKeysUnlessItIsForSentinels() {
        Map<String, String> keys = Map.of("cluster.username", "u", "cluster.password", "p");
        assertThat(load(keys, "cluster.redis", "redis://a:b%40%2B+c@h").redisLogin())
                .isEqualTo(new RedisUrl.Login("a", "b@++c"));
        assertThat(load(keys, "cluster.redis", "redis://:b@h").redisLogin()).isEqualTo(new RedisUrl.Login("", "b"));
        assertThat(load(keys, "cluster.redis", "redis://h").redisLogin()).isEqualTo(new RedisUrl.Login("u", "p"));
        Cluster sentinels = load(
                Map.of("cluster.mode", "sentinel", "cluster.username", "u", "cluster.password", "p"),
                "cluster.redis",
                "redis://a:b@h");
        assertThat(sentinels.redisLogin()).isEqualTo(new RedisUrl.Login("u", "p"));
        assertThat(sentinels.redis().get(0).login()).isEqualTo(new RedisUrl.Login("a", "b"));
    }

    @Test
    void takesAnAddressOfIpv6() {
        RedisUrl url =
                load(Map.of(), "cluster.redis", "redis://[::1]:7").redis().get(0);
        assertThat(url.host()).isEqualTo("::1");
        assertThat(url.place()).isEqualTo("[::1]:7");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            redis.example:6379    | is no URL
            http://h              | is no URL
            redis://              | is no URL
            redis://h/x           | is no URL
            redis://h?db=1        | is no URL
            redis://secret@h      | is no URL
            redis://u:secret,secret@h:1 | is no URL
            'redis://u:se secret@h:1'   | is no URL
            redis://u:secret      | is no URL
            redis://a,redis://b   | is a list, which needs cluster.mode
            redis://a/1,redis://b | differs in more than host and port
            """)
    void refusesWhatIsNoRedis(String urls, String rule) {
        assertThatThrownBy(() -> load(Map.of(), "cluster.redis", urls))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("cluster.redis")
                .hasMessageContaining(rule)
                .hasMessageNotContaining("secret");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            cluster.mode            | single | is none of standalone, sentinel, cluster
            cluster.prefix          | a:b    | is not 1 to 64 of A-Z a-z 0-9 _ . -
            cluster.sentinel-master | ''     | is not 1 to 64 of A-Z a-z 0-9 _ . -
            cluster.start-timeout   | 1ms    | is not within 0.1s to 10m
            cluster.publish-timeout | 2m     | is not within 0.01s to 1m
            cluster.tls.ca          | x.pem  | is of no use without rediss:// in cluster.redis
            cluster.tls.verify-host | yes    | is none of true, false
            server.max-message-size | 9MiB   | is more than 8MiB, the most that goes through cluster.redis
            """)
    void refusesValuesThatBreakTheRules(String key, String value, String rule) {
        assertThatThrownBy(() -> load(Map.of("cluster.redis", "redis://h"), key, value))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageEndingWith(key + ": '" + value + "' " + rule);
    }

    @Test
    void refusesADatabaseOfARedisCluster() {
        assertThatThrownBy(() -> load(Map.of("cluster.mode", "cluster"), "cluster.redis", "redis://h/1"))
                .hasMessageContaining("names a database");
    }

    @Test
    void refusesACertificateWithoutItsKey() throws IOException {
        Path cert = Files.createFile(directory.resolve("cert.pem"));
        assertThatThrownBy(() -> load(Map.of("cluster.redis", "rediss://h"), "cluster.tls.cert", cert.toString()))
                .hasMessageContaining("needs cluster.tls.key");
        assertThatThrownBy(() -> load(Map.of("cluster.redis", "rediss://h"), "cluster.tls.key", cert.toString()))
                .hasMessageContaining("needs cluster.tls.cert");
        assertThatThrownBy(() -> load(Map.of("cluster.redis", "rediss://h"), "cluster.tls.ca", cert + ".none"))
                .hasMessageContaining("is no file that can be read");
    }

    @Test
    void passwordsAreNeverShown() {
        Configuration configuration = Configuration.load(
                null, Map.of("FANFARE_CLUSTER_REDIS", "redis://me:hush@h:1", "FANFARE_CLUSTER_PASSWORD", "hush"));
        assertThat(configuration.effective())
                .containsEntry("cluster.redis", "redis://***@h:1")
                .containsEntry("cluster.password", "***");
        assertThat(configuration.cluster().orElseThrow().toString()).doesNotContain("hush");
        assertThatThrownBy(() -> load(Map.of(), "cluster.redis", "redis://me:hu@sh@h:1"))
                .hasMessageNotContaining("hu@sh")
                .hasMessageNotContaining("sh@h");
    }

    private static Cluster load(Map<String, String> settings, String key, String value) {
        Map<String, String> all = new HashMap<>(settings);
        all.put(key, value);
        return load(all);
    }

    private static Cluster load(Map<String, String> settings) {
        Map<String, String> environment = new HashMap<>();
        settings.forEach((key, value) -> environment.put(Yaml.variable(key), value));
        return Configuration.load(null, environment).cluster().orElseThrow();
    }
}
