package dev.fanfare.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fanfare.testing.JsonPeer;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What a stored channel has to be, by what was published to it: simple enough to be right. Times are those of {@link System#nanoTime}. */
final class RecoveryModel {
    /** How far clocks may be apart. */
    private static final long TICK = Duration.ofMillis(20).toNanos();

    final String name;
    final int size;
    private final long ttl;
    /** All that was ever published; the offset of each is its index, and one. */
    private final List<String> messages = new ArrayList<>();

    private final Map<String, Long> keys = new HashMap<>();
    private long lastSentAt;
    private long lastAnsweredAt;
    /** What is up to here has expired before something was published again. */
    private long expired;
    /** What is up to here may have. */
    private long doubtful;

    RecoveryModel(String name, int size, Duration ttl) {
        this.name = name;
        this.size = size;
        this.ttl = ttl.toNanos();
    }

    long top() {
        return messages.size();
    }

    /** A message was published, and answered with this offset; {@code key} is empty where there was none. */
    void published(String data, String key, long offset, long sentAt) {
        Long first = key.isEmpty() ? null : keys.putIfAbsent(key, offset);
        if (first != null) {
            assertThat(offset)
                    .as("the offset of the repeated key %s on %s", key, name)
                    .isEqualTo(first);
            return;
        }
        assertThat(offset).as("the offset of %s on %s", data, name).isEqualTo(top() + 1);
        if (top() > 0 && hasExpired(sentAt)) {
            expired = top();
        }
        if (top() > 0 && !isFresh(System.nanoTime())) {
            doubtful = top();
        }
        messages.add(data);
        lastSentAt = sentAt;
        lastAnsweredAt = System.nanoTime();
    }

    boolean hasKey(String key) {
        return keys.containsKey(key);
    }

    /** A message comes to who has all up to {@code after}. */
    void expectNext(JsonObject event, long after) {
        assertThat(event.getString("channel")).isEqualTo(name);
        assertThat(event.getLong("offset"))
                .as("what comes behind %d on %s", after, name)
                .isEqualTo(after + 1);
        assertThat(event.getString("data"))
                .as("what stands at %d on %s", after + 1, name)
                .isEqualTo(messages.get((int) after));
    }

    /**
     * Somebody who has all up to {@code since} comes back, and is answered this to what it sent at a time.
     *
     * @param before where the channel was at the least when it was asked
     */
    void expectRecovery(JsonObject subscribed, long since, long askedAt, long before) {
        long present = subscribed.getLong("offset");
        long missed = present - since;
        assertThat(present).as("where %s is", name).isLessThanOrEqualTo(top());
        boolean recovered = subscribed.getBoolean("recovered");
        List<JsonObject> got = JsonPeer.messages(subscribed);
        if (missed == 0) {
            assertThat(recovered).as("%s, where nothing was missed", name).isTrue();
        } else if (before - since > size || missed < 0 || since < expired || hasExpired(askedAt)) {
            assertThat(recovered)
                    .as("%s since %d, where %d are kept behind %d", name, since, size, expired)
                    .isFalse();
        } else if (missed <= size && since >= doubtful && isFresh(System.nanoTime())) {
            assertThat(recovered)
                    .as("%s since %d, where %d are kept behind %d", name, since, size, doubtful)
                    .isTrue();
        }
        assertThat(got).as("what is recovered on %s since %d", name, since).hasSize(recovered ? (int) missed : 0);
        for (int i = 0; i < got.size(); i++) {
            expectNext(got.get(i), since + i);
        }
    }

    /** A page of the history behind {@code since}, asked for at a time when nothing was published. */
    void expectPage(JsonObject page, long since, int limit, long askedAt) {
        assertThat(page.getLong("offset")).as("where %s ends", name).isEqualTo(top());
        List<JsonObject> got = JsonPeer.messages(page);
        long first = Math.max(Math.max(since, expired), top() - size);
        if (hasExpired(askedAt)) {
            assertThat(got).as("messages of %s, which have expired", name).isEmpty();
        } else if (first >= doubtful && isFresh(System.nanoTime())) {
            assertThat(got).as("messages of %s behind %d", name, since).hasSize((int) Math.min(limit, top() - first));
        } else {
            first = got.isEmpty() ? top() : got.get(0).getLong("offset") - 1;
        }
        for (int i = 0; i < got.size(); i++) {
            expectNext(got.get(i), first + i);
        }
    }

    private boolean hasExpired(long askedAt) {
        return askedAt > lastAnsweredAt + ttl + TICK;
    }

    private boolean isFresh(long answeredAt) {
        return answeredAt < lastSentAt + ttl - TICK;
    }
}
