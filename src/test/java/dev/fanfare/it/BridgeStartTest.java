package dev.fanfare.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.fanfare.testing.Certificates;
import dev.fanfare.testing.Commands;
import dev.fanfare.testing.FreePort;
import dev.fanfare.testing.Instance;
import dev.fanfare.testing.LogRecord;
import dev.fanfare.testing.RedisServer;
import dev.fanfare.testing.WebSocketPeer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What an instance needs of its Redis to start, and what it says where it does not get it: never a password. */
@SuppressWarnings("NullAway.Init") // JUnit sets the folder, and calls openLog
class BridgeStartTest {
    private static final String PASSWORD = "s3cret@pass:word/";
    private static final String IN_URL = "s3cret%40pass%3Aword%2F";

    /** Far less than the bound of the start, which is for a Redis that may still come. */
    private static final Duration AT_ONCE = Duration.ofSeconds(30);

    @TempDir
    private Path folder;

    private LogRecord log;

    @BeforeEach
    void openLog() {
        log = LogRecord.open();
    }

    @AfterEach
    void expectNoPassword() {
        log.close();
        assertThat(log.lines()).isNotEmpty().noneMatch(line -> line.contains("s3cret"));
    }

    private static void expectStart(String... settings) {
        try (Instance instance = Instance.start(settings);
                WebSocketPeer peer = instance.connect("/ws")) {
            peer.sendText(Commands.publish("news", "1", "p"));
            assertThat(peer.text()).contains("\"published\"").doesNotContain("local");
            assertThat(instance.metric("fanfare_bridge_up")).isEqualTo(1);
        }
    }

    /** Fails at once, with a sentence that names the server, and this reason. */
    private static void expectRefusal(RedisServer redis, String reason, String... settings) {
        String[] all = Arrays.copyOf(settings, settings.length + 1);
        all[settings.length] = "cluster.start-timeout=5m";
        long start = System.nanoTime();
        assertThat(failure(all))
                .containsPattern("(127\\.0\\.0\\.[12]|localhost):(" + redis.port() + "|" + redis.tlsPort() + ")")
                .containsPattern(reason);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(AT_ONCE);
    }

    private static String failure(String... settings) {
        Throwable failure = catchThrowable(() -> Instance.start(settings).close());
        assertThat(failure).isNotNull();
        StringBuilder said = new StringBuilder();
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            said.append(cause.getMessage()).append('\n');
        }
        assertThat(said.toString()).doesNotContain("s3cret");
        return String.valueOf(Objects.requireNonNull(failure.getCause()).getMessage());
    }

    private static String url(RedisServer redis, String login) {
        return "cluster.redis=redis://" + login + "127.0.0.1:" + redis.port();
    }

    @Test
    void whereNothingListensTheStartFailsInTime() {
        int port = FreePort.next();
        assertThat(failure("cluster.redis=redis://joe:" + IN_URL + "@127.0.0.1:" + port, "cluster.start-timeout=500ms"))
                .matches("Redis did not answer within 500 ms: can't connect to Redis at 127\\.0\\.0\\.1:" + port
                        + ": .*Connection refused.*");
    }

    @Test
    void whereNobodyAnswersTheStartFailsInTime() {
        try (RedisServer redis = RedisServer.start()) {
            redis.freeze();
            assertThat(failure(url(redis, ""), "cluster.start-timeout=500ms"))
                    .startsWith("Redis did not answer within 500 ms: ")
                    .contains("127.0.0.1:" + redis.port());
        }
    }

    @Test
    void itLogsInAsTheUrlOrTheKeysSay() {
        try (RedisServer redis = RedisServer.start("user joe on >" + PASSWORD + " ~* &* +@all")) {
            expectStart(url(redis, "joe:" + IN_URL + "@"));
            expectStart(url(redis, ""), "cluster.username=joe", "cluster.password=" + PASSWORD);
        }
    }

    @Test
    void aWrongPasswordIsSaid() {
        try (RedisServer redis = RedisServer.start("user joe on >right ~* &* +@all")) {
            expectRefusal(redis, "WRONGPASS", url(redis, "joe:" + IN_URL + "@"));
            expectRefusal(redis, "WRONGPASS", url(redis, ""), "cluster.username=joe", "cluster.password=" + PASSWORD);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "+@all | &fanfare:broadcast &fanfare:instance:* | fanfare:channel:.*NOPERM",
                "+@all | &fanfare:channel:* &fanfare:instance:* | fanfare:broadcast.*NOPERM",
                "+@all | &fanfare:channel:* &fanfare:broadcast | fanfare:instance:.*NOPERM",
                "+@all -subscribe | &* | SUBSCRIBE.*NOPERM",
                "+@all -publish | &* | PUBLISH.*NOPERM"
            })
    void whatTheUserMayNotIsSaid(String commands, String channels, String reason) {
        String user = "user joe on >" + PASSWORD + " ~* resetchannels " + channels + " " + commands;
        try (RedisServer redis = RedisServer.start(user)) {
            expectRefusal(redis, reason, url(redis, "joe:" + IN_URL + "@"));
        }
    }

    /** What {@code src/site/markdown/cluster.md} tells operators to allow is enough. */
    @Test
    void aUserWhoMayNoMoreThanIsNeededIsEnough() {
        String user = "user joe on >" + PASSWORD + " resetchannels &fanfare:* ~{fanfare:* -@all"
                + " +hello +auth +select +ping +subscribe +unsubscribe +publish +pubsub|channels +eval +time"
                + " +get +set +exists +pexpire +zadd +zrem +zscore +zrangebyscore +hget +hset +hdel +hlen +hscan +hgetall"
                + " +sadd +srem +sscan";
        try (RedisServer redis = RedisServer.start(user)) {
            expectStart(url(redis, "joe:" + IN_URL + "@"));
        }
    }

    @Test
    void aDatabaseIsOfNoImportanceUnlessItIsNotThere() {
        try (RedisServer redis = RedisServer.start()) {
            expectStart(url(redis, "") + "/3");
            expectRefusal(redis, "out of range", url(redis, "") + "/99");
        }
    }

    @Test
    void tlsNeedsTheRightAuthorityAndTheRightName() throws Exception {
        Certificates certificates = new Certificates(folder).generate("redis").generate("other");
        try (RedisServer redis = RedisServer.startTls(certificates, "redis", "bind 127.0.0.1 127.0.0.2")) {
            String ca = "cluster.tls.ca=" + certificates.cert("redis");
            expectStart("cluster.redis=" + redis.tlsUrl(), ca);
            expectStart("cluster.redis=rediss://127.0.0.1:" + redis.tlsPort(), ca);
            expectRefusal(
                    redis, "TLS: ", "cluster.redis=" + redis.tlsUrl(), "cluster.tls.ca=" + certificates.cert("other"));
            expectRefusal(redis, "TLS: ", "cluster.redis=" + redis.tlsUrl());
            String wrongName = "cluster.redis=rediss://127.0.0.2:" + redis.tlsPort();
            expectRefusal(redis, "TLS: .*127\\.0\\.0\\.2", wrongName, ca);
            expectStart(wrongName, ca, "cluster.tls.verify-host=false");
        }
    }

    @Test
    void aCertificateThatRedisAsksForIsShown() throws Exception {
        Certificates certificates = new Certificates(folder).generate("redis").generate("other");
        try (RedisServer redis = RedisServer.startTls(certificates, "redis", "tls-auth-clients yes")) {
            String url = "cluster.redis=" + redis.tlsUrl();
            String ca = "cluster.tls.ca=" + certificates.cert("redis");
            expectStart(url, ca, pair(certificates, "redis")[0], pair(certificates, "redis")[1]);
            expectRefusal(redis, "TLS: ", url, ca, pair(certificates, "other")[0], pair(certificates, "other")[1]);
            expectRefusal(redis, "TLS: ", url, ca);
        }
    }

    private static String[] pair(Certificates certificates, String name) {
        return new String[] {"cluster.tls.cert=" + certificates.cert(name), "cluster.tls.key=" + certificates.key(name)
        };
    }
}
