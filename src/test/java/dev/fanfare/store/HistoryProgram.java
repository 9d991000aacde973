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
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A program of numbers that a history and its {@link ModelHistory} run, and after each step have to agree: but for their epochs, each of which stands for one of
 * the other. Whatever the times that pass add up to, no time to live ends within seconds after it, so that Redis may take a little longer than the model.
 */
public final class HistoryProgram {
    private static final List<Retention> RETENTIONS = List.of(
            new Retention(5, Duration.ofSeconds(60)),
            new Retention(2, Duration.ofSeconds(60)),
            new Retention(3, Duration.ofSeconds(630)));
    private static final List<Duration> PAUSES = List.of(
            Duration.ofSeconds(25), Duration.ofSeconds(25), Duration.ofSeconds(205), Duration.ofSeconds(50_000));

    private final HistoryBench bench;
    private final ModelHistory model = new ModelHistory();
    private final List<ChannelName> channels;
    private final Map<String, String> epochs = new HashMap<>();
    private final List<Position> places = new ArrayList<>();
    private int texts;

    public HistoryProgram(HistoryBench bench) {
        this.bench = bench;
        String name = UUID.randomUUID().toString();
        this.channels = List.of(new ChannelName(name + ":a"), new ChannelName(name + ":b"));
        channels.forEach(bench::listen);
        places.add(new Position("0", 1));
    }

    /** Runs it: each number from 0 on is a step. */
    public void run(List<Integer> steps) throws ProtocolException {
        for (int step : steps) {
            run(step % 10, new Choice(step / 10));
        }
        for (ChannelName channel : channels) {
            List<Message> expected = model.fed(channel);
            agree(expected, bench.fed(channel, expected.size()));
        }
    }

    /** What is left of a number to choose by. */
    private static final class Choice {
        private int left;

        Choice(int left) {
            this.left = left;
        }

        <T> T of(List<T> items) {
            T chosen = items.get(left % items.size());
            left /= items.size();
            return chosen;
        }

        boolean yes() {
            return of(List.of(false, true));
        }
    }

    private void run(int kind, Choice choice) throws ProtocolException {
        ChannelName channel = choice.of(channels);
        Retention retention = choice.of(RETENTIONS);
        switch (kind) {
            case 0, 1, 2 -> append(channel, retention, choice.of(List.of("", "", "k1", "k2")));
            case 3, 4 -> read(channel, retention, choice);
            case 5 -> resume(consumer(channel, choice), retention);
            case 6 -> acknowledge(consumer(channel, choice), choice.of(places));
            case 7 -> pass(choice.of(PAUSES));
            case 8 -> regress(channel, retention, choice.yes(), choice.yes());
            default -> top(channel, retention);
        }
    }

    private void append(ChannelName channel, Retention retention, String key) throws ProtocolException {
        Payload payload = Payload.of(
                Payload.Kind.TEXT, "x".repeat(++texts % 7).concat("" + texts).getBytes(StandardCharsets.UTF_8));
        Message message = new Message(new Publication(channel, MessageType.EVENT, payload, 0), texts);
        Append append = new Append(message, key.isEmpty() ? null : key, retention);
        agree(model.append(append).result(), bench.ask(history -> history.append(append)));
    }

    private void read(ChannelName channel, Retention retention, Choice choice) throws ProtocolException {
        Position after = choice.yes() ? choice.of(places) : null;
        int limit = choice.of(List.of(1, 2, 100));
        int bytes = choice.of(List.of(0, 10, 1_000));
        read(new HistoryQuery(channel, retention, after, limit, bytes, choice.yes(), null, choice.yes()));
    }

    private void top(ChannelName channel, Retention retention) throws ProtocolException {
        read(new HistoryQuery(channel, retention, null, 0, 0, false, null));
    }

    /** Asks with the place that the channel has, or with one that it has not reached. */
    private void regress(ChannelName channel, Retention retention, boolean beyond, boolean begins)
            throws ProtocolException {
        HistoryQuery query = new HistoryQuery(channel, retention, null, 0, 0, false, null);
        Position top = model.read(query).result().top();
        top(channel, retention);
        read(new HistoryQuery(channel, retention, top, 10, 1_000, false, beyond ? top.next() : top, begins));
    }

    private void read(HistoryQuery asked) throws ProtocolException {
        HistoryPage expected = model.read(asked).result();
        HistoryQuery query = new HistoryQuery(
                asked.channel(),
                asked.retention(),
                real(asked.after()),
                asked.limit(),
                asked.bytes(),
                asked.reverse(),
                real(asked.seen()),
                asked.begins());
        HistoryPage page = bench.ask(history -> history.read(query));
        agree(expected.top(), page.top());
        agree(expected.messages(), page.messages());
    }

    private static ConsumerName consumer(ChannelName channel, Choice choice) {
        return new ConsumerName(channel, choice.yes() ? "joe" : null, choice.yes() ? "c" : "d");
    }

    private void resume(ConsumerName consumer, Retention retention) throws ProtocolException {
        agree(model.resume(consumer, retention).result(), bench.ask(history -> history.resume(consumer, retention)));
    }

    private void acknowledge(ConsumerName consumer, Position position) {
        model.acknowledge(consumer, position);
        Position real = Objects.requireNonNull(real(position));
        bench.tell(history -> history.acknowledge(consumer, real));
    }

    private void pass(Duration time) {
        model.pass(time);
        bench.pass(time);
    }

    // Agreement

    private @Nullable Position real(@Nullable Position place) {
        return place == null ? null : new Position(epochs.getOrDefault(place.epoch(), place.epoch()), place.offset());
    }

    private void agree(Position expected, Position actual) {
        String known = epochs.putIfAbsent(expected.epoch(), actual.epoch());
        if (known == null) {
            assertThat(epochs.values().stream().filter(actual.epoch()::equals))
                    .as("a new epoch")
                    .hasSize(1);
        }
        assertThat(actual).isEqualTo(real(expected));
        places.add(expected);
    }

    private void agree(List<Message> expected, List<Message> actual) {
        assertThat(actual.stream().map(this::text).toList())
                .isEqualTo(expected.stream().map(this::text).toList());
        for (int i = 0; i < expected.size(); i++) {
            agree(
                    Objects.requireNonNull(expected.get(i).position()),
                    Objects.requireNonNull(actual.get(i).position()));
        }
    }

    private String text(Message message) {
        return message.timestamp() + " " + message.publication().payload().asString();
    }
}
