package dev.fanfare.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fanfare.testing.Frame;
import dev.fanfare.testing.HttpPeer;
import dev.fanfare.testing.Response;
import dev.fanfare.testing.UpgradeRequest;
import dev.fanfare.testing.WebSocketPeer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A client behind a balancer that publishes to a channel and hears it, and that comes back when it was told to. One thread
 * runs it, which reads; another one lets it publish. Times are those of {@link System#nanoTime}.
 */
final class Member implements Runnable {
    private static final Pattern ANSWER = Pattern.compile("\\{\"type\":\"(\\w+)\".*\"id\":(\\d+).*");
    private static final Pattern EVENT = Pattern.compile("\\{\"type\":\"event\".*\"data\":\\[(\\d+),(\\d+)].*");

    private final int number;
    private final String channel;
    private final int port;
    private final List<Stay> stays = new CopyOnWriteArrayList<>();
    private final List<Publication> confirmed = new CopyOnWriteArrayList<>();
    private @Nullable WebSocketPeer peer;
    private int published;
    private long pendingSince;

    Member(int number, String channel, int port) {
        this.number = number;
        this.channel = channel;
        this.port = port;
    }

    /** What somebody published for the {@code count}th time, and Redis has confirmed. */
    record Publication(int publisher, int count, long sentAt, long confirmedAt) {}

    /** A time on one instance, subscribed; what it does not know yet is the largest number. */
    static final class Stay {
        final String node;
        final Map<Integer, List<Integer>> heard = new ConcurrentHashMap<>();
        volatile long joinedAt = Long.MAX_VALUE;
        volatile long leftAt = Long.MAX_VALUE;
        volatile int retryAfter;

        private Stay(String node) {
            this.node = node;
        }

        boolean hasHeard(Publication publication) {
            return heard.getOrDefault(publication.publisher, List.of()).contains(publication.count);
        }
    }

    String channel() {
        return channel;
    }

    List<Stay> stays() {
        return stays;
    }

    List<Publication> confirmed() {
        return confirmed;
    }

    /** Whether it is subscribed and waits for no answer. */
    synchronized boolean isIdle() {
        return peer != null && pendingSince == 0;
    }

    /** Publishes, if it is idle. */
    synchronized void publish() {
        if (peer != null && pendingSince == 0) {
            pendingSince = System.nanoTime();
            published++;
            peer.trySend(Frame.text("{\"type\":\"publish\",\"id\":%d,\"channel\":\"%s\",\"data\":[%d,%1$d]}"
                    .formatted(published, channel, number)));
        }
    }

    @Override
    public void run() {
        String node = "";
        while (!Thread.currentThread().isInterrupted()) {
            node = stay(node);
        }
    }

    /** Lives through one stay, and the pause behind it, and returns on which instance it was. */
    private String stay(String lastNode) {
        UpgradeRequest request = UpgradeRequest.to(port, "/ws").with("Cookie", "NODE=" + lastNode);
        try (HttpPeer http = HttpPeer.to(port)) {
            Response response = http.send(request.text()).responseHead();
            assertThat(response.status()).as("status of %s", response).isEqualTo(101);
            String cookie = response.header("Set-Cookie");
            Stay stay = new Stay(cookie.isEmpty() ? lastNode : cookie.substring(5, 6));
            WebSocketPeer joining = http.upgraded().answeringPings();
            joining.sendText("{\"type\":\"subscribe\",\"id\":0,\"channel\":\"%s\"}".formatted(channel));
            Frame frame = joining.frame();
            while (frame.opcode() == Frame.TEXT) {
                receive(frame.text(), joining, stay);
                frame = joining.frame();
            }
            leave(frame, stay);
            Thread.sleep(stay.retryAfter);
            return stay.node;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void receive(String text, WebSocketPeer from, Stay stay) {
        long now = System.nanoTime();
        Matcher event = EVENT.matcher(text);
        Matcher answer = ANSWER.matcher(text);
        if (event.matches()) {
            int count = Integer.parseInt(event.group(2));
            List<Integer> counts = stay.heard.computeIfAbsent(
                    Integer.valueOf(event.group(1)), publisher -> new CopyOnWriteArrayList<>());
            assertThat(counts).as("in order, and nothing twice").allMatch(earlier -> earlier < count);
            counts.add(count);
        } else if (answer.matches() && answer.group(1).equals("subscribed")) {
            stay.joinedAt = now;
            stays.add(stay);
            synchronized (this) {
                peer = from;
            }
        } else {
            assertThat(answer.matches()).as(text).isTrue();
            answered(answer, text, now);
        }
    }

    private synchronized void answered(Matcher answer, String text, long now) {
        assertThat(answer.group(1)).as(text).isEqualTo("published");
        int count = Integer.parseInt(answer.group(2));
        assertThat(count).isEqualTo(published);
        if (!text.contains("\"local\":true")) {
            confirmed.add(new Publication(number, count, pendingSince, now));
        }
        pendingSince = 0;
    }

    private synchronized void leave(Frame close, Stay stay) {
        stay.leftAt = System.nanoTime();
        peer = null;
        pendingSince = 0;
        assertThat(close.closeCode()).as("code of %s", close).isEqualTo(1001);
        stay.retryAfter = Integer.parseInt(close.closeReason().replaceAll("\\D", ""));
    }
}
