package dev.fanfare.http;

import dev.fanfare.metrics.Meters;
import dev.fanfare.protocol.ChannelName;
import dev.fanfare.protocol.Message;
import io.netty.buffer.ByteBufAllocator;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Who on this loop is subscribed to what, and the delivery to them. The hub is told only of a channel's first and last
 * subscriber on the loop.
 *
 * <p>To subscribe takes two steps: {@link #prepare} holds the channels until the hub sends their messages here, and
 * {@link #add} then lets the subscriber in, at a moment of its own choosing: between the two it may be answered.
 */
final class LocalSubscribers {
    private final HubClient hub;
    private final ByteBufAllocator allocator;
    private final Tick tick;
    private final Meters meters;

    private final Map<ChannelName, Channel> channels = new HashMap<>();
    private final Audiences everybody;
    /** When the messages of this tick were read, for the histogram; as many as there are. */
    private long[] readAt = new long[64];

    private int read;

    LocalSubscribers(HubClient hub, ByteBufAllocator allocator, Tick tick, Meters meters) {
        this.hub = hub;
        this.allocator = allocator;
        this.tick = tick;
        this.meters = meters;
        this.everybody = audiences();
    }

    private Audiences audiences() {
        return new Audiences(format -> new Audience(format, allocator, tick, meters));
    }

    /** From now on the subscriber gets broadcasts. */
    void enter(Subscriber subscriber) {
        everybody.add(subscriber);
    }

    /** The subscriber gets no broadcasts any more. */
    void exit(Subscriber subscriber) {
        everybody.remove(subscriber);
    }

    /**
     * Sees to it that the messages of these channels come to this loop, and then runs {@code ready}, which has to
     * {@link #add} to or {@link #abandon} each of them.
     */
    void prepare(Collection<ChannelName> names, Runnable ready) {
        int[] missing = {1};
        Runnable one = () -> {
            if (--missing[0] == 0) {
                ready.run();
            }
        };
        for (ChannelName name : names) {
            missing[0]++;
            channels.computeIfAbsent(name, Channel::new).prepare(one);
        }
        one.run();
    }

    /** Lets a subscriber into a channel that was prepared for it. */
    void add(ChannelName name, Subscriber subscriber) {
        Channel channel = prepared(name);
        if (channel.audiences.add(subscriber)) {
            meters.subscriptions(1);
        }
        channel.release();
    }

    /** Gives up a channel that was prepared. */
    void abandon(ChannelName name) {
        prepared(name).release();
    }

    /** Ends a subscription, where there is one. */
    void remove(ChannelName name, Subscriber subscriber) {
        Channel channel = channels.get(name);
        if (channel != null && channel.audiences.remove(subscriber)) {
            meters.subscriptions(-1);
            channel.leaveIfUnused();
        }
    }

    /** How many subscribers a channel has on this loop. */
    int count(ChannelName name) {
        Channel channel = channels.get(name);
        return channel == null ? 0 : channel.audiences.size();
    }

    /** Delivers a message to the subscribers of its channel, or without one to everybody, at the end of the tick. */
    void deliver(Message message) {
        ChannelName name = message.publication().channel();
        if (name == null) {
            everybody.append(message);
        } else {
            Channel channel = channels.get(name);
            if (channel == null) {
                return;
            }
            channel.audiences.append(message);
        }
        observe(message.publication().receivedAt());
    }

    private void observe(long receivedAt) {
        if (read == 0) {
            tick.afterwards(this::recordDeliveryTimes);
        } else if (read == readAt.length) {
            readAt = Arrays.copyOf(readAt, 2 * read);
        }
        readAt[read++] = receivedAt;
    }

    private void recordDeliveryTimes() {
        long now = System.nanoTime();
        for (int i = 0; i < read; i++) {
            meters.deliveredAfter(now - readAt[i]);
        }
        read = 0;
    }

    private Channel prepared(ChannelName name) {
        return Objects.requireNonNull(channels.get(name), "not prepared");
    }

    /** A channel that has subscribers here, or is about to. */
    private final class Channel {
        private final ChannelName name;
        private final Audiences audiences = audiences();
        private final List<Runnable> waiting = new ArrayList<>(1);
        private boolean joined;
        private int holders;

        Channel(ChannelName name) {
            this.name = name;
            hub.join(name, this::joined);
        }

        void prepare(Runnable ready) {
            holders++;
            if (joined) {
                ready.run();
            } else {
                waiting.add(ready);
            }
        }

        private void joined() {
            joined = true;
            waiting.forEach(Runnable::run);
            waiting.clear();
        }

        void release() {
            holders--;
            leaveIfUnused();
        }

        void leaveIfUnused() {
            if (holders == 0 && audiences.isEmpty()) {
                channels.remove(name);
                hub.leave(name);
            }
        }
    }
}
