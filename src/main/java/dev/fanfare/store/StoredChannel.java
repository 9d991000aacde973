package dev.fanfare.store;

import dev.fanfare.protocol.ChannelName;
import dev.fanfare.protocol.ConsumerName;
import dev.fanfare.protocol.Message;
import dev.fanfare.protocol.Payload;
import dev.fanfare.protocol.Position;
import dev.fanfare.protocol.Publication;
import dev.fanfare.protocol.Retention;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The history of one channel in memory. All times are in milliseconds since 1970. Belongs to the event loop of its {@link MemoryHistory}.
 */
final class StoredChannel {
    // About what the objects take, beside the bytes of payloads and names.
    private static final long CHANNEL_OVERHEAD = 512;
    private static final long MESSAGE_OVERHEAD = 160;
    private static final long KEY_OVERHEAD = 192;
    private static final long CONSUMER_OVERHEAD = 256;

    private final ChannelName name;
    private final String epoch;
    private final LongConsumer changes;
    private final Ring messages = new Ring();

    /** Where a key has brought its message, the oldest first. */
    private final Map<String, Keyed> keys = new LinkedHashMap<>(0);

    private final Map<ConsumerName, Long> consumers = new HashMap<>(0);
    private long offset;
    private long messagesEndAt;
    private long endsAt;
    private long bytes;
    private long messageBytes;

    private record Keyed(long offset, long endsAt) {}

    /** @param changes is told how many bytes it takes more, or less */
    StoredChannel(ChannelName name, String epoch, LongConsumer changes) {
        this.name = name;
        this.epoch = epoch;
        this.changes = changes;
        account(CHANNEL_OVERHEAD + length(name.toString()));
    }

    private void account(long change) {
        bytes += change;
        changes.accept(change);
    }

    private void accountMessages(long change) {
        messageBytes += change;
        account(change);
    }

    /** As the characters of nearly all names take it. */
    private static int length(@Nullable String text) {
        return text == null ? 0 : text.length();
    }

    ChannelName name() {
        return name;
    }

    /** The position of the newest message. */
    Position top() {
        return new Position(epoch, offset);
    }

    // Its time

    /** From now on a day and the time to live are left. */
    void use(Retention retention, long now) {
        endsAt = now + retention.ttl().toMillis() + History.POSITION_TTL;
    }

    /** Whether nothing of it is left. */
    boolean hasEnded(long now) {
        return now >= endsAt;
    }

    /** When something of it ends. */
    long nextEnd() {
        long next = messages.size() == 0 ? endsAt : Math.min(endsAt, messagesEndAt);
        return keys.isEmpty()
                ? next
                : Math.min(next, keys.values().iterator().next().endsAt());
    }

    /** Gives up what has ended. */
    void expire(long now) {
        if (messages.size() > 0 && now >= messagesEndAt) {
            messages.clear();
            accountMessages(-messageBytes);
        }
        Iterator<Map.Entry<String, Keyed>> oldest = keys.entrySet().iterator();
        while (oldest.hasNext()) {
            Map.Entry<String, Keyed> key = oldest.next();
            if (now < key.getValue().endsAt()) {
                break;
            }
            oldest.remove();
            account(-bytesOf(key.getKey()));
        }
    }

    // Messages

    /** Where the key has brought its message, or null where it is not known. */
    @Nullable
    Position placeOf(String key) {
        Keyed keyed = keys.get(key);
        return keyed == null ? null : new Position(epoch, keyed.offset());
    }

    /** Keeps a message, in the place behind the newest. */
    Position add(Message message, @Nullable String key, Retention retention, long now) {
        Position place = top().next();
        offset = place.offset();
        Message kept = copy(message, place);
        messages.add(kept);
        accountMessages(bytesOf(kept));
        while (messages.size() > retention.size()) {
            dropOldest();
        }
        messagesEndAt = now + retention.ttl().toMillis();
        if (key != null) {
            keys.put(key, new Keyed(offset, now + History.KEY_TTL));
            account(bytesOf(key));
        }
        return place;
    }

    /** A payload may be a small part of a large frame, which is not to be kept with it. */
    private Message copy(Message message, Position place) {
        Publication original = message.publication();
        Payload payload =
                Payload.of(original.payload().kind(), original.payload().toBytes());
        return new Message(
                new Publication(name, original.type(), payload, original.receivedAt()), message.timestamp(), place);
    }

    private static long bytesOf(Message message) {
        return MESSAGE_OVERHEAD + message.publication().payload().size();
    }

    private static long bytesOf(String key) {
        return KEY_OVERHEAD + length(key);
    }

    boolean isEmpty() {
        return messages.size() == 0;
    }

    /** The offset of the oldest message, one more than that of the newest where there is none. */
    long oldest() {
        return offset - messages.size() + 1;
    }

    /** The message with this offset, which is there. */
    Message get(long at) {
        return messages.get(Math.toIntExact(at - oldest()));
    }

    /** Gives up the oldest message; returns whether there was one. */
    boolean dropOldest() {
        if (messages.size() == 0) {
            return false;
        }
        accountMessages(-bytesOf(messages.removeOldest()));
        return true;
    }

    /** Forgets the oldest key; returns whether there was one. */
    boolean dropOldestKey() {
        Iterator<String> oldest = keys.keySet().iterator();
        if (!oldest.hasNext()) {
            return false;
        }
        account(-bytesOf(oldest.next()));
        oldest.remove();
        return true;
    }

    /** Gives up all of it. */
    void drop() {
        account(-bytes);
    }

    // Consumers

    /** What a consumer has acknowledged last, or null where it is not known. */
    @Nullable
    Position acknowledged(ConsumerName consumer) {
        Long acknowledged = consumers.get(consumer);
        return acknowledged == null ? null : new Position(epoch, acknowledged);
    }

    /** Adds a consumer that has all up to the newest message; returns whether there was room for it. */
    boolean add(ConsumerName consumer) {
        return add(consumer, offset);
    }

    private boolean add(ConsumerName consumer, long acknowledged) {
        if (consumers.size() >= History.MOST_CONSUMERS) {
            return false;
        }
        consumers.put(consumer, acknowledged);
        account(CONSUMER_OVERHEAD + length(name.toString()) + length(consumer.user()) + length(consumer.name()));
        return true;
    }

    /** A consumer has all up to a position; returns whether it was added for it. */
    boolean acknowledge(ConsumerName consumer, Position position) {
        if (!position.isOfSameEpochAs(top()) || position.offset() > offset) {
            return false;
        }
        if (consumers.computeIfPresent(consumer, (known, before) -> Math.max(before, position.offset())) != null) {
            return false;
        }
        return add(consumer, position.offset());
    }
}
