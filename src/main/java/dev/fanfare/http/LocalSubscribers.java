package dev.fanfare.http;

import dev.fanfare.bus.ChannelInfo;
import dev.fanfare.bus.ChannelQuery;
import dev.fanfare.bus.Page;
import dev.fanfare.metrics.Meters;
import dev.fanfare.protocol.ChannelName;
import dev.fanfare.protocol.ChannelTraits;
import dev.fanfare.protocol.Message;
import dev.fanfare.protocol.Position;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.util.concurrent.EventExecutor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Who on this loop is subscribed to what, and the delivery to them. The hub is told of a channel's first and last
 * subscriber on the loop; on a channel that keeps something, each enters by the hub.
 *
 * <p>To subscribe takes two steps: {@link #prepare} holds the channels until the hub sends their messages here, and
 * {@link LocalChannel#add} then lets the subscriber in, at a moment of its own choosing: between the two it may be answered.
 */
final class LocalSubscribers implements HubClient.Deliveries {
    /**
     * What the channels of a loop share.
     *
     * @param most how large what one who was away has missed may be, in bytes
     */
    record Loop(
            HubClient hub, ByteBufAllocator allocator, EventExecutor eventLoop, Tick tick, Meters meters, int most) {
        /** @param ladder for those who are slow; null where they are cut off */
        Audiences audiences(@Nullable Ladder ladder) {
            return new Audiences(format -> new Audience(format, allocator, tick, meters, ladder));
        }

        /** Delivers messages to one subscriber alone. */
        void deliver(Subscriber subscriber, List<Message> messages) {
            if (messages.isEmpty()) {
                return;
            }
            ByteBuf batch = allocator.directBuffer();
            try {
                messages.forEach(message -> subscriber.format().encode(message, batch));
                if (subscriber.deliver(batch)) {
                    meters.delivered(messages.size(), batch.readableBytes());
                }
            } finally {
                batch.release();
            }
        }
    }

    private final Loop loop;
    private final Map<ChannelName, LocalChannel> channels = new HashMap<>();
    /** The same in the order of their names, so that a part of them is listed without a look at the others. */
    private final NavigableMap<String, LocalChannel> ordered = new TreeMap<>();

    private final Audiences everybody;
    /** When the messages of this tick were read, for the histogram; as many as there are. */
    private long[] readAt = new long[64];

    private int read;

    LocalSubscribers(Loop loop) {
        this.loop = loop;
        this.everybody = loop.audiences(null);
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
     * Holds these channels for somebody, and hands them over when it is known of all what they are: each has to be given a subscriber, or released.
     */
    void prepare(Collection<ChannelName> names, Consumer<List<LocalChannel>> ready) {
        List<LocalChannel> held = new ArrayList<>(names.size());
        int[] missing = {1};
        Runnable one = () -> {
            if (--missing[0] == 0) {
                ready.accept(held);
            }
        };
        for (ChannelName name : names) {
            missing[0]++;
            LocalChannel channel = channels.get(name);
            if (channel == null) {
                channel = create(name);
            }
            held.add(channel);
            channel.hold(one);
        }
        one.run();
    }

    private LocalChannel create(ChannelName name) {
        LocalChannel channel = new LocalChannel(name, loop, this::unused);
        channels.put(name, channel);
        ordered.put(name.value(), channel);
        loop.hub().join(name, traits -> joined(channel, traits));
        return channel;
    }

    private void joined(LocalChannel channel, @Nullable ChannelTraits traits) {
        if (traits == null) {
            forget(channel);
        }
        channel.joined(traits);
    }

    private void unused(LocalChannel channel) {
        // One that was not to be had is not among them any more.
        if (forget(channel)) {
            loop.hub().leave(channel.name());
        }
    }

    private boolean forget(LocalChannel channel) {
        ordered.remove(channel.name().value(), channel);
        return channels.remove(channel.name(), channel);
    }

    /** Ends a subscription, where there is one. */
    void remove(ChannelName name, Subscriber subscriber) {
        LocalChannel channel = channels.get(name);
        if (channel != null) {
            channel.remove(subscriber);
        }
    }

    /** Delivers messages to one subscriber alone. */
    void deliver(Subscriber subscriber, List<Message> messages) {
        loop.deliver(subscriber, messages);
    }

    /** Up to where a subscriber was written a channel that it has; null where that has no history. */
    @Nullable
    Position position(ChannelName name, Subscriber subscriber) {
        LocalChannel channel = channels.get(name);
        return channel == null ? null : channel.position(subscriber);
    }

    /** How many subscribers a channel has on this loop. */
    int count(ChannelName name) {
        LocalChannel channel = channels.get(name);
        return channel == null ? 0 : channel.size();
    }

    /** The channels that are asked for, with their subscribers on this loop. */
    Page<ChannelInfo> list(ChannelQuery query) {
        List<ChannelInfo> found = new ArrayList<>();
        for (LocalChannel channel : ordered.tailMap(query.from(), true).values()) {
            if (query.isOver(channel.name()) || found.size() > query.limit()) {
                break;
            }
            if (channel.size() > 0 && query.means(channel.name())) {
                found.add(new ChannelInfo(channel.name(), channel.size()));
            }
        }
        return query.page(found);
    }

    /** Delivers a message to the subscribers of its channel, or without one to everybody, at the end of the tick. */
    @Override
    public void deliver(Message message) {
        ChannelName name = message.publication().channel();
        if (name == null) {
            everybody.append(message, null);
        } else {
            LocalChannel channel = channels.get(name);
            if (channel == null) {
                return;
            }
            channel.append(message);
        }
        observe(message.publication().receivedAt());
    }

    @Override
    public void lost(ChannelName name, Position position) {
        LocalChannel channel = channels.get(name);
        if (channel != null) {
            channel.lost(position);
        }
    }

    private void observe(long receivedAt) {
        if (read == 0) {
            loop.tick().afterwards(this::recordDeliveryTimes);
        } else if (read == readAt.length) {
            readAt = Arrays.copyOf(readAt, 2 * read);
        }
        readAt[read++] = receivedAt;
    }

    private void recordDeliveryTimes() {
        long now = System.nanoTime();
        for (int i = 0; i < read; i++) {
            loop.meters().deliveredAfter(now - readAt[i]);
        }
        read = 0;
    }
}
