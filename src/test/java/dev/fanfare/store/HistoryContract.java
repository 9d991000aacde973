package dev.fanfare.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fanfare.protocol.Append;
import dev.fanfare.protocol.ChannelName;
import dev.fanfare.protocol.ConsumerName;
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
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What every {@link History} does. */
public abstract class HistoryContract {
    private static final Duration TTL = Duration.ofMinutes(10);
    private static final Duration DAY = Duration.ofDays(1);
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Retention TEN = new Retention(10, TTL);
    private static final int MUCH = 1 << 20;

    private final ChannelName channel = new ChannelName("test:" + UUID.randomUUID());

    /** The history under test, which may be the same for all tests. */
    protected abstract HistoryBench bench();

    // Appending

    @Test
    void offsetsCountFromOneWithoutAGap() throws ProtocolException {
        for (int i = 1; i <= 25; i++) {
            assertThat(append("m" + i).offset()).isEqualTo(i);
        }
        assertThat(top().offset()).isEqualTo(25);
    }

    @Test
    void everyChannelCountsForItself() throws ProtocolException {
        ChannelName other = new ChannelName(channel + ":other");
        append("a");
        Position first = bench().ask(history -> history.append(new Append(message(other, "b"), null, TEN)));
        assertThat(first.offset()).isEqualTo(1);
        assertThat(offsets(all())).containsExactly(1L);
    }

    @Test
    void aMessageComesBackAsItWas() throws ProtocolException {
        byte[] bytes = {0, (byte) 0xff, '\n', ' ', 'F'};
        Message binary = new Message(
                new Publication(channel, MessageType.EVENT, Payload.of(Payload.Kind.BINARY, bytes), 7), 1_234);
        Position place = bench().ask(history -> history.append(new Append(binary, null, TEN)));
        append("{\"x\":  1.50}", Payload.Kind.JSON);
        append("", Payload.Kind.TEXT);
        List<Message> read = all().messages();
        assertThat(read.get(0).position()).isEqualTo(place);
        assertThat(read.get(0).timestamp()).isEqualTo(1_234);
        assertThat(read.get(0).publication().channel()).isEqualTo(channel);
        assertThat(read.get(0).publication().type()).isEqualTo(MessageType.EVENT);
        assertThat(read.get(0).publication().payload().kind()).isEqualTo(Payload.Kind.BINARY);
        assertThat(read.get(0).publication().payload().toBytes()).isEqualTo(bytes);
        assertThat(read.get(1).publication().payload().kind()).isEqualTo(Payload.Kind.JSON);
        assertThat(texts(all()).subList(1, 3)).containsExactly("{\"x\":  1.50}", "");
    }

    @Test
    void theFeedGetsEveryMessageOnceAndInOrder() throws ProtocolException {
        bench().listen(channel);
        append(1, 100);
        append("again", "key");
        append("again", "key");
        append("last");
        List<Message> fed = bench().fed(channel, 102);
        assertThat(fed.stream().map(message -> place(message).offset()))
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(1, 102).boxed().toList());
        assertThat(fed.stream().map(message -> place(message).epoch()).distinct())
                .containsExactly(top().epoch());
        assertThat(fed.get(99).publication().payload().asString()).isEqualTo("m100");
        assertThat(fed.get(101).publication().payload().asString()).isEqualTo("last");
    }

    // What is kept, and for how long

    @Test
    void exactlyAsManyAreKeptAsTheRuleSays() throws ProtocolException {
        append(1, 10);
        assertThat(offsets(all())).hasSize(10).first().isEqualTo(1L);
        append("eleventh");
        assertThat(offsets(all())).hasSize(10).first().isEqualTo(2L);
        append(12, 250);
        assertThat(offsets(all())).hasSize(10).first().isEqualTo(241L);
    }

    @Test
    void ofSeveralRulesTheLastHolds() throws ProtocolException {
        append(1, 10);
        bench().ask(history -> history.append(new Append(message(channel, "x"), null, new Retention(3, TTL))));
        assertThat(offsets(all())).containsExactly(9L, 10L, 11L);
        append("y");
        assertThat(offsets(all())).containsExactly(9L, 10L, 11L, 12L);
    }

    @Test
    void allOfThemAreKeptUntilTheTimeAfterTheLastOneHasPassed() throws ProtocolException {
        append("a");
        bench().pass(TTL.minus(MINUTE));
        append("b");
        bench().pass(TTL.minus(MINUTE));
        assertThat(texts(all())).containsExactly("a", "b");
        bench().pass(MINUTE);
        assertThat(all().messages()).isEmpty();
    }

    @Test
    void readingDoesNotKeepMessagesForLonger() throws ProtocolException {
        append("a");
        bench().pass(TTL.minus(MINUTE));
        assertThat(all().messages()).hasSize(1);
        bench().pass(MINUTE);
        assertThat(all().messages()).isEmpty();
    }

    @Test
    void epochAndOffsetStayADayLonger() throws ProtocolException {
        Position place = append(1, 3);
        bench().pass(TTL.plus(DAY).minus(MINUTE));
        assertThat(append("b")).isEqualTo(place.next());
        assertThat(texts(all())).containsExactly("b");
    }

    @Test
    void epochAndOffsetStayADayAfterTheyWereAskedForLast() throws ProtocolException {
        Position place = append(1, 3);
        for (int i = 0; i < 3; i++) {
            bench().pass(DAY);
            assertThat(top()).isEqualTo(place);
        }
    }

    @Test
    void whatNobodyUsedForADayIsAsIfItHadNeverBeen() throws ProtocolException {
        Position place = append(1, 3);
        resume("c");
        bench().pass(TTL.plus(DAY));
        Position first = append("b");
        assertThat(first.offset()).isEqualTo(1);
        assertThat(first.epoch()).isNotEqualTo(place.epoch());
        assertThat(offsets(all())).containsExactly(1L);
        append("c");
        assertThat(resume("c").offset()).as("of a new consumer").isEqualTo(2);
    }

    // Keys

    @Test
    void aMessageWithAKnownKeyIsNotAppendedAgain() throws ProtocolException {
        Position place = append("a", "k");
        append("b");
        assertThat(append("a", "k")).isEqualTo(place);
        assertThat(append("else", "k")).isEqualTo(place);
        assertThat(texts(all())).containsExactly("a", "b");
    }

    @Test
    void keysAreKnownForFiveMinutes() throws ProtocolException {
        append("a", "k");
        bench().pass(Duration.ofMillis(History.KEY_TTL).minus(MINUTE));
        assertThat(append("a", "k").offset()).isEqualTo(1);
        bench().pass(MINUTE);
        assertThat(append("a", "k").offset()).as("not from the last use on").isEqualTo(2);
    }

    @Test
    void aKeyIsKnownWhenItsMessageIsNotKeptAnyMore() throws ProtocolException {
        Position place = append("a", "k");
        append(2, 30);
        assertThat(append("a", "k")).isEqualTo(place);
    }

    @Test
    void keysAreThoseOfAChannel() throws ProtocolException {
        append("a", "k");
        ChannelName other = new ChannelName(channel + ":other");
        bench().ask(history -> history.append(new Append(message(other, "b"), "k", TEN)));
        HistoryQuery query = new HistoryQuery(other, TEN, null, 10, MUCH, false, null);
        assertThat(texts(bench().ask(history -> history.read(query)))).containsExactly("b");
    }

    @Test
    void anyStringIsAKey() throws ProtocolException {
        List<String> keys = List.of("k", "K", "k ", " k", "k\n", "{k}", "grüße", "k:1", "\0", "x".repeat(128));
        for (String key : keys) {
            append("new", key);
        }
        for (int i = 0; i < keys.size(); i++) {
            assertThat(append("again", keys.get(i)).offset()).isEqualTo(i + 1);
        }
    }

    // Reading

    @Test
    void aChannelHasAHistoryFromTheFirstReadOn() throws ProtocolException {
        Position top = top();
        assertThat(top.offset()).isZero();
        assertThat(top()).isEqualTo(top);
        assertThat(append("a")).isEqualTo(top.next());
    }

    @Test
    void lookingAtAChannelGivesItNoHistory() throws ProtocolException {
        HistoryPage page = look(null);
        assertThat(page.top().offset()).isZero();
        assertThat(page.messages()).isEmpty();
        assertThat(look(null).top()).as("of an epoch that nobody has").isNotEqualTo(page.top());
        assertThat(append("a").epoch()).isNotEqualTo(page.top().epoch());
        assertThat(texts(look(null))).containsExactly("a");
    }

    @Test
    void lookingKeepsNoHistoryForLonger() throws ProtocolException {
        Position place = append(1, 3);
        bench().pass(TTL.plus(DAY).minus(MINUTE));
        assertThat(look(null).top()).isEqualTo(place);
        bench().pass(MINUTE);
        assertThat(top().epoch()).isNotEqualTo(place.epoch());
    }

    @Test
    void lookingBeginsNothingAnew() throws ProtocolException {
        Position place = append(1, 3);
        assertThat(look(place).messages()).hasSize(3);
        HistoryPage page = look(place.next());
        assertThat(page.top().epoch()).isNotEqualTo(place.epoch());
        assertThat(page.messages()).isEmpty();
        assertThat(top()).isEqualTo(place);
    }

    @Test
    void readsWhatIsBehindAPosition() throws ProtocolException {
        Position place = append(1, 5);
        assertThat(offsets(read(new Position(place.epoch(), 2), 10, false))).containsExactly(3L, 4L, 5L);
        assertThat(read(place, 10, false).messages()).isEmpty();
        assertThat(read(new Position(place.epoch(), Long.MAX_VALUE), 10, false).messages())
                .isEmpty();
        assertThat(offsets(read(new Position(place.epoch(), 0), 2, false))).containsExactly(1L, 2L);
    }

    @Test
    void readsBackwardsWhatIsInFrontOfAPosition() throws ProtocolException {
        Position place = append(1, 5);
        assertThat(offsets(read(null, 10, true))).containsExactly(5L, 4L, 3L, 2L, 1L);
        assertThat(offsets(read(new Position(place.epoch(), 4), 2, true))).containsExactly(3L, 2L);
        assertThat(offsets(read(new Position(place.epoch(), Long.MAX_VALUE), 1, true)))
                .containsExactly(5L);
        assertThat(read(new Position(place.epoch(), 1), 10, true).messages()).isEmpty();
        assertThat(read(new Position(place.epoch(), 0), 10, true).messages()).isEmpty();
    }

    @Test
    void aPositionOfAnotherEpochIsNone() throws ProtocolException {
        append(1, 5);
        assertThat(offsets(read(new Position("another", 3), 10, false))).containsExactly(1L, 2L, 3L, 4L, 5L);
        assertThat(offsets(read(new Position("another", 3), 2, true))).containsExactly(5L, 4L);
    }

    @Test
    void aLimitOfZeroAsksForThePositionAlone() throws ProtocolException {
        Position place = append(1, 5);
        HistoryPage page = read(null, 0, false);
        assertThat(page.top()).isEqualTo(place);
        assertThat(page.messages()).isEmpty();
    }

    @Test
    void aPageEndsWhereItsBytesAreReachedButNotInFrontOfTheFirst() throws ProtocolException {
        append(1, 5);
        for (boolean reverse : List.of(false, true)) {
            assertThat(readBytes(0, reverse).messages()).hasSize(1);
            assertThat(readBytes(2, reverse).messages()).hasSize(1);
            assertThat(readBytes(3, reverse).messages()).hasSize(2);
            assertThat(readBytes(10, reverse).messages()).hasSize(5);
        }
    }

    @Test
    void readsAThousandMessagesAtOnce() throws ProtocolException {
        Retention many = new Retention(100_000, TTL);
        for (int i = 1; i <= 1_005; i++) {
            String text = "m" + i;
            bench().tell(history -> history.append(new Append(message(channel, text), null, many)));
        }
        HistoryQuery query = new HistoryQuery(channel, many, null, 1_000, MUCH, false, null);
        HistoryPage page = bench().ask(history -> history.read(query));
        assertThat(offsets(page))
                .isEqualTo(LongStream.rangeClosed(1, 1_000).boxed().toList());
        assertThat(page.top().offset()).isEqualTo(1_005);
        assertThat(page.messages().get(999).publication().payload().asString()).isEqualTo("m1000");
    }

    @Test
    void messagesOfAllSizesAreRead() throws ProtocolException {
        int size = 300_000;
        append("s");
        append("l".repeat(size));
        append("s");
        append("l".repeat(size));
        assertThat(offsets(all())).containsExactly(1L, 2L, 3L, 4L);
        HistoryQuery query = new HistoryQuery(channel, TEN, null, 10, size, false, null);
        assertThat(offsets(bench().ask(history -> history.read(query)))).containsExactly(1L, 2L);
    }

    @Test
    void aHistoryThatEndsBeforeWhatWasSeenBeginsAnew() throws ProtocolException {
        Position place = append(1, 5);
        resume("c");
        append("a", "k");
        assertThat(readSeen(new Position(place.epoch(), 6)).top()).isEqualTo(place.next());
        assertThat(readSeen(new Position("another", 99)).top()).isEqualTo(place.next());
        HistoryPage anew = readSeen(new Position(place.epoch(), 7));
        assertThat(anew.top().epoch()).isNotEqualTo(place.epoch());
        assertThat(anew.top().offset()).isZero();
        assertThat(anew.messages()).isEmpty();
        assertThat(append("a", "k"))
                .as("the key was that of a message that is lost")
                .isEqualTo(anew.top().next());
        assertThat(resume("c")).isEqualTo(top());
    }

    // Consumers

    @Test
    void aNewConsumerStartsAtTheTop() throws ProtocolException {
        Position place = append(1, 5);
        assertThat(resume("c")).isEqualTo(place);
        append("a");
        assertThat(resume("c")).isEqualTo(place);
        assertThat(resume("d")).isEqualTo(place.next());
    }

    @Test
    void aConsumerOfAChannelWithoutAHistoryGivesItOne() throws ProtocolException {
        Position start = resume("c");
        assertThat(start.offset()).isZero();
        assertThat(append("a")).isEqualTo(start.next());
        assertThat(resume("c")).isEqualTo(start);
    }

    @Test
    void aConsumerGoesOnBehindWhatItHasAcknowledged() throws ProtocolException {
        Position start = resume("c");
        append(1, 5);
        acknowledge("c", new Position(start.epoch(), 3));
        assertThat(resume("c").offset()).isEqualTo(3);
        acknowledge("c", new Position(start.epoch(), 2));
        assertThat(resume("c").offset()).as("what it has it has").isEqualTo(3);
        acknowledge("c", new Position(start.epoch(), 6));
        assertThat(resume("c").offset()).as("not so far").isEqualTo(3);
        acknowledge("c", new Position("another", 4));
        assertThat(resume("c").offset()).as("of another epoch").isEqualTo(3);
        acknowledge("c", new Position(start.epoch(), 5));
        assertThat(resume("c").offset()).isEqualTo(5);
    }

    /** As who recovered from a position of its own, and did not ask for what it had acknowledged. */
    @Test
    void whoIsUnknownIsKnownFromWhatItAcknowledgesOn() throws ProtocolException {
        Position place = append(1, 5);
        acknowledge("c", new Position(place.epoch(), 6));
        acknowledge("c", new Position("another", 3));
        acknowledge("c", new Position(place.epoch(), 2));
        assertThat(resume("c").offset()).isEqualTo(2);
    }

    @Test
    void whoIsConnectedWhileAnotherEpochBeginsGoesOnAcknowledging() throws ProtocolException {
        Position place = append(1, 5);
        resume("c");
        readSeen(place.next());
        Position first = append("a");
        append("b");
        acknowledge("c", first);
        assertThat(resume("c")).isEqualTo(first);
    }

    @Test
    void acknowledgingGivesNoChannelAHistory() throws ProtocolException {
        acknowledge("c", new Position("another", 0));
        append(1, 2);
        assertThat(resume("c").offset()).isEqualTo(2);
    }

    @Test
    void consumersAreThoseOfAUser() throws ProtocolException {
        Position start = resume("c");
        append(1, 5);
        ConsumerName joes = new ConsumerName(channel, "joe", "c");
        assertThat(bench().ask(history -> history.resume(joes, TEN)).offset()).isEqualTo(5);
        append("a");
        bench().tell(history -> history.acknowledge(joes, new Position(start.epoch(), 6)));
        assertThat(resume("c")).isEqualTo(start);
        assertThat(bench().ask(history -> history.resume(joes, TEN)).offset()).isEqualTo(6);
        ConsumerName another = new ConsumerName(channel, "joe c", "c");
        append("b");
        assertThat(bench().ask(history -> history.resume(another, TEN)).offset())
                .isEqualTo(7);
    }

    @Test
    void aChannelHasAThousandConsumersAtMost() throws ProtocolException {
        for (int i = 0; i < History.MOST_CONSUMERS; i++) {
            resume("c" + i);
        }
        assertThatThrownBy(() -> resume("one-too-many"))
                .isInstanceOfSatisfying(
                        ProtocolException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.LIMIT_EXCEEDED));
        assertThat(resume("c7").offset()).isZero();
        Position place = append("a");
        acknowledge("one-too-many", place);
        acknowledge("c7", place);
        assertThat(resume("c7")).isEqualTo(place);
        assertThatThrownBy(() -> resume("one-too-many")).isInstanceOf(ProtocolException.class);
    }

    // In short

    private Position append(String text) throws ProtocolException {
        return bench().ask(history -> history.append(new Append(message(channel, text), null, TEN)));
    }

    private Position append(String text, String key) throws ProtocolException {
        return bench().ask(history -> history.append(new Append(message(channel, text), key, TEN)));
    }

    private void append(String text, Payload.Kind kind) throws ProtocolException {
        Payload payload = Payload.of(kind, text.getBytes(StandardCharsets.UTF_8));
        Message message = new Message(new Publication(channel, MessageType.EVENT, payload, 0), 5);
        bench().ask(history -> history.append(new Append(message, null, TEN)));
    }

    /** Appends m1, m2 and so on, which takes them 2 bytes each as long as there are no more than nine. */
    private Position append(int first, int last) throws ProtocolException {
        for (int i = first; i < last; i++) {
            Message message = message(channel, "m" + i);
            bench().tell(history -> history.append(new Append(message, null, TEN)));
        }
        return append("m" + last);
    }

    private Position top() throws ProtocolException {
        return read(null, 0, false).top();
    }

    private HistoryPage all() throws ProtocolException {
        return read(null, 1_000, false);
    }

    private HistoryPage read(@Nullable Position after, int limit, boolean reverse) throws ProtocolException {
        HistoryQuery query = new HistoryQuery(channel, TEN, after, limit, MUCH, reverse, null);
        return bench().ask(history -> history.read(query));
    }

    private HistoryPage readBytes(int bytes, boolean reverse) throws ProtocolException {
        HistoryQuery query = new HistoryQuery(channel, TEN, null, 10, bytes, reverse, null);
        return bench().ask(history -> history.read(query));
    }

    private HistoryPage readSeen(Position seen) throws ProtocolException {
        HistoryQuery query = new HistoryQuery(channel, TEN, seen, 10, MUCH, false, seen);
        return bench().ask(history -> history.read(query));
    }

    private HistoryPage look(@Nullable Position seen) throws ProtocolException {
        HistoryQuery query = new HistoryQuery(channel, TEN, null, 10, MUCH, false, seen, false);
        return bench().ask(history -> history.read(query));
    }

    private ConsumerName consumer(String name) {
        return new ConsumerName(channel, null, name);
    }

    private Position resume(String name) throws ProtocolException {
        return bench().ask(history -> history.resume(consumer(name), TEN));
    }

    private void acknowledge(String name, Position position) {
        bench().tell(history -> history.acknowledge(consumer(name), position));
    }

    private static Message message(ChannelName channel, String text) {
        Payload payload = Payload.of(Payload.Kind.TEXT, text.getBytes(StandardCharsets.UTF_8));
        return new Message(new Publication(channel, MessageType.EVENT, payload, 0), 1_767_323_045_006L);
    }

    private static Position place(Message message) {
        return Objects.requireNonNull(message.position());
    }

    private static List<Long> offsets(HistoryPage page) {
        return page.messages().stream().map(message -> place(message).offset()).toList();
    }

    private static List<String> texts(HistoryPage page) {
        return IntStream.range(0, page.messages().size())
                .mapToObj(i -> page.messages().get(i).publication().payload().asString())
                .toList();
    }
}
