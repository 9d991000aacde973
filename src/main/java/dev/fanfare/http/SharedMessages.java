package dev.fanfare.http;

import dev.fanfare.protocol.Answer;
import dev.fanfare.protocol.JsonProtocol;
import dev.fanfare.protocol.Message;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.IdentityHashMap;
import java.util.List;

/**
 * What was missed, as it stands in answers: encoded once for all who have missed the same and are told in the same tick, whose sockets share the bytes. Belongs
 * to an event loop.
 */
final class SharedMessages {
    private final ByteBufAllocator allocator;
    private final Tick tick;
    private final IdentityHashMap<List<Message>, ByteBuf> encoded = new IdentityHashMap<>();

    SharedMessages(ByteBufAllocator allocator, Tick tick) {
        this.allocator = allocator;
        this.tick = tick;
    }

    Answer.Messages of(List<Message> messages) {
        return messages.isEmpty() ? Answer.Messages.NONE : () -> json(messages);
    }

    private ByteBuf json(List<Message> messages) {
        if (encoded.isEmpty()) {
            tick.afterwards(this::release);
        }
        return encoded.computeIfAbsent(messages, this::encode).retainedDuplicate();
    }

    private ByteBuf encode(List<Message> messages) {
        ByteBuf json = allocator.directBuffer();
        JsonProtocol.writeList(messages, json);
        return json;
    }

    private void release() {
        encoded.values().forEach(ByteBuf::release);
        encoded.clear();
    }
}
