package dev.fanfare.http;

import dev.fanfare.protocol.ChannelName;
import dev.fanfare.protocol.Message;
import dev.fanfare.protocol.Position;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Those who are slow on a channel of which the newest message is enough: each gets that one when it can take one, and then what comes like the others. Belongs to
 * an event loop.
 */
final class Conflation implements Ladder {
    private final LocalSubscribers.Loop loop;
    private final Consumer<Subscriber> rejoin;
    private final Map<Subscriber, Optional<Position>> behind = new HashMap<>();
    private @Nullable Message newest;

    /** @param rejoin is given those who have got the newest, and has them get what comes */
    Conflation(LocalSubscribers.Loop loop, Consumer<Subscriber> rejoin) {
        this.loop = loop;
        this.rejoin = rejoin;
    }

    /** A message came. */
    void came(Message message) {
        newest = message;
    }

    @Override
    public boolean isBehind(Subscriber subscriber) {
        return subscriber.isCongested();
    }

    @Override
    public void fall(Subscriber subscriber, @Nullable Position before) {
        loop.meters().fellBehind("conflated");
        behind.put(subscriber, Optional.ofNullable(before));
        subscriber.whenWritable(() -> {
            if (behind.remove(subscriber) != null) {
                rejoin.accept(subscriber);
                loop.deliver(subscriber, newest == null ? List.of() : List.of(newest));
            }
        });
    }

    @Override
    public boolean remove(Subscriber subscriber) {
        return behind.remove(subscriber) != null;
    }

    @Override
    public void lost(ChannelName channel, Position position) {
        behind.replaceAll((subscriber, before) -> Optional.of(position));
        List.copyOf(behind.keySet()).forEach(subscriber -> subscriber.lost(channel, position));
    }

    @Override
    public @Nullable Position position(Subscriber subscriber) {
        return behind.getOrDefault(subscriber, Optional.empty()).orElse(null);
    }

    @Override
    public int size() {
        return behind.size();
    }
}
