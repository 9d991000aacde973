package dev.fanfare.http;

import dev.fanfare.protocol.Message;
import dev.fanfare.protocol.WireFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

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

    void append(Message message) {
        for (int i = 0; i < audiences.size(); i++) {
            audiences.get(i).append(message);
        }
    }

    int size() {
        return audiences.stream().mapToInt(Audience::size).sum();
    }

    boolean isEmpty() {
        return audiences.isEmpty();
    }
}
