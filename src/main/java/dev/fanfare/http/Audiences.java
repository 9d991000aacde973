package dev.fanfare.http;

import dev.fanfare.protocol.Message;
import dev.fanfare.protocol.Position;
import dev.fanfare.protocol.WireFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Everybody who is subscribed to one thing on this loop: an audience for each wire format. */
final class Audiences {
    private final Function<WireFormat, Audience> factory;
    private final List<WireFormat> formats = new ArrayList<>(2);
    private final List<Audience> audiences = new ArrayList<>(2);

    Audiences(Function<WireFormat, Audience> factory) {
        this.factory = factory;
    }

    boolean add(Subscriber subscriber) {
        int index = formats.indexOf(subscriber.format());
        if (index < 0) {
            index = formats.size();
            formats.add(subscriber.format());
            audiences.add(factory.apply(subscriber.format()));
        }
        return audiences.get(index).add(subscriber);
    }

    boolean remove(Subscriber subscriber) {
        int index = formats.indexOf(subscriber.format());
        if (index < 0 || !audiences.get(index).remove(subscriber)) {
            return false;
        }
        if (audiences.get(index).isEmpty()) {
            formats.remove(index);
            audiences.remove(index);
        }
        return true;
    }

    /** @param at where the channel stands in front of the message, or null */
    void append(Message message, @Nullable Position at) {
        for (int i = 0; i < audiences.size(); i++) {
            audiences.get(i).append(message, at);
        }
    }

    /**
     * Up to where those with a format were written what came.
     *
     * @param at where the channel stands, or null
     */
    @Nullable
    Position written(WireFormat format, @Nullable Position at) {
        int index = formats.indexOf(format);
        return index < 0 ? at : audiences.get(index).written(at);
    }

    /** Tells each of them, behind what came until now. */
    void forEach(Consumer<Subscriber> action) {
        List.copyOf(audiences).forEach(audience -> audience.forEach(action));
    }

    int size() {
        return audiences.stream().mapToInt(Audience::size).sum();
    }

    boolean isEmpty() {
        return size() == 0;
    }
}
