package dev.fanfare.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fanfare.testing.Instance;
import dev.fanfare.testing.WebSocketPeer;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/** A session that numbers what it publishes, waits for each answer, and counts those that Redis has confirmed. For one thread. */
final class Publisher implements AutoCloseable {
    private final WebSocketPeer peer;
    private final String name;
    private int sent;
    private int confirmed;

    private Publisher(WebSocketPeer peer, String name) {
        this.peer = peer;
        this.name = name;
    }

    /** @param name what its messages begin with */
    static Publisher on(Instance instance, String name) {
        return new Publisher(instance.connect("/ws").answeringPings(), name);
    }

    /** Publishes the next message, to everybody where the channel is "", and answers whether Redis has confirmed it. */
    boolean publish(String channel) {
        String to = channel.isEmpty() ? "" : "\"channel\":\"" + channel + "\",";
        peer.sendText("{\"type\":\"publish\"," + to + "\"data\":\"" + message(sent) + "\",\"id\":" + sent + "}");
        String answer = peer.text();
        while (answer.startsWith("{\"type\":\"event\"")) {
            answer = peer.text(); // A broadcast comes to its publisher too.
        }
        assertThat(answer).startsWith("{\"type\":\"published\"").contains("\"id\":" + sent + ",");
        sent++;
        boolean relayed = !answer.contains("\"local\":true");
        confirmed += relayed ? 1 : 0;
        return relayed;
    }

    /** Publishes until told to stop. */
    Thread publishing(String channel, AtomicBoolean stop, Consumer<Throwable> failed) {
        Thread thread = new Thread(
                () -> {
                    while (!stop.get()) {
                        publish(channel);
                    }
                },
                "publisher " + name);
        thread.setUncaughtExceptionHandler((dead, cause) -> failed.accept(cause));
        thread.start();
        return thread;
    }

    /** Whether a message is one of this publisher's. */
    boolean isFrom(String message) {
        return message.startsWith(name + " ");
    }

    /** The message with this number. */
    String message(int number) {
        return name + " " + number;
    }

    /** The message that was published last. */
    String last() {
        return message(sent - 1);
    }

    int sent() {
        return sent;
    }

    int confirmed() {
        return confirmed;
    }

    @Override
    public void close() {
        peer.close();
    }
}
