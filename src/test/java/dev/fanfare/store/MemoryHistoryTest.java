package dev.fanfare.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fanfare.protocol.Append;
import dev.fanfare.protocol.ChannelName;
import dev.fanfare.protocol.ConsumerName;
import dev.fanfare.protocol.HistoryPage;
import dev.fanfare.protocol.HistoryQuery;
import dev.fanfare.protocol.Message;
import dev.fanfare.protocol.MessageType;
import dev.fanfare.protocol.Payload;
import dev.fanfare.protocol.Position;
import dev.fanfare.protocol.ProtocolException;
import dev.fanfare.protocol.Publication;
import dev.fanfare.protocol.Retention;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class MemoryHistoryTest extends HistoryContract {
    private static final int LIMIT = 100_000;
    private static final Retention RETENTION = new Retention(1_000, Duration.ofMinutes(10));
    private static final ChannelName A = new ChannelName("a");
    private static final ChannelName B = new ChannelName("b");

    private final MemoryBench contract = new MemoryBench(1 << 28, false);
    private final MemoryBench small = new MemoryBench(LIMIT, false);

    @Override
    protected HistoryBench bench() {
        return contract;
    }

    // The bound

    @Test
    void beyondTheLimitTheOldestMessagesOfTheChannelGoThatWasSilentForTheLongestTime() throws ProtocolException {
        append(A, 10_000);
        append(A, 10_000);
        append(B, 60_000);
        assertThat(small.evictedMessages()).isZero();
        append(B, 20_000);
        assertThat(small.evictedMessages()).isEqualTo(1);
        assertThat(offsets(A)).containsExactly(2L);
        assertThat(offsets(B)).containsExactly(1L, 2L);
        assertThat(small.bytes()).isLessThanOrEqualTo(LIMIT);
    }

    @Test
    void aChannelThatHasGivenUpAllItsMessagesIsForgottenNext() throws ProtocolException {
        Position place = append(A, 10_000);
        append(B, 99_000);
        assertThat(read(A).top().epoch()).as("begun anew").isNotEqualTo(place.epoch());
    }

    @Test
    void manyChannelsAreBoundedAsWell() throws ProtocolException {
        for (int i = 0; i < 10_000; i++) {
            read(new ChannelName("c" + i));
            assertThat(small.bytes()).isLessThanOrEqualTo(LIMIT);
        }
        assertThat(small.bytes()).isGreaterThan(LIMIT / 2);
    }

    /** Else who has nothing but names could empty the histories of others. */
    @Test
    void channelsWithoutMessagesGoBeforeMessagesOfOthers() throws ProtocolException {
        append(A, 10_000);
        append(B, 10_000);
        for (int i = 0; i < 1_000; i++) {
            read(new ChannelName("c" + i));
        }
        assertThat(small.evictedMessages()).isZero();
        assertThat(offsets(A)).containsExactly(1L);
        assertThat(offsets(B)).containsExactly(1L);
    }

    @Test
    void manyKeysOfOneChannelAreBoundedAsWell() throws ProtocolException {
        Retention one = new Retention(1, Duration.ofMinutes(10));
        for (int i = 1; i <= 1_000; i++) {
            String key = "k" + i;
            small.ask(history -> history.append(new Append(message(A, 1), key, one)));
            assertThat(small.bytes()).isLessThanOrEqualTo(LIMIT);
        }
        assertThat(small.ask(history -> history.append(new Append(message(A, 1), "k1000", one)))
                        .offset())
                .as("the newest is known")
                .isEqualTo(1_000);
    }

    @Test
    void aMessageThatIsLargerThanAllIsFedAndNotKept() throws ProtocolException {
        append(A, 10);
        Position place = append(A, LIMIT + 1);
        assertThat(small.fed(A, 2)).last().extracting(Message::position).isEqualTo(place);
        assertThat(read(A).top()).isEqualTo(place);
        assertThat(read(A).messages()).isEmpty();
    }

    /** As a client may send {@code data} of one byte in a frame of many. */
    @Test
    void aPayloadIsKeptWithoutTheFrameItCameIn() throws ProtocolException {
        byte[] frame = new byte[1_000];
        Payload part = Payload.slice(Payload.Kind.BINARY, frame, 7, 1);
        Message message = new Message(new Publication(A, MessageType.EVENT, part, 0), 5);
        small.ask(history -> history.append(new Append(message, null, RETENTION)));
        frame[7] = 1;
        assertThat(read(A).messages().get(0).publication().payload().byteAt(0)).isZero();
    }

    // The sweep

    @Test
    void whatHasEndedIsGivenUpThoughNobodyAsks() throws ProtocolException {
        append(A, 10_000);
        small.ask(history -> history.append(new Append(message(B, 10), "key", RETENTION)));
        small.ask(history -> history.resume(new ConsumerName(B, "joe", "c"), RETENTION));
        long before = small.bytes();
        small.pass(Duration.ofMillis(History.KEY_TTL));
        small.sweep();
        assertThat(small.bytes()).as("without the key").isBetween(before - 1_000, before - 1);
        small.pass(RETENTION.ttl().minusMillis(History.KEY_TTL));
        small.sweep();
        assertThat(small.bytes()).as("without messages").isBetween(1L, before - 10_000);
        small.pass(Duration.ofMillis(History.POSITION_TTL));
        small.sweep();
        assertThat(small.bytes()).isZero();
        assertThat(small.evictedMessages()).isZero();
    }

    @Test
    void whatIsUsedAgainIsLookedAtAgain() throws ProtocolException {
        append(A, 10_000);
        small.pass(RETENTION.ttl().minusSeconds(1));
        append(A, 10_000);
        small.pass(Duration.ofSeconds(1));
        small.sweep();
        assertThat(offsets(A)).containsExactly(1L, 2L);
        small.pass(RETENTION.ttl());
        small.sweep();
        assertThat(small.bytes()).isLessThan(1_000);
    }

    @Test
    void aRuleThatKeepsLessIsNotOverlooked() throws ProtocolException {
        append(A, 10_000);
        Retention second = new Retention(1_000, Duration.ofSeconds(1));
        small.ask(history -> history.append(new Append(message(A, 1), null, second)));
        small.pass(Duration.ofSeconds(1));
        small.sweep();
        assertThat(small.bytes()).isLessThan(1_000);
    }

    private Position append(ChannelName channel, int size) throws ProtocolException {
        return small.ask(history -> history.append(new Append(message(channel, size), null, RETENTION)));
    }

    private HistoryPage read(ChannelName channel) throws ProtocolException {
        return small.ask(
                history -> history.read(new HistoryQuery(channel, RETENTION, null, 1_000, LIMIT, false, null)));
    }

    private List<Long> offsets(ChannelName channel) throws ProtocolException {
        return read(channel).messages().stream()
                .map(message -> Objects.requireNonNull(message.position()).offset())
                .toList();
    }

    private static Message message(ChannelName channel, int size) {
        Payload payload = Payload.of(Payload.Kind.BINARY, new byte[size]);
        return new Message(new Publication(channel, MessageType.EVENT, payload, 0), 5);
    }
}
