package dev.fanfare.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fanfare.protocol.Position;
import dev.fanfare.testing.EventStreamPeer;
import dev.fanfare.testing.HttpPeer;
import dev.fanfare.testing.InstanceProcess;
import dev.fanfare.testing.JsonPeer;
import dev.fanfare.testing.RedisServer;
import dev.fanfare.testing.UpgradeRequest;
import dev.fanfare.testing.WebSocketPeer;
import dev.fanfare.testing.Wire;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Event streams of instances that are killed by SIGKILL, before one Redis. */
class EventStreamFaultsIT {
    private static final String CHANNEL = "long:streamed";
    private static final int MESSAGES = 900;
    /** That many are published before somebody has to have read on. */
    private static final int AHEAD = 200;

    private final RedisServer redis = RedisServer.start();
    private final Semaphore pace = new Semaphore(AHEAD);
    private final List<String> ids = new ArrayList<>();
    private final List<Long> numbers = new ArrayList<>();

    private InstanceProcess instance() {
        return InstanceProcess.start(List.of("-Xmx256m"), "cluster.redis=" + redis.url(), ChannelKinds.RULES);
    }

    private static EventStreamPeer open(InstanceProcess instance, Map<String, String> headers) {
        return EventStreamPeer.open(
                HttpPeer.to(instance.port()), instance.port(), EventStreamPeer.query(CHANNEL), headers);
    }

    /** Publishes all, each when the one before has its place, and returns the first position. */
    private CompletableFuture<Position> publish(InstanceProcess instance) {
        return CompletableFuture.supplyAsync(() -> {
            try (JsonPeer publisher =
                    JsonPeer.on(UpgradeRequest.to(instance.port(), "/ws"), WebSocketPeer.to(instance.port()))) {
                Position first = publisher.publish(CHANNEL, 1);
                for (int n = 2; n <= MESSAGES; n++) {
                    assertThat(pace.tryAcquire(Wire.PATIENCE.toSeconds(), TimeUnit.SECONDS))
                            .as("somebody reads")
                            .isTrue();
                    publisher.publish(CHANNEL, n);
                }
                return first;
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    private void read(EventStreamPeer stream) {
        JsonObject event = stream.next("event");
        numbers.add(event.getLong("data"));
        ids.add(stream.lastEventId());
        pace.release();
    }

    /** Reads what had been on its way; an event that breaks off is none, as for a browser. */
    private void readUntilTheEnd(EventStreamPeer stream) {
        try {
            while (numbers.size() < MESSAGES) {
                read(stream);
            }
        } catch (AssertionError end) {
            assertThat(end).hasMessage("The server closed the connection");
        }
    }

    private EventStreamPeer comeBack(InstanceProcess instance) {
        EventStreamPeer stream = open(instance, Map.of("Last-Event-ID", ids.get(ids.size() - 1)));
        JsonObject outcome = stream.next("open").getJsonArray("channels").getJsonObject(0);
        assertThat(outcome.getBoolean("recovered")).isTrue();
        return stream;
    }

    @Test
    void nothingIsLostOrDoubledWhenTheInstanceOfAStreamIsKilledAndTheIdsGoOn() throws Exception {
        try (redis;
                InstanceProcess killed = instance();
                InstanceProcess survivor = instance()) {
            EventStreamPeer stream = open(killed, Map.of());
            stream.next("open");
            CompletableFuture<Position> published = publish(survivor);
            while (numbers.size() < MESSAGES / 3) {
                read(stream);
            }
            killed.kill();
            readUntilTheEnd(stream);
            stream.close();
            stream = comeBack(survivor);
            while (numbers.size() < MESSAGES * 2 / 3) {
                read(stream);
            }
            stream.vanish();
            try (InstanceProcess fresh = instance();
                    EventStreamPeer last = comeBack(fresh)) {
                while (numbers.size() < MESSAGES) {
                    read(last);
                }
            }
            Position first = published.get(Wire.PATIENCE.toSeconds(), TimeUnit.SECONDS);
            assertThat(numbers)
                    .containsExactlyElementsOf(
                            LongStream.rangeClosed(1, MESSAGES).boxed().toList());
            assertThat(ids)
                    .containsExactlyElementsOf(LongStream.rangeClosed(1, MESSAGES)
                            .mapToObj(offset -> first.epoch() + ":" + offset)
                            .toList());
        }
    }
}
