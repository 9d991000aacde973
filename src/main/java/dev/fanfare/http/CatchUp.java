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
    /** So much is read at a time, in bytes: what one who is slow has not taken is in memory, and is his alone. */
    private static final int PART = 128 << 10;

    /** When the history is asked for again that could not be read, in milliseconds. */
    private static final long RETRY = 1_000;

    private final ChannelName channel;
    private final LocalSubscribers.Loop loop;
    private final Consumer<Subscriber> rejoin;
    private final Map<Subscriber, Fall> behind = new HashMap<>();

    /** One that is left out, from its fall until it is back or gone: it may fall again, and what was asked for before is not for that one. */
    private static final class Fall {
        final Subscriber subscriber;
        Position position;

        Fall(Subscriber subscriber, Position position) {
            this.subscriber = subscriber;
            this.position = position;
        }
    }

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
        Fall fall = new Fall(subscriber, Objects.requireNonNull(before, "a channel with a history has a position"));
        behind.put(subscriber, fall);
        subscriber.whenWritable(() -> read(fall));
    }

    private boolean isOver(Fall fall) {
        return behind.get(fall.subscriber) != fall;
    }

    private void read(Fall fall) {
        if (!isOver(fall)) {
            loop.hub()
                    .enter(
                            List.of(new Entrance(channel, null, fall.position, null)),
                            Math.min(PART, loop.most()),
                            entries -> take(fall, entries.get(0)));
        }
    }

    private void take(Fall fall, Entry entry) {
        if (isOver(fall)) {
            return;
        }
        Outcome outcome = entry.outcome();
        if (outcome == Outcome.FAILED) {
            loop.eventLoop().schedule(() -> read(fall), RETRY, TimeUnit.MILLISECONDS);
        } else if (outcome == Outcome.LOST) {
            fall.subscriber.cutOff();
        } else {
            deliver(fall, entry);
        }
    }

    private void deliver(Fall fall, Entry entry) {
        List<Message> messages = entry.messages();
        loop.deliver(fall.subscriber, messages);
        if (isOver(fall)) {
            return; // it has left meanwhile
        }
        if (entry.outcome() == Outcome.WHOLE) {
            behind.remove(fall.subscriber);
            rejoin.accept(fall.subscriber);
        } else {
            if (!messages.isEmpty()) {
                fall.position =
                        Objects.requireNonNull(messages.get(messages.size() - 1).position());
            }
            fall.subscriber.whenWritable(() -> read(fall));
        }
    }

    @Override
    public void lost(ChannelName name, Position position) {
        // Each finds that out when it reads on.
    }

    @Override
    public boolean remove(Subscriber subscriber) {
        return behind.remove(subscriber) != null;
    }

    @Override
    public @Nullable Position position(Subscriber subscriber) {
        Fall fall = behind.get(subscriber);
        return fall == null ? null : fall.position;
    }

    @Override
    public int size() {
        return behind.size();
    }
}
