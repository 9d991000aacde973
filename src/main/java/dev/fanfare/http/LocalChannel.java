package dev.fanfare.http;

import dev.fanfare.protocol.ChannelName;
import dev.fanfare.protocol.ChannelTraits;
import dev.fanfare.protocol.Message;
import dev.fanfare.protocol.MessageType;
import dev.fanfare.protocol.Position;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A channel that has subscribers on this loop, or is about to. Belongs to the loop. */
final class LocalChannel {
    private final ChannelName name;
    private final LocalSubscribers.Loop loop;
    private final Consumer<LocalChannel> whenUnused;
    private final List<Runnable> waiting = new ArrayList<>(1);
    private int holders;
    private boolean answered;
    private @Nullable ChannelTraits traits;
    private Audiences audiences;
    private @Nullable Ladder ladder;
    private @Nullable Conflation conflation;
    /** Up to where it has been delivered here, on a channel with a history. */
    private @Nullable Position at;

    /** @param whenUnused is told when it has neither subscribers nor anybody who holds it */
    LocalChannel(ChannelName name, LocalSubscribers.Loop loop, Consumer<LocalChannel> whenUnused) {
        this.name = name;
        this.loop = loop;
        this.whenUnused = whenUnused;
        this.audiences = loop.audiences(null);
    }

    ChannelName name() {
        return name;
    }

    /** What it is; null where it is not to be had. */
    @Nullable
    ChannelTraits traits() {
        return traits;
    }

    // How one comes in

    /** Holds it, and runs {@code ready} when its messages come here, or it is known that they don't. */
    void hold(Runnable ready) {
        holders++;
        if (answered) {
            ready.run();
        } else {
            waiting.add(ready);
        }
    }

    /** Its messages come; or where {@code joined} is null, it is not to be had. */
    void joined(@Nullable ChannelTraits joined) {
        answered = true;
        traits = joined;
        if (joined != null && joined.conflate()) {
            conflation = new Conflation(loop, subscriber -> audiences.add(subscriber));
            ladder = conflation;
        } else if (joined != null && joined.stored()) {
            ladder = new CatchUp(name, loop, subscriber -> audiences.add(subscriber));
        }
        audiences = loop.audiences(ladder);
        List<Runnable> ready = List.copyOf(waiting);
        waiting.clear();
        ready.forEach(Runnable::run);
    }

    /**
     * Lets a subscriber in that holds it.
     *
     * @param position behind which it gets messages: where the channel is right now
     */
    void add(Subscriber subscriber, @Nullable Position position) {
        if (audiences.add(subscriber)) {
            loop.meters().subscriptions(1);
        }
        at = position;
        release();
    }

    /** Writes out what came until now. */
    void writeOut() {
        audiences.forEach(subscriber -> {});
    }

    /** Who holds it does so no longer. */
    void release() {
        holders--;
        tellIfUnused();
    }

    void remove(Subscriber subscriber) {
        if (audiences.remove(subscriber) || (ladder != null && ladder.remove(subscriber))) {
            loop.meters().subscriptions(-1);
            tellIfUnused();
        }
    }

    private void tellIfUnused() {
        if (holders == 0 && size() == 0) {
            whenUnused.accept(this);
        }
    }

    int size() {
        return audiences.size() + (ladder == null ? 0 : ladder.size());
    }

    /** Up to where a subscriber was written it, on a channel with a history. */
    @Nullable
    Position position(Subscriber subscriber) {
        Position behind = ladder == null ? null : ladder.position(subscriber);
        return behind != null ? behind : audiences.written(subscriber.format(), at);
    }

    // What comes

    void append(Message message) {
        if (conflation != null && message.publication().type() == MessageType.EVENT) {
            conflation.came(message);
        }
        audiences.append(message, at);
        if (message.position() != null) {
            at = message.position();
        }
    }

    /** Messages are lost: it goes on behind {@code position}. */
    void lost(Position position) {
        at = position;
        audiences.forEach(subscriber -> subscriber.lost(name, position));
        if (ladder != null) {
            ladder.lost(name, position);
        }
    }
}
