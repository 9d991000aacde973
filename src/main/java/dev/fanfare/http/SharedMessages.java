package dev.fanfare.http;

import dev.fanfare.protocol.Answer;
import dev.fanfare.protocol.JsonProtocol;
import dev.fanfare.protocol.Message;
import dev.fanfare.protocol.WireFormat;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * What was missed, as it stands in answers, or as it is delivered: encoded once for all who have missed the same and are told in the same tick, whose sockets share the bytes. Belongs
 * to an event loop.
 */
final class SharedMessages {
    private final ByteBufAllocator allocator;
    private final Tick tick;
    private final IdentityHashMap<List<Message>, ByteBuf> encoded = new IdentityHashMap<>();
    private final Map<WireFormat, IdentityHashMap<List<Message>, ByteBuf>> batches = new HashMap<>();
    private boolean awaitsTick;

    SharedMessages(ByteBufAllocator allocator, Tick tick) {
        this.allocator = allocator;
        this.tick = tick;
    }

    Answer.Messages of(List<Message> messages) {
        return messages.isEmpty() ? Answer.Messages.NONE : () -> json(messages);
    }

    private ByteBuf json(List<Message> messages) {
        releaseLater();
        return encoded.computeIfAbsent(messages, this::encode).retainedDuplicate();
    }

    private ByteBuf encode(List<Message> messages) {
        ByteBuf json = allocator.directBuffer();
        JsonProtocol.writeList(messages, json);
        return json;
    }

    /** The messages as they are delivered. The buffer is good for the tick, and whoever keeps it takes a retained duplicate. */
    ByteBuf batch(WireFormat format, List<Message> messages) {
        releaseLater();
        return batches.computeIfAbsent(format, first -> new IdentityHashMap<>())
                .computeIfAbsent(messages, missed -> encode(format, missed));
    }

    private ByteBuf encode(WireFormat format, List<Message> messages) {
        ByteBuf batch = allocator.directBuffer();
        messages.forEach(message -> format.encode(message, batch));
        return batch;
    }

    private void releaseLater() {
        if (!awaitsTick) {
            awaitsTick = true;
            tick.afterwards(this::release);
        }
    }

    private void release() {
        awaitsTick = false;
        encoded.values().forEach(ByteBuf::release);
        encoded.clear();
        batches.values().forEach(ofFormat -> ofFormat.values().forEach(ByteBuf::release));
        batches.clear();
    }
}
