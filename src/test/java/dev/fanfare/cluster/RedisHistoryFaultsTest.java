package dev.fanfare.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fanfare.config.Cluster;
import dev.fanfare.protocol.Append;
import dev.fanfare.protocol.ChannelName;
import dev.fanfare.protocol.ErrorCode;
import dev.fanfare.protocol.HistoryPage;
import dev.fanfare.protocol.HistoryQuery;
import dev.fanfare.protocol.Message;
import dev.fanfare.protocol.MessageType;
import dev.fanfare.protocol.Payload;
import dev.fanfare.protocol.Position;
import dev.fanfare.protocol.ProtocolException;
import dev.fanfare.protocol.Publication;
import dev.fanfare.protocol.Retention;
import dev.fanfare.testing.Eventually;
import dev.fanfare.testing.RedisServer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of a history when Redis fails, or somebody meddles with it. */
@SuppressWarnings("NullAway.Init") // JUnit calls start
class RedisHistoryFaultsTest {
    private static final ChannelName NEWS = new ChannelName("news");
    private static final ChannelName OTHER = new ChannelName("other");
    private static final Retention RETENTION = new Retention(10_000, Duration.ofMinutes(10));

    private RedisServer redis;
    private RedisBench bench;

    @BeforeEach
    void start() {
        redis = RedisServer.start();
        bench = new RedisBench(redis::port, Cluster.Mode.STANDALONE, redis.port());
    }

    @AfterEach
    void stop() {
        bench.close();
        redis.close();
    }

    // Redis goes

    @Test
    void whatIsRepeatedWithItsKeyAfterAnAnswerThatNeverCameIsOneMessage() throws ProtocolException {
        append(NEWS, "before", null);
        redis.freeze();
        unavailable(() -> append(NEWS, "x", "k"));
        redis.thaw();
        assertThat(appendEventually(NEWS, "x", "k").offset()).isEqualTo(2);
        assertThat(texts(NEWS)).containsExactly("before", "x");
    }

    @Test
    void aRedisThatDoesNotAnswerIsLeft() throws ProtocolException {
        append(NEWS, "before", null);
        redis.freeze();
        long began = System.nanoTime();
        unavailable(() -> append(NEWS, "x", null));
        unavailable(() -> top(NEWS));
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(RedisBench.PUBLISH_TIMEOUT.multipliedBy(2));
        redis.thaw();
        Eventually.holds(() ->
                assertThat(bench.counter("fanfare_bridge_reconnects_total")).isEqualTo(1));
        assertThat(bench.counter("fanfare_dropped_total{reason=\"relay_unconfirmed\"}"))
                .isEqualTo(1);
    }

    @Test
    void withoutRedisItIsUnavailableAtOnceAndAfterwardsBegunAnew() throws ProtocolException {
        Position place = append(NEWS, "before", "k");
        redis.kill();
        Eventually.holds(() -> assertThat(bench.counter("fanfare_bridge_up")).isZero());
        long began = System.nanoTime();
        unavailable(() -> append(NEWS, "x", null));
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(1));
        assertThat(bench.counter("fanfare_dropped_total{reason=\"relay_down\"}"))
                .isEqualTo(1);
        redis.restart();
        assertThat(appendEventually(NEWS, "before", "k").offset()).isEqualTo(1);
        assertThat(top(NEWS).epoch()).isNotEqualTo(place.epoch());
    }

    @Test
    void whatIsAskedLastWithoutRedisDoesNotHoldUpTheEnd() {
        redis.kill();
        Eventually.holds(() -> assertThat(bench.counter("fanfare_bridge_up")).isZero());
        bench.closeAfter(history -> history.append(new Append(message(NEWS, "x"), null, RETENTION)));
        assertThat(bench.counter("fanfare_dropped_total{reason=\"relay_down\"}"))
                .isEqualTo(1);
    }

    @Test
    void whatIsFlushedBeginsAnew() throws ProtocolException {
        Position place = append(NEWS, "before", null);
        redis.command("FLUSHALL");
        Position first = append(NEWS, "x", null);
        assertThat(first.offset()).isEqualTo(1);
        assertThat(first.epoch()).isNotEqualTo(place.epoch());
    }

    /** As Redis does by itself: in their order, those it does not know are given up, and no other. */
    @Test
    void scriptsThatAreDroppedComeBackAndOrderHolds() throws ProtocolException {
        List<String> confirmed = new ArrayList<>();
        for (int round = 0; round < 20; round++) {
            List<CompletableFuture<Position>> answers = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                if (round % 4 == 1 && i == 25) {
                    redis.command("SCRIPT", "FLUSH");
                }
                Append append = new Append(message(NEWS, round + "." + i), null, RETENTION);
                answers.add(bench.begin(history -> history.append(append)));
            }
            for (int i = 0; i < 50; i++) {
                Position place = answers.get(i).exceptionally(cause -> null).join();
                if (place != null) {
                    confirmed.add(round + "." + i);
                    assertThat(place.offset()).isEqualTo(confirmed.size());
                }
            }
        }
        assertThat(confirmed).hasSizeGreaterThan(700);
        assertThat(texts(NEWS)).isEqualTo(confirmed);
        assertThat(bench.counter("fanfare_bridge_published_total")).isEqualTo((double) confirmed.size());
    }

    // Redis refuses

    @Test
    void aRedisWithoutMemoryRefusesAndIsReadAllTheSame() throws ProtocolException {
        append(NEWS, "before", null);
        redis.command("CONFIG", "SET", "maxmemory", "1");
        unavailable(() -> append(NEWS, "x", "k"));
        unavailable(() -> append(OTHER, "x", null));
        assertThat(texts(NEWS)).containsExactly("before");
        assertThat(bench.counter("fanfare_dropped_total{reason=\"relay_refused\"}"))
                .isEqualTo(2);
        redis.command("CONFIG", "SET", "maxmemory", "0");
        assertThat(append(NEWS, "x", "k").offset()).as("without a gap").isEqualTo(2);
        assertThat(append(OTHER, "x", null).offset()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"xadd", "xrange", "hset", "publish", "evalsha"})
    void aCommandThatIsNotAllowedSpoilsNothingElse(String command) throws ProtocolException {
        append(NEWS, "before", null);
        redis.command("ACL", "SETUSER", "default", "-" + command);
        CompletableFuture<Position> append =
                bench.begin(history -> history.append(new Append(message(NEWS, "x"), null, RETENTION)));
        CompletableFuture<HistoryPage> read =
                bench.begin(history -> history.read(new HistoryQuery(NEWS, RETENTION, null, 10, 1 << 20, false, null)));
        append.exceptionally(cause -> null).join();
        read.exceptionally(cause -> null).join();
        redis.command("ACL", "SETUSER", "default", "+" + command);
        appendEventually(NEWS, "y", "y");
        List<String> texts = texts(NEWS);
        assertThat(texts).startsWith("before").endsWith("y");
        assertThat(top(NEWS).offset()).as("without a gap").isEqualTo(texts.size());
    }

    // Somebody meddles

    @Test
    void entriesOfOthersAreReadByNobody() throws ProtocolException {
        append(NEWS, "a", null);
        String stream = RedisBench.key(NEWS, "stream");
        redis.command("XADD", stream, "1-1", "m", "rubbish");
        redis.command("XADD", stream, "1-2", "x", "y", "z", "z");
        append(NEWS, "b", null);
        assertThat(texts(NEWS)).containsExactly("a", "b");
    }

    @Test
    void aStreamThatOthersHaveRunAheadBeginsAnew() throws ProtocolException {
        Position place = append(NEWS, "a", null);
        redis.command("XADD", RedisBench.key(NEWS, "stream"), "*", "m", "rubbish");
        assertThat(texts(NEWS)).containsExactly("a");
        Position first = append(NEWS, "b", null);
        assertThat(first.offset()).isEqualTo(1);
        assertThat(first.epoch()).isNotEqualTo(place.epoch());
        assertThat(texts(NEWS)).containsExactly("b");
    }

    @Test
    void anEntryThatIsNoMessageIsLeftOut() throws ProtocolException {
        append(NEWS, "a", null);
        append(NEWS, "b", null);
        append(NEWS, "c", null);
        String stream = RedisBench.key(NEWS, "stream");
        redis.command("DEL", stream);
        redis.command("XADD", stream, "1-0", "m", redisLine("a"));
        redis.command("XADD", stream, "2-0", "m", "rubbish");
        redis.command("XADD", stream, "3-0", "m", redisLine("c"));
        assertThat(texts(NEWS)).containsExactly("a", "c");
        assertThat(bench.counter("fanfare_dropped_total{reason=\"received_malformed\"}"))
                .isEqualTo(1);
    }

    @Test
    void aKeyOfAnotherTypeHarmsItsChannelAlone() throws ProtocolException {
        redis.command("SET", RedisBench.key(NEWS, "stream"), "x");
        append(OTHER, "a", null);
        CompletableFuture<Position> spoilt =
                bench.begin(history -> history.append(new Append(message(NEWS, "x"), null, RETENTION)));
        CompletableFuture<Position> fine =
                bench.begin(history -> history.append(new Append(message(OTHER, "b"), null, RETENTION)));
        assertThat(fine.join().offset()).isEqualTo(2);
        assertThat(spoilt.handle((place, cause) -> place == null || place.offset() == 1)
                        .join())
                .isTrue();
        assertThat(texts(OTHER)).containsExactly("a", "b");
    }

    private static String redisLine(String text) {
        return Envelope.line(message(NEWS, text)) + "\n" + text;
    }

    private static void unavailable(ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(ProtocolException.class, e -> assertThat(e.code())
                .isEqualTo(ErrorCode.UNAVAILABLE));
    }

    private Position append(ChannelName channel, String text, @Nullable String key) throws ProtocolException {
        return bench.ask(history -> history.append(new Append(message(channel, text), key, RETENTION)));
    }

    private Position appendEventually(ChannelName channel, String text, String key) throws ProtocolException {
        Eventually.holds(() -> assertThatCode(() -> append(channel, text, key)).doesNotThrowAnyException());
        return append(channel, text, key);
    }

    private Position top(ChannelName channel) throws ProtocolException {
        return read(channel, 0).top();
    }

    private HistoryPage read(ChannelName channel, int limit) throws ProtocolException {
        return bench.ask(
                history -> history.read(new HistoryQuery(channel, RETENTION, null, limit, 1 << 20, false, null)));
    }

    private List<String> texts(ChannelName channel) throws ProtocolException {
        return read(channel, 10_000).messages().stream()
                .map(message -> message.publication().payload().asString())
                .toList();
    }

    private static Message message(ChannelName channel, String text) {
        Payload payload = Payload.of(Payload.Kind.TEXT, text.getBytes(StandardCharsets.UTF_8));
        return new Message(new Publication(channel, MessageType.EVENT, payload, 0), 1_767_323_045_006L);
    }
}
