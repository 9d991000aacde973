package dev.fanfare.http;

import dev.fanfare.auth.Access;
import dev.fanfare.auth.ChannelAuthorizer.Action;
import dev.fanfare.auth.Credentials;
import dev.fanfare.auth.DeniedException;
import dev.fanfare.auth.Identity;
import dev.fanfare.bus.Disconnect;
import dev.fanfare.config.Configuration.SessionLimits;
import dev.fanfare.metrics.Meters;
import dev.fanfare.protocol.Answer;
import dev.fanfare.protocol.ChannelName;
import dev.fanfare.protocol.CloseCode;
import dev.fanfare.protocol.Command;
import dev.fanfare.protocol.CommandId;
import dev.fanfare.protocol.ErrorCode;
import dev.fanfare.protocol.MessageType;
import dev.fanfare.protocol.ProtocolException;
import dev.fanfare.protocol.Publication;
import dev.fanfare.protocol.RawProtocol;
import dev.fanfare.protocol.WireFormat;
import dev.fanfare.protocol.WireProtocol;
import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.EventExecutor;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What one client does here: its commands, one after the other, and its subscriptions. Belongs to its connection's
 * event loop.
 *
 * <p>Commands are carried out in their order, and so are their answers. Publications may follow each other without
 * waiting for the hub; any other command waits until those before it are answered, and everything waits while
 * channels are being joined, while the hub's credit is used up, and while the client does not take its answers. What
 * waits is in the {@link Backlog}, and while there is something, nothing more is read: it holds what was read in one go.
 */
final class Session implements Subscriber, Command.Handler, WebSocketConnection.Listener {
    /** What the sessions of a loop share. */
    record Loop(
            SessionLimits limits,
            LocalSubscribers subscribers,
            HubClient hub,
            Sessions sessions,
            Access access,
            EventExecutor eventLoop,
            RefusalLog refusals,
            Meters meters,
            Compression compression,
            Tick tick,
            Clock clock) {
        /** The same, with other bounds for the sessions to come. */
        Loop with(SessionLimits otherLimits) {
            return new Loop(
                    otherLimits,
                    subscribers,
                    hub,
                    sessions,
                    access,
                    eventLoop,
                    refusals,
                    meters,
                    compression,
                    tick,
                    clock);
        }
    }

    private final Loop loop;
    private final String id;
    private final ClientAddress address;
    private final Clearance clearance;
    private final WireProtocol protocol;
    private final WireFormat format;
    private final Quota quota;
    private final Subscriptions subscriptions;
    private final Backlog backlog;
    private final Runnable release;
    private boolean hasPlace = true;
    private final WebSocketConnection connection;
    /** The client was told that it is connected, and is counted. */
    private boolean opened;
    /** The connection can still be used. */
    private boolean open = true;
    /** TCP has ended. */
    private boolean disconnected;

    private boolean carryingOn;
    /** Something is being decided, or channels are being joined. */
    private boolean pending;
    /** What the client may do is to be looked at again. */
    private boolean outdated;

    /** What the client may do was taken from it: what it has sent is not carried out. */
    private boolean revoked;

    private boolean awaitsCredit;
    private int unanswered;

    /**
     * @param id unique, and what the client was told with the handshake
     * @param address where the client is
     * @param compresses whether permessage-deflate was agreed upon
     * @param release runs when it takes no place any more: TCP has ended and what the client sent has been published, or it was refused
     */
    Session(Loop loop, String id, ClientAddress address, WireProtocol protocol, boolean compresses, Runnable release) {
        this.loop = loop;
        this.id = id;
        this.address = address;
        this.clearance = new Clearance(loop.access(), loop.eventLoop(), loop.clock(), this::expired);
        this.protocol = protocol;
        this.quota = new Quota(loop.limits(), loop.meters());
        this.subscriptions = new Subscriptions(loop.subscribers(), this, clearance, quota);
        this.backlog = new Backlog(loop, protocol, quota, compresses, this::carryOn);
        this.format = compresses ? loop.compression().of(protocol.format()) : protocol.format();
        this.release = release;
        this.connection = new WebSocketConnection(this, loop.limits(), loop.tick());
        loop.sessions().connected(this);
    }

    WebSocketConnection connection() {
        return connection;
    }

    String id() {
        return id;
    }

    /** The user that the client has shown to be, or null. */
    @Nullable
    String user() {
        return clearance.identity().user();
    }

    /**
     * Begins, by sending the handshake's response, or that of a refusal. A raw socket is subscribed before that, so that it gets all that is
     * published after its client knows that it is connected.
     */
    void begin(Credentials credentials, ByteBuf response) {
        whenDecided(clearance.show(credentials), shown -> {
            if (shown.failed()) {
                refuse(Refusal.unauthenticated(denial(shown).reason().word()));
            } else if (protocol instanceof RawProtocol raw) {
                whenDecided(clearance.allows(Action.SUBSCRIBE, raw.channel()), allowed -> {
                    if (allowed.failed()) {
                        refuse(Refusal.rule());
                    } else {
                        whenDecided(subscriptions.join(Set.of(raw.channel())), joined -> accept(response));
                    }
                });
            } else {
                accept(response);
            }
        });
        if (!opened) {
            connection.read(false);
        }
    }

    private void refuse(Refusal refusal) {
        if (open) {
            loop.refusals().handshake(refusal, address);
            // Who is refused takes no place from others, however long it lingers.
            releasePlace();
            connection.refuse(refusal.response());
        }
    }

    private void accept(ByteBuf response) {
        if (!open) {
            return; // it has left while it was being looked at
        }
        opened = true;
        loop.meters().connected(protocol.word());
        loop.subscribers().enter(this);
        connection.accept(response);
    }

    void close(CloseCode code, String reason) {
        connection.close(code, reason);
    }

    /** Closes, and carries out nothing more of what the client has sent. */
    void revoke(CloseCode code, String reason) {
        for (int i = backlog.size(); i > 0; i--) {
            loop.meters().dropped(ErrorCode.UNAUTHORISED.word());
        }
        backlog.clear();
        revoked = true;
        close(code, reason);
    }

    private void expired() {
        close(CloseCode.TOKEN_EXPIRED, "token expired");
    }

    /**
     * The policy has changed: who would not be let in any more is sent away at once, and what the others may do is looked at again before their
     * next command.
     */
    void reconsider() {
        outdated = true;
        if (opened) {
            renew();
        }
        carryOn();
    }

    private void renew() {
        if (open && !clearance.renew()) {
            boolean token = clearance.identity().kind() == Identity.Kind.TOKEN;
            revoke(token ? CloseCode.TOKEN_EXPIRED : CloseCode.NOT_AUTHORISED, "the credential holds no more");
        }
    }

    // Deliveries

    @Override
    public WireFormat format() {
        return format;
    }

    @Override
    public boolean deliver(ByteBuf batch) {
        return connection.deliver(batch);
    }

    // Commands

    @Override
    public void message(boolean text, boolean compressed, byte[] message) {
        if (!text && !protocol.takesBinary()) {
            connection.close(CloseCode.UNSUPPORTED, "commands are text messages");
            return;
        }
        backlog.add(text, compressed, message);
        carryOn();
    }

    /** Not recursive, although commands that need not wait end by calling it: a backlog may be long. */
    private void carryOn() {
        if (carryingOn) {
            return;
        }
        carryingOn = true;
        try {
            carryOutAll();
        } finally {
            carryingOn = false;
        }
        if (open) {
            connection.read(backlog.isEmpty());
        } else {
            leave();
        }
    }

    private void carryOutAll() {
        if (outdated && open && !pending) {
            outdated = false;
            renew();
            recheck(() -> {});
        }
        for (Command command = first(); command != null && mayStart(command); command = first()) {
            backlog.removeFirst();
            // What a client sent before it left, or was sent away, is published: it can't know that it was not.
            if (open || command instanceof Command.Publish || command instanceof Command.Refused) {
                command.dispatch(this);
            }
        }
    }

    private @Nullable Command first() {
        try {
            return backlog.first();
        } catch (Compression.Unreadable e) {
            backlog.clear();
            connection.close(e.code(), e.reason());
            return null;
        }
    }

    private boolean mayStart(Command command) {
        if (pending || (open && !connection.isWritable())) {
            return false;
        }
        if (!(command instanceof Command.Publish)) {
            return !open || unanswered == 0;
        }
        if (!loop.hub().hasCredit() && !awaitsCredit) {
            awaitsCredit = true;
            loop.hub().whenCredit(() -> {
                awaitsCredit = false;
                carryOn();
            });
        }
        return !awaitsCredit;
    }

    @Override
    public void publish(Command.Publish command) {
        whenDecided(clearance.allows(Action.PUBLISH, command.channel()), allowed -> {
            if (revoked) {
                loop.meters().dropped(ErrorCode.UNAUTHORISED.word());
            } else if (allowed.failed()) {
                // It waits, as those before it are to be answered first.
                backlog.putBack(new Command.Refused(command.id(), refusal(allowed)));
            } else {
                handOver(command);
            }
        });
    }

    private void handOver(Command.Publish command) {
        loop.meters().published(command.payload().size());
        unanswered++;
        Publication publication =
                new Publication(command.channel(), MessageType.EVENT, command.payload(), System.nanoTime());
        loop.hub().publish(publication, (timestamp, local) -> {
            unanswered--;
            answer(new Answer.Published(command.id(), command.channel(), timestamp, local));
            carryOn();
        });
    }

    @Override
    public void subscribe(Command.Subscribe command) {
        whenDecided(subscriptions.add(command.names()), outcomes -> answer(command, outcomes.result()));
    }

    private void answer(Command.Subscribe command, Map<String, @Nullable ProtocolException> outcomes) {
        outcomes.values().stream().flatMap(Stream::ofNullable).forEach(error -> loop.meters()
                .dropped(error.code().word()));
        if (command.list() && command.id() != null) {
            List<Answer.Outcome> list = outcomes.entrySet().stream()
                    .map(entry -> new Answer.Outcome(entry.getKey(), entry.getValue()))
                    .toList();
            answer(new Answer.SubscribedToList(command.id(), list, now()));
            return;
        }
        outcomes.forEach((name, error) -> answer(
                error == null
                        ? new Answer.Subscribed(command.id(), new ChannelName(name), now())
                        : new Answer.Failed(command.id(), error, now())));
    }

    @Override
    public void unsubscribe(Command.Unsubscribe command) {
        subscriptions.leave(command.channel());
        answer(new Answer.Unsubscribed(command.id(), command.channel(), now()));
    }

    @Override
    public void ping(Command.Ping command) {
        answer(new Answer.Pong(command.id(), now()));
    }

    @Override
    public void token(Command.Token command) {
        try {
            quota.token();
        } catch (ProtocolException e) {
            refuse(command.id(), e);
            return;
        }
        Credentials credentials =
                new Credentials(command.token(), address.toString(), MultiMap.caseInsensitiveMultiMap());
        whenDecided(clearance.show(credentials), shown -> {
            if (shown.failed()) {
                loop.refusals().denied("token", denial(shown), address);
                refuse(command.id(), new ProtocolException(ErrorCode.UNAUTHORISED, "the token was not accepted"));
            } else if (shown.result()) {
                recheck(() -> answer(new Answer.TokenTaken(command.id(), now())));
            } else {
                answer(new Answer.TokenTaken(command.id(), now()));
            }
        });
    }

    private static DeniedException denial(Future<?> shown) {
        return shown.cause() instanceof DeniedException denied
                ? denied
                : new DeniedException(DeniedException.Reason.AUTHENTICATOR_FAILED);
    }

    private static ProtocolException refusal(Future<?> allowed) {
        return allowed.cause() instanceof ProtocolException refused
                ? refused
                : new ProtocolException(ErrorCode.UNAUTHORISED, "not decided");
    }

    /** Leaves what the client may not be subscribed to any more, and then runs {@code done}. */
    private void recheck(Runnable done) {
        whenDecided(subscriptions.recheck(), left -> {
            left.result().forEach(channel -> answer(new Answer.Withdrawn(channel, now())));
            done.run();
        });
    }

    /** Goes on with a decision: at once where it is there; else nothing more is carried out before. */
    private <T> void whenDecided(Future<T> decision, Consumer<Future<T>> next) {
        if (decision.isComplete()) {
            next.accept(decision);
            return;
        }
        pending = true;
        decision.onComplete(decided -> {
            pending = false;
            next.accept(decision);
            carryOn();
        });
    }

    @Override
    public void refuse(Command.Refused command) {
        refuse(command.id(), command.error());
    }

    private void refuse(@Nullable CommandId commandId, ProtocolException error) {
        loop.meters().dropped(error.code().word());
        answer(new Answer.Failed(commandId, error, now()));
    }

    private void answer(Answer answer) {
        WireProtocol.Reply reply = protocol.answer(answer);
        if (reply instanceof WireProtocol.Reply.Send send) {
            connection.send(send.frame());
        } else if (reply instanceof WireProtocol.Reply.Close close) {
            connection.close(close.code(), close.reason());
        }
    }

    private long now() {
        return loop.clock().millis();
    }

    // The end

    /** An operator ends some sessions; returns whether this is one, and was open. */
    boolean disconnect(Disconnect whom) {
        if (!open || !whom.means(id(), user())) {
            return false;
        }
        revoke(CloseCode.DISCONNECTED, "disconnected");
        return true;
    }

    @Override
    public void writable() {
        carryOn();
    }

    @Override
    public void ended(String reason) {
        open = false;
        clearance.end();
        loop.subscribers().exit(this);
        subscriptions.end();
        if (opened) {
            loop.meters().disconnected(protocol.word(), reason);
        }
        carryOn();
    }

    @Override
    public void gone() {
        disconnected = true;
        leave();
    }

    /** It has left when TCP has ended and what it sent has been published. */
    private void leave() {
        if (disconnected && backlog.isEmpty() && !pending) {
            disconnected = false;
            loop.sessions().gone(this);
            releasePlace();
        }
    }

    private void releasePlace() {
        if (hasPlace) {
            hasPlace = false;
            release.run();
        }
    }
}
