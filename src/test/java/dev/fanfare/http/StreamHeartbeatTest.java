package dev.fanfare.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fanfare.config.Configuration;
import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class StreamHeartbeatTest implements StreamHeartbeat.Peer {
    private final EmbeddedChannel time = new EmbeddedChannel();
    private final List<String> events = new ArrayList<>();
    private boolean writable = true;
    private boolean lost;
    private final StreamHeartbeat heartbeat = new StreamHeartbeat(
            Configuration.parse("session:\n  ping-interval: 10s\n  pong-timeout: 25s\n", "test.yaml", Map.of())
                    .session(),
            time.eventLoop(),
            this);

    @BeforeEach
    void start() {
        time.freezeTime();
        heartbeat.start();
    }

    @Override
    public boolean isWritable() {
        return writable;
    }

    @Override
    public void comment() {
        events.add("comment");
    }

    @Override
    public boolean isLost(Duration silence) {
        assertThat(silence).hasSeconds(25);
        return lost;
    }

    @Override
    public void lost() {
        events.add("lost");
    }

    @Override
    public void overdue() {
        events.add("overdue");
    }

    private void pass(int seconds) {
        for (int i = 0; i < seconds; i++) {
            time.advanceTimeBy(1, TimeUnit.SECONDS);
            time.runPendingTasks();
        }
    }

    @Test
    void whoTakesWhatItIsSentGetsACommentEachInterval() {
        pass(39);
        assertThat(events).containsExactly("comment", "comment", "comment");
    }

    @Test
    void whoTakesNothingIsOverdue() {
        writable = false;
        pass(60);
        assertThat(events).containsExactly("comment", "comment", "overdue");
    }

    @Test
    void whoseTcpIsSilentIsLost() {
        pass(15);
        lost = true;
        pass(60);
        assertThat(events).containsExactly("comment", "lost");
    }
}
