package dev.fanfare.it;

import static org.awaitility.Awaitility.await;

import dev.fanfare.testing.Frame;
import dev.fanfare.testing.Instance;
import dev.fanfare.testing.WebSocketPeer;
import dev.fanfare.testing.Wire;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A session that subscribes to channels, and keeps what comes on each, and broadcasts as if of a channel "". A thread of its
 * own reads, which needs an instance that pings more often than {@link Wire#PATIENCE}.
 */
final class Recorder implements AutoCloseable {
    private static final Pattern EVENT =
            Pattern.compile("\\{\"type\":\"event\",(?:\"channel\":\"([^\"]*)\",)?\"data\":\"([^\"]*)\".*");

    private final WebSocketPeer peer;
    private final Map<String, List<String>> received = new ConcurrentHashMap<>();

    private Recorder(WebSocketPeer peer) {
        this.peer = peer;
    }

    /** Returns when the subscriptions were confirmed. */
    static Recorder on(Instance instance, List<String> channels) {
        Recorder recorder = new Recorder(instance.connect("/ws").answeringPings());
        String list = String.join("\",\"", channels);
        recorder.peer.sendText("{\"type\":\"subscribe\",\"channels\":[\"" + list + "\"],\"id\":1}");
        recorder.readUntil("subscribed");
        Thread thread = new Thread(() -> recorder.readUntil("end"), "recorder");
        thread.setDaemon(true);
        thread.start();
        return recorder;
    }

    private void readUntil(String type) {
        Optional<Frame> frame = peer.frameOrEnd();
        while (frame.isPresent() && !frame.get().text().startsWith("{\"type\":\"" + type + "\"")) {
            Matcher event = EVENT.matcher(frame.get().text());
            if (event.matches()) {
                String channel = event.group(1) == null ? "" : event.group(1);
                received.computeIfAbsent(channel, key -> new CopyOnWriteArrayList<>())
                        .add(event.group(2));
            }
            frame = peer.frameOrEnd();
        }
    }

    /** What has come until now, in its order. */
    List<String> received(String channel) {
        return List.copyOf(received.getOrDefault(channel, List.of()));
    }

    /** Waits until this has come. */
    void awaitMessage(String channel, String data) {
        await(data + " on " + channel)
                .atMost(Wire.PATIENCE)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(10))
                .until(() -> received(channel).contains(data));
    }

    @Override
    public void close() {
        peer.close();
    }
}
