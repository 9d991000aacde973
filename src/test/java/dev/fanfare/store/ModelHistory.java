package dev.fanfare.store;

import dev.fanfare.protocol.Append;
import dev.fanfare.protocol.ChannelName;
import dev.fanfare.protocol.ConsumerName;
import dev.fanfare.protocol.HistoryPage;
import dev.fanfare.protocol.HistoryQuery;
import dev.fanfare.protocol.Message;
import dev.fanfare.protocol.Position;
import dev.fanfare.protocol.Retention;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A history as it stands in the contract, without a thought of what it costs. Its epochs are numbers. */
final class ModelHistory implements History {
    private final Map<ChannelName, Channel> channels = new HashMap<>();
    private final Map<ChannelName, List<Message>> fed = new HashMap<>();
    private long now;
    private int epochs;

    private record Keyed(Position place, long until) {}

    private static final class Channel {
        final String epoch;
        final Map<String, Keyed> keys = new HashMap<>();
        final Map<ConsumerName, Long> consumers = new HashMap<>();
        List<Message> messages = new ArrayList<>();
        long offset;
        long messagesUntil;
        long until;

        Channel(String epoch) {
            this.epoch = epoch;
        }

        Position top() {
            return new Position(epoch, offset);
        }
    }

    void pass(Duration time) {
        now += time.toMillis();
    }

    /** All that was ever appended to the channel. */
    List<Message> fed(ChannelName channel) {
        return fed.computeIfAbsent(channel, key -> new ArrayList<>());
    }

    private @Nullable Channel find(ChannelName name) {
        Channel channel = channels.get(name);
        if (channel == null || channel.until <= now) {
            return null;
        }
        if (channel.messagesUntil <= now) {
            channel.messages.clear();
        }
        channel.keys.values().removeIf(keyed -> keyed.until() <= now);
        return channel;
    }

    private Channel use(ChannelName name, Retention retention) {
        Channel channel = find(name);
        if (channel == null) {
            channel = new Channel(String.valueOf(++epochs));
            channels.put(name, channel);
        }
        channel.until = now + retention.ttl().toMillis() + POSITION_TTL;
        return channel;
    }

    @Override
    public Future<Position> append(Append append) {
        Channel known = find(append.channel());
        Keyed keyed = known == null ? null : known.keys.get(String.valueOf(append.key()));
        if (keyed != null) {
            return Future.succeededFuture(keyed.place());
        }
        Channel channel = use(append.channel(), append.retention());
        Message message = append.message().at(channel.top().next());
        channel.offset++;
        channel.messages.add(message);
        int size = channel.messages.size();
        channel.messages = new ArrayList<>(
                channel.messages.subList(Math.max(0, size - append.retention().size()), size));
        channel.messagesUntil = now + append.retention().ttl().toMillis();
        if (append.key() != null) {
            channel.keys.put(append.key(), new Keyed(channel.top(), now + KEY_TTL));
        }
        fed(append.channel()).add(message);
        return Future.succeededFuture(channel.top());
    }

    @Override
    public Future<HistoryPage> read(HistoryQuery query) {
        Channel known = find(query.channel());
        boolean lost = known != null
                && query.seen() != null
                && query.seen().isOfSameEpochAs(known.top())
                && query.seen().offset() > known.offset;
        if (!query.begins() && (known == null || lost)) {
            return Future.succeededFuture(new HistoryPage(new Position(String.valueOf(++epochs), 0), List.of()));
        }
        if (lost) {
            channels.remove(query.channel());
        }
        Channel channel = known == null || query.begins() ? use(query.channel(), query.retention()) : known;
        List<Message> messages = new ArrayList<>(channel.messages);
        Position after = query.after();
        if (after != null && after.isOfSameEpochAs(channel.top())) {
            messages.removeIf(
                    message -> query.reverse() ? offset(message) >= after.offset() : offset(message) <= after.offset());
        }
        if (query.reverse()) {
            Collections.reverse(messages);
        }
        List<Message> page = new ArrayList<>();
        for (Message message : messages) {
            int bytes = page.stream()
                    .mapToInt(each -> each.publication().payload().size())
                    .sum();
            if (page.size() < query.limit() && (page.isEmpty() || bytes < query.bytes())) {
                page.add(message);
            } else {
                break;
            }
        }
        return Future.succeededFuture(new HistoryPage(channel.top(), page));
    }

    private static long offset(Message message) {
        return Objects.requireNonNull(message.position()).offset();
    }

    @Override
    public Future<Position> resume(ConsumerName consumer, Retention retention) {
        Channel channel = use(consumer.channel(), retention);
        return Future.succeededFuture(
                new Position(channel.epoch, channel.consumers.computeIfAbsent(consumer, key -> channel.offset)));
    }

    @Override
    public void acknowledge(ConsumerName consumer, Position position) {
        Channel channel = find(consumer.channel());
        if (channel != null && position.isOfSameEpochAs(channel.top()) && position.offset() <= channel.offset) {
            channel.consumers.merge(consumer, position.offset(), Math::max);
        }
    }
}
