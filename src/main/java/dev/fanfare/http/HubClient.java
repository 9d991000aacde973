package dev.fanfare.http;

import dev.fanfare.bus.Acknowledgement;
import dev.fanfare.bus.Address;
import dev.fanfare.bus.Addresses;
import dev.fanfare.bus.Bus;
import dev.fanfare.bus.Credit;
import dev.fanfare.bus.Entrance;
import dev.fanfare.bus.Entry;
import dev.fanfare.bus.LoopBatch;
import dev.fanfare.bus.LoopEvent;
import dev.fanfare.bus.LoopNotice;
import dev.fanfare.bus.Publish;
import dev.fanfare.bus.Receipt;
import dev.fanfare.bus.Service;
import dev.fanfare.metrics.Meters;
import dev.fanfare.protocol.ChannelName;
import dev.fanfare.protocol.ChannelTraits;
import dev.fanfare.protocol.ConsumerName;
import dev.fanfare.protocol.Member;
import dev.fanfare.protocol.Message;
import dev.fanfare.protocol.Position;
import dev.fanfare.protocol.ProtocolException;
import dev.fanfare.protocol.Publication;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

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

        /** Asks whoever answers there; the future completes on the loop. */
        <Q, A> Future<A> ask(Service<Q, A> service, Q question);

        void acknowledge(Acknowledgement acknowledgement);
    }

    /** Where what the hub delivers goes. */
    interface Deliveries {
        void deliver(Message message);

        /** Messages of the channel are lost: it goes on behind {@code position}. */
        void lost(ChannelName channel, Position position);
    }

    private final int loop;
    private final Link link;
    private final Tick tick;
    private final Credit credit;
    private final Map<Long, Published> publishing = new HashMap<>();
    private final Map<Long, Joined> joining = new HashMap<>();
    private final Map<Long, Consumer<List<Entry>>> entering = new HashMap<>();
    private final Queue<Runnable> waitingForCredit = new ArrayDeque<>();
    private @Nullable Deliveries deliveries;
    /** Who waits until nothing is unanswered. */
    private @Nullable Promise<Void> settled;

    private long tickets;
    /** What the one whose turn it is may still publish, in bytes; negative where it is nobody's turn. */
    private long turn = NOBODYS;

    /** Is told what a channel is, or null where it can't be had. */
    interface Joined {
        void with(@Nullable ChannelTraits traits);
    }

    /** Is told what became of a publication. */
    interface Published {
        /** It is in its place. */
        void at(Receipt receipt);

        void failed(ProtocolException error);
    }

    HubClient(int loop, Link link, Tick tick, Meters meters) {
        this.loop = loop;
        this.link = link;
        this.tick = tick;
        this.credit = new Credit(PUBLISH_CREDIT, meters::queuedForHub);
    }

    /** The link over the bus, for the loop of a context. */
    static Link over(Bus bus, Context context) {
        return new Link() {
            @Override
            public void publish(Publish request) {
                bus.send(Addresses.PUBLISH, request);
            }

            @Override
            public void notify(LoopNotice notice) {
                bus.send(Addresses.MEMBERSHIP, notice);
            }

            @Override
            public <Q, A> Future<A> ask(Service<Q, A> service, Q question) {
                Promise<A> answer = Promise.promise();
                // What comes from a socket runs on the loop, but in no context of Vert.x.
                context.runOnContext(onLoop -> bus.ask(service, question).onComplete(answer));
                return answer.future();
            }

            @Override
            public void acknowledge(Acknowledgement acknowledgement) {
                bus.send(Addresses.ACKNOWLEDGE, acknowledgement);
            }
        };
    }

    /** The address at which {@link #receive} has to be called. */
    Address<LoopBatch> address() {
        return Addresses.loop(loop);
    }

    /** Starts the talk; what is delivered goes to {@code deliveries}. */
    void attach(Deliveries deliveries) {
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
    void publish(Publication publication, @Nullable String key, Published published) {
        Publish request = new Publish(loop, ++tickets, publication, key);
        credit.take(request.bytes());
        if (turn != NOBODYS) {
            turn = Math.max(turn - request.bytes(), 0);
        }
        publishing.put(tickets, published);
        link.publish(request);
    }

    /** Completes when all that was published has its answer; asked once, when nobody publishes any more. */
    Future<Void> settled() {
        Promise<Void> promise = Promise.promise();
        settled = promise;
        settle();
        return promise.future();
    }

    private void settle() {
        if (settled != null && publishing.isEmpty() && waitingForCredit.isEmpty()) {
            settled.tryComplete();
        }
    }

    /** Asks for the messages of a channel. */
    void join(ChannelName channel, Joined joined) {
        joining.put(++tickets, joined);
        link.notify(new LoopNotice.Join(loop, tickets, channel));
    }

    /** Wants no more messages of a channel. */
    void leave(ChannelName channel) {
        link.notify(new LoopNotice.Leave(loop, channel));
    }

    /**
     * Has a subscriber enter channels that the loop has joined, or one that is in a channel told what it has missed; {@code entered} is told where it stands in
     * each at this moment.
     *
     * @param most how large what it has missed of a channel may be, in bytes
     */
    void enter(List<Entrance> entrances, int most, Consumer<List<Entry>> entered) {
        entering.put(++tickets, entered);
        link.notify(new LoopNotice.Enter(loop, tickets, entrances, most));
    }

    /**
     * A member is not subscribed any more.
     *
     * @param atOnce whether it said so itself
     */
    void exit(ChannelName channel, Member member, boolean atOnce) {
        link.notify(new LoopNotice.Exit(loop, channel, member, atOnce));
    }

    /** Asks whoever keeps histories and presence; the future completes on the loop. */
    <Q, A> Future<A> ask(Service<Q, A> service, Q question) {
        return link.ask(service, question);
    }

    /** A consumer has all up to a position. */
    void acknowledge(ConsumerName consumer, Position position) {
        link.acknowledge(new Acknowledgement(consumer, position));
    }

    /** Takes what the hub sends, and gives its bytes back when they are written. */
    void receive(LoopBatch batch) {
        credit.giveBack(batch.taken());
        for (LoopEvent event : batch.events()) {
            event.dispatch(this);
        }
        tick.afterwards(() -> link.notify(new LoopNotice.Delivered(loop, batch.bytes())));
        giveTurns();
        settle();
    }

    @Override
    public void deliver(LoopEvent.Deliver event) {
        Objects.requireNonNull(deliveries).deliver(event.message());
    }

    @Override
    public void published(LoopEvent.Published event) {
        Objects.requireNonNull(publishing.remove(event.ticket())).at(event.receipt());
    }

    @Override
    public void joined(LoopEvent.Joined event) {
        Objects.requireNonNull(joining.remove(event.ticket())).with(event.traits());
    }

    @Override
    public void failed(LoopEvent.Failed event) {
        Objects.requireNonNull(publishing.remove(event.ticket())).failed(event.error());
    }

    @Override
    public void entered(LoopEvent.Entered event) {
        Objects.requireNonNull(entering.remove(event.ticket())).accept(event.entries());
    }

    @Override
    public void lost(LoopEvent.Lost event) {
        Objects.requireNonNull(deliveries).lost(event.channel(), event.position());
    }
}
