package dev.fanfare.store;

import dev.fanfare.protocol.ChannelName;
import dev.fanfare.protocol.Member;
import dev.fanfare.protocol.Message;
import dev.fanfare.protocol.MessageType;
import dev.fanfare.protocol.Payload;
import dev.fanfare.protocol.ProtocolException;
import dev.fanfare.protocol.Publication;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/** The presence of an instance on its own. It is never unavailable. */
public final class MemoryPresence implements Presence {
    /** A member, and how it is spelled as JSON, by which it is told whether it is another. */
    private record Present(Member member, String json) {}

    private final Consumer<Message> feed;
    private final Clock clock;
    private final LongConsumer size;
    private final Map<ChannelName, Map<String, Present>> channels = new HashMap<>();
    private long total;

    /**
     * @param feed takes what is announced
     * @param size is told how many members there are
     */
    public MemoryPresence(Consumer<Message> feed, Clock clock, LongConsumer size) {
        this.feed = feed;
        this.clock = clock;
        this.size = size;
    }

    @Override
    public Future<Void> join(ChannelName channel, Member member, boolean announced) {
        Present joining = new Present(member, member.json());
        Present before =
                channels.computeIfAbsent(channel, key -> new HashMap<>()).put(member.session(), joining);
        if (before != null && before.json().equals(joining.json())) {
            return Future.succeededFuture();
        }
        if (before != null) {
            changed(-1, channel, MessageType.LEAVE, before, announced);
        }
        changed(1, channel, MessageType.JOIN, joining, announced);
        return Future.succeededFuture();
    }

    @Override
    public Future<Void> leave(ChannelName channel, Member member, boolean announced) {
        Map<String, Present> present = channels.get(channel);
        Present gone = present == null ? null : present.remove(member.session());
        if (present != null && present.isEmpty()) {
            channels.remove(channel);
        }
        if (gone != null) {
            changed(-1, channel, MessageType.LEAVE, gone, announced);
        }
        return Future.succeededFuture();
    }

    private void changed(int by, ChannelName channel, MessageType type, Present who, boolean announced) {
        total += by;
        size.accept(total);
        if (announced) {
            Payload payload = Payload.of(Payload.Kind.JSON, who.json().getBytes(StandardCharsets.UTF_8));
            feed.accept(new Message(new Publication(channel, type, payload, System.nanoTime()), clock.millis()));
        }
    }

    @Override
    public Future<List<Member>> members(ChannelName channel) {
        MemberList list = new MemberList();
        try {
            for (Present present : channels.getOrDefault(channel, Map.of()).values()) {
                list.add(present.member(), present.json().length());
            }
            return Future.succeededFuture(list.members());
        } catch (ProtocolException e) {
            return Future.failedFuture(e);
        }
    }

    @Override
    public Future<Long> count(ChannelName channel) {
        return Future.succeededFuture(
                (long) channels.getOrDefault(channel, Map.of()).size());
    }
}
