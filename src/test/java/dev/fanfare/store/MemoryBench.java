package dev.fanfare.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fanfare.protocol.ChannelName;
import dev.fanfare.protocol.Message;
import dev.fanfare.protocol.ProtocolException;
import io.vertx.core.Future;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;

/** A history in memory, with a clock that is wound by hand. */
final class MemoryBench extends Clock implements HistoryBench {
    private final Map<ChannelName, List<Message>> fed = new HashMap<>();
    private final MemoryHistory history;
    private final boolean sweeping;
    private Instant now = Instant.ofEpochMilli(1_767_323_045_006L);
    private int epochs;
    private long bytes;
    private int evicted;

    /** @param sweeping whether it is swept whenever time has passed, which nobody should notice */
    MemoryBench(long limit, boolean sweeping) {
        this.sweeping = sweeping;
        this.history = new MemoryHistory(limit, this::feed, this, () -> "e" + ++epochs, this::changed, () -> evicted++);
    }

    private void feed(Message message) {
        fed(Objects.requireNonNull(message.publication().channel())).add(message);
    }

    private List<Message> fed(ChannelName channel) {
        return fed.computeIfAbsent(channel, key -> new ArrayList<>());
    }

    void sweep() {
        history.sweep();
    }

    long bytes() {
        return bytes;
    }

    int evictedMessages() {
        return evicted;
    }

    @Override
    public <T> T ask(Function<History, Future<T>> question) throws ProtocolException {
        Future<T> answer = question.apply(history);
        assertThat(answer.isComplete()).as("at once").isTrue();
        if (answer.cause() instanceof ProtocolException refused) {
            throw refused;
        }
        return answer.result();
    }

    @Override
    public void tell(Consumer<History> word) {
        word.accept(history);
    }

    @Override
    public void pass(Duration time) {
        now = now.plus(time);
        if (sweeping) {
            history.sweep();
        }
    }

    @Override
    public void listen(ChannelName channel) {
        fed.remove(channel);
    }

    @Override
    public List<Message> fed(ChannelName channel, int atLeast) {
        assertThat(fed(channel)).hasSizeGreaterThanOrEqualTo(atLeast);
        return List.copyOf(fed(channel));
    }

    private void changed(long more) {
        bytes += more;
        assertThat(bytes).isNotNegative();
    }

    @Override
    public Instant instant() {
        return now;
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        throw new UnsupportedOperationException();
    }
}
