package dev.fanfare.http;

import dev.fanfare.bus.Address;
import dev.fanfare.bus.Addresses;
import dev.fanfare.bus.Bus;
import dev.fanfare.bus.Credit;
import dev.fanfare.bus.LoopBatch;
import dev.fanfare.bus.LoopEvent;
import dev.fanfare.bus.LoopNotice;
import dev.fanfare.bus.Publish;
import dev.fanfare.metrics.Meters;
import dev.fanfare.protocol.ChannelName;
import dev.fanfare.protocol.Message;
import dev.fanfare.protocol.Publication;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.function.Consumer;

/**
 * A loop's side of the talk with the hub: what was asked and not yet answered, and the credit that bounds it. Belongs
 * to the loop.
 */
final class HubClient implements LoopEvent.Handler {
    /** What one loop may have unanswered, in bytes. */
    static final long PUBLISH_CREDIT = 1L << 20;

    /** What one who has waited may publish before it is the next one's turn, in bytes. */
    private static final long TURN = 64 << 10;

    private static final long NOBODYS = Long.MIN_VALUE;

    /** How to reach the hub; a test has its own. */
    interface Link {
        void publish(Publish request);

        void notify(LoopNotice notice);
    }

    private final int loop;
    private final Link link;
    private final Tick tick;
    private final Credit credit;
    private final Map<Long, Published> publishing = new HashMap<>();
    private final Map<Long, Runnable> joining = new HashMap<>();
    private final Queue<Runnable> waitingForCredit = new ArrayDeque<>();
    private Consumer<Message> deliveries = message -> {};
    private long tickets;
    /** What the one whose turn it is may still publish, in bytes; negative where it is nobody's turn. */
    private long turn = NOBODYS;

    /** Is told that a publication is in its place, and whether the other instances may not have got it. */
    interface Published {
        void at(long timestamp, boolean local);
    }

    HubClient(int loop, Link link, Tick tick, Meters meters) {
        this.loop = loop;
        this.link = link;
        this.tick = tick;
        this.credit = new Credit(PUBLISH_CREDIT, meters::queuedForHub);
    }

    /** The link over the bus. */
    static Link over(Bus bus) {
        return new Link() {
            @Override
            public void publish(Publish request) {
                bus.send(Addresses.PUBLISH, request);
            }

            @Override
            public void notify(LoopNotice notice) {
                bus.send(Addresses.MEMBERSHIP, notice);
            }
        };
    }

    /** The address at which {@link #receive} has to be called. */
    Address<LoopBatch> address() {
        return Addresses.loop(loop);
    }

    /** Starts the talk; what is delivered goes to {@code deliveries}. */
    void attach(Consumer<Message> deliveries) {
        this.deliveries = deliveries;
        link.notify(new LoopNotice.Attach(loop));
    }

    /** Ends it. */
    void detach() {
        link.notify(new LoopNotice.Detach(loop));
    }

    /**
     * Whether {@link #publish} may be called now. Where not, {@link #whenCredit} gets the caller in line: those who have
     * waited go first, each for a turn.
     */
    boolean hasCredit() {
        return credit.available() && (turn == NOBODYS ? waitingForCredit.isEmpty() : turn > 0);
    }

    void whenCredit(Runnable action) {
        waitingForCredit.add(action);
    }

    private void giveTurns() {
        while (!waitingForCredit.isEmpty() && credit.available()) {
            turn = TURN;
            waitingForCredit.remove().run();
        }
        turn = NOBODYS;
    }

    /** Publishes, and tells {@code published} when the hub has answered. */
    void publish(Publication publication, Published published) {
        Publish request = new Publish(loop, ++tickets, publication);
        credit.take(request.bytes());
        if (turn != NOBODYS) {
            turn = Math.max(turn - request.bytes(), 0);
        }
        publishing.put(tickets, published);
        link.publish(request);
    }

    /** Asks for the messages of a channel. */
    void join(ChannelName channel, Runnable joined) {
        joining.put(++tickets, joined);
        link.notify(new LoopNotice.Join(loop, tickets, channel));
    }

    /** Wants no more messages of a channel. */
    void leave(ChannelName channel) {
        link.notify(new LoopNotice.Leave(loop, channel));
    }

    /** Takes what the hub sends, and gives its bytes back when they are written. */
    void receive(LoopBatch batch) {
        credit.giveBack(batch.taken());
        for (LoopEvent event : batch.events()) {
            event.dispatch(this);
        }
        tick.afterwards(() -> link.notify(new LoopNotice.Delivered(loop, batch.bytes())));
        giveTurns();
    }

    @Override
    public void deliver(LoopEvent.Deliver event) {
        deliveries.accept(event.message());
    }

    @Override
    public void published(LoopEvent.Published event) {
        Objects.requireNonNull(publishing.remove(event.ticket())).at(event.timestamp(), event.local());
    }

    @Override
    public void joined(LoopEvent.Joined event) {
        Objects.requireNonNull(joining.remove(event.ticket())).run();
    }
}
