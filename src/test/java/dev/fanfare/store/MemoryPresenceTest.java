package dev.fanfare.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fanfare.protocol.ChannelName;
import dev.fanfare.protocol.Member;
import dev.fanfare.protocol.Message;
import io.vertx.core.Future;
import java.time.Clock;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class MemoryPresenceTest extends PresenceContract {
    private final BlockingQueue<Message> feed = new LinkedBlockingQueue<>();
    private final AtomicLong size = new AtomicLong();
    private final Presence presence = new MemoryPresence(feed::add, Clock.systemUTC(), size::set);

    @Override
    protected <T> Future<T> ask(int instance, Function<Presence, Future<T>> question) {
        return question.apply(presence);
    }

    @Override
    protected BlockingQueue<Message> feed(int instance) {
        return feed;
    }

    @Override
    protected void subscribe(ChannelName channel) {
        // The feed is told of every channel.
    }

    @Test
    void tellsHowManyMembersThereAre() {
        Member member = new Member("s", null, null);
        presence.join(new ChannelName("a"), member, false);
        presence.join(new ChannelName("b"), member, false);
        presence.join(new ChannelName("b"), member, false);
        assertThat(size).hasValue(2);
        presence.leave(new ChannelName("a"), member, false);
        assertThat(size).hasValue(1);
    }
}
