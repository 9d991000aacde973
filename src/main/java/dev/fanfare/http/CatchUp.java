package dev.fanfare.http;

import dev.fanfare.bus.Entrance;
import dev.fanfare.bus.Entry;
import dev.fanfare.bus.Entry.Outcome;
import dev.fanfare.protocol.ChannelName;
import dev.fanfare.protocol.Message;
import dev.fanfare.protocol.Position;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Those who are slow on a channel with a history: each reads on from there, a part whenever it can take one, until it has caught up and gets what comes like the
 * others again. It is cut off where the history has moved on. Belongs to an event loop.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a task of our own does not fail
final class CatchUp implements Ladder {
    /** When the history is asked for again that could not be read, in milliseconds. */
    private static final long RETRY = 1_000;

    private final ChannelName channel;
    private final LocalSubscribers.Loop loop;
    private final Consumer<Subscriber> rejoin;
    private final Map<Subscriber, Position> behind = new HashMap<>();

    /** @param rejoin is given those who have caught up, and has them get what comes */
    CatchUp(ChannelName channel, LocalSubscribers.Loop loop, Consumer<Subscriber> rejoin) {
        this.channel = channel;
        this.loop = loop;
        this.rejoin = rejoin;
    }

    @Override
    public boolean isBehind(Subscriber subscriber) {
        return subscriber.isSlow();
    }

    @Override
    public void fall(Subscriber subscriber, @Nullable Position before) {
        loop.meters().fellBehind("catching_up");
        behind.put(subscriber, Objects.requireNonNull(before, "a channel with a history has a position"));
        subscriber.whenWritable(() -> read(subscriber));
    }

    private void read(Subscriber subscriber) {
        Position position = behind.get(subscriber);
        if (position != null) {
            loop.hub()
                    .enter(
                            List.of(new Entrance(channel, null, position, null)),
                            loop.most(),
                            entries -> take(subscriber, entries.get(0)));
        }
    }

    private void take(Subscriber subscriber, Entry entry) {
        if (!behind.containsKey(subscriber)) {
            return;
        }
        Outcome outcome = entry.outcome();
        if (outcome == Outcome.FAILED) {
            loop.eventLoop().schedule(() -> read(subscriber), RETRY, TimeUnit.MILLISECONDS);
        } else if (outcome == Outcome.LOST) {
            behind.remove(subscriber);
            subscriber.cutOff();
        } else {
            deliver(subscriber, entry);
        }
    }

    private void deliver(Subscriber subscriber, Entry entry) {
        List<Message> messages = entry.messages();
        loop.deliver(subscriber, messages);
        if (!behind.containsKey(subscriber)) {
            return; // it has left meanwhile
        }
        if (entry.outcome() == Outcome.WHOLE) {
            behind.remove(subscriber);
            rejoin.accept(subscriber);
        } else {
            if (!messages.isEmpty()) {
                behind.put(
                        subscriber,
                        Objects.requireNonNull(messages.get(messages.size() - 1).position()));
            }
            subscriber.whenWritable(() -> read(subscriber));
        }
    }

    @Override
    public boolean remove(Subscriber subscriber) {
        return behind.remove(subscriber) != null;
    }

    @Override
    public int size() {
        return behind.size();
    }
}
