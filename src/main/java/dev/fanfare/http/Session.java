package dev.fanfare.http;

import dev.fanfare.auth.ChannelAuthorizer.Action;
import dev.fanfare.auth.Credentials;
import dev.fanfare.auth.DeniedException;
import dev.fanfare.auth.Identity;
import dev.fanfare.bus.Disconnect;
import dev.fanfare.bus.Receipt;
import dev.fanfare.bus.SessionInfo;
import dev.fanfare.bus.Unsubscribe;
import dev.fanfare.protocol.Answer;
import dev.fanfare.protocol.Append;
import dev.fanfare.protocol.ChannelName;
import dev.fanfare.protocol.CloseCode;
import dev.fanfare.protocol.Command;
import dev.fanfare.protocol.Command.Wish;
import dev.fanfare.protocol.CommandId;
import dev.fanfare.protocol.ErrorCode;
import dev.fanfare.protocol.Member;
import dev.fanfare.protocol.MessageType;
import dev.fanfare.protocol.Payload;
import dev.fanfare.protocol.Position;
import dev.fanfare.protocol.ProtocolException;
import dev.fanfare.protocol.Publication;
import dev.fanfare.protocol.RawProtocol;
import dev.fanfare.protocol.WireFormat;
import dev.fanfare.protocol.WireProtocol;
import io.netty.buffer.ByteBuf;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.json.Json;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
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
final class Session implements Client, Subscriber, Command.Handler, WebSocketConnection.Listener {
    private static final Queue<Runnable> NOTHING = new ArrayDeque<>(0);

    private final SessionLoop loop;
    private final String id;
    private final ClientAddress address;
    private final Clearance clearance;
    private final WireProtocol protocol;
    private final WireFormat format;
    private final Quota quota;
    private final Subscriptions subscriptions;
    private final Inquiries inquiries;
    private final Backlog backlog;
    private final Runnable release;
    private boolean hasPlace = true;
    private long connectedAt;
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
    /** What is to be done when more can be written. */
    private Queue<Runnable> whenWritable = NOTHING;

    private int unanswered;

    /**
     * @param id unique, and what the client was told with the handshake
     * @param address where the client is
     * @param compresses whether permessage-deflate was agreed upon
     * @param release runs when it takes no place any more: TCP has ended and what the client sent has been published, or it was refused
     */
    Session(
            SessionLoop loop,
            String id,
            ClientAddress address,
            WireProtocol protocol,
            boolean compresses,
            Runnable release) {
        this.loop = loop;
        this.id = id;
        this.address = address;
        this.clearance = new Clearance(loop.access(), loop.eventLoop(), loop.clock(), this::expired);
        this.protocol = protocol;
        this.quota = new Quota(loop.limits(), loop.meters());
        this.subscriptions = new Subscriptions(loop.subscribers(), loop.hub(), this, this::member, clearance, quota);
        this.inquiries = new Inquiries(loop, clearance, loop.mostAtOnce());
        this.backlog = new Backlog(loop, protocol, quota, compresses, this::carryOn);
        this.format = compresses ? loop.compression().of(protocol.format()) : protocol.format();
        this.release = release;
        this.connection = new WebSocketConnection(this, loop.limits(), loop.tick());
        loop.sessions().connected(this);
    }

    WebSocketConnection connection() {
        return connection;
    }

    @Override
    public SessionInfo info() {
        return new SessionInfo(
                id,
                clearance.identity().user(),
                protocol.word(),
                address.toString(),
                connectedAt,
                subscriptions.size());
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
                        join(raw.channel(), response);
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

    private void join(ChannelName channel, ByteBuf response) {
        Wish wish = new Wish(channel.value());
        whenDecided(subscriptions.join(Map.of(channel, wish), loop.mostAtOnce()), joined -> {
            Subscribed subscribed = Objects.requireNonNull(joined.result().get(channel));
            if (subscribed.error() != null) {
                refuse(Refusal.unavailable());
            } else {
                accept(response);
                greet(subscribed);
            }
        });
    }

    /** What it begins with, where it begins with something. */
    private void greet(Subscribed subscribed) {
        if (subscribed.latest() != null) {
            loop.subscribers().deliver(this, List.of(subscribed.latest()));
        }
    }

    private Member member(Wish wish) throws ProtocolException {
        Object claim = clearance.identity().claims().get("info");
        Payload info = claim == null
                ? wish.info()
                : Payload.of(Payload.Kind.JSON, Json.encodeToBuffer(claim).getBytes());
        if (info != null && info.size() > Member.MOST_INFO) {
            throw new ProtocolException(
                    ErrorCode.TOO_LARGE, "the claim 'info' of the token has more than " + Member.MOST_INFO + " bytes");
        }
        return new Member(id, clearance.identity().user(), info);
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
        connectedAt = now();
        loop.sessions().opened(info());
        loop.subscribers().enter(this);
        connection.accept(response);
    }

    @Override
    public void close(CloseCode code, String reason) {
        connection.close(code, reason);
    }

    @Override
    public void abort() {
        connection.abort();
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

    /** Who would not be let in any more is sent away at once, and what the others may do is looked at again before their next command. */
    @Override
    public void reconsider() {
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

    @Override
    public boolean isSlow() {
        return connection.isSlow();
    }

    @Override
    public boolean isCongested() {
        return connection.isCongested();
    }

    @Override
    public void whenWritable(Runnable action) {
        if (whenWritable.isEmpty()) {
            whenWritable = new ArrayDeque<>(1);
        }
        whenWritable.add(action);
        if (!isCongested() && !isSlow()) {
            loop.tick().afterwards(this::takeMore);
        }
    }

    private void takeMore() {
        if (isCongested() || isSlow()) {
            return; // it is told when it is not
        }
        Queue<Runnable> actions = whenWritable;
        whenWritable = NOTHING;
        actions.forEach(Runnable::run);
    }

    @Override
    public void cutOff() {
        close(CloseCode.SLOW_CONSUMER, "too slow for the history of what it is sent");
    }

    @Override
    public void lost(ChannelName channel, Position position) {
        subscriptions.lost(channel, position);
        answer(new Answer.PositionLost(channel, now(), position));
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
        ChannelName channel = command.channel();
        if (command.key() != null
                && (channel == null
                        || !loop.access()
                                .policy()
                                .channels()
                                .of(channel.value())
                                .isStored())) {
            backlog.putBack(new Command.Refused(
                    command.id(), new ProtocolException(ErrorCode.BAD_REQUEST, Append.NEEDS_HISTORY)));
            return;
        }
        loop.meters().published(command.payload().size());
        unanswered++;
        Publication publication =
                new Publication(command.channel(), MessageType.EVENT, command.payload(), System.nanoTime());
        loop.hub().publish(publication, command.key(), new HubClient.Published() {
            @Override
            public void at(Receipt receipt) {
                unanswered--;
                answer(new Answer.Published(
                        command.id(), command.channel(), receipt.timestamp(), receipt.local(), receipt.position()));
                carryOn();
            }

            @Override
            public void failed(ProtocolException error) {
                unanswered--;
                refuse(command.id(), error);
                carryOn();
            }
        });
    }

    @Override
    public void subscribe(Command.Subscribe command) {
        whenDecided(
                subscriptions.add(command.wishes(), loop.mostAtOnce()), outcomes -> answer(command, outcomes.result()));
    }

    private void answer(Command.Subscribe command, Map<String, Subscribed> outcomes) {
        outcomes.values().stream()
                .flatMap(outcome -> Stream.ofNullable(outcome.error()))
                .forEach(error -> loop.meters().dropped(error.code().word()));
        outcomes.values().stream()
                .flatMap(outcome -> Stream.ofNullable(outcome.recovered()))
                .forEach(whole -> loop.meters().recovered(whole));
        if (command.id() == null) {
            outcomes.forEach(this::begin);
        } else if (command.list()) {
            List<Answer.Outcome> list = outcomes.entrySet().stream()
                    .map(entry -> new Answer.Outcome(
                            entry.getKey(),
                            start(entry.getValue()),
                            entry.getValue().error()))
                    .toList();
            answer(new Answer.SubscribedToList(command.id(), list, now()));
            outcomes.values().forEach(this::greet);
        } else {
            outcomes.forEach((name, outcome) -> {
                answer(
                        outcome.error() == null
                                ? new Answer.Subscribed(command.id(), new ChannelName(name), now(), start(outcome))
                                : new Answer.Failed(command.id(), outcome.error(), now()));
                greet(outcome);
            });
        }
    }

    /** Nobody waits for an answer: what was missed comes as what it is, and what can't be had is told. */
    private void begin(String name, Subscribed outcome) {
        if (outcome.error() != null) {
            answer(new Answer.Failed(null, outcome.error(), now()));
            return;
        }
        loop.subscribers().deliver(this, outcome.missed());
        if (Boolean.FALSE.equals(outcome.recovered()) && outcome.position() != null) {
            answer(new Answer.PositionLost(new ChannelName(name), now(), outcome.position()));
        }
        greet(outcome);
    }

    private Answer.Start start(Subscribed outcome) {
        Answer.Recovery recovery = outcome.recovered() == null
                ? null
                : new Answer.Recovery(outcome.recovered(), loop.shared().of(outcome.missed()));
        return new Answer.Start(outcome.position(), recovery);
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

    @Override
    public void history(Command.History command) {
        answer(command.id(), inquiries.history(command));
    }

    @Override
    public void presence(Command.Presence command) {
        answer(command.id(), inquiries.presence(command));
    }

    private void answer(@Nullable CommandId commandId, Future<Answer> asked) {
        whenDecided(asked, answered -> {
            if (answered.succeeded()) {
                answer(answered.result());
            } else {
                refuse(commandId, ProtocolException.of(answered.cause(), "that can't be told now"));
            }
        });
    }

    @Override
    public void acknowledge(Command.Acknowledge command) {
        try {
            subscriptions.acknowledge(command.channel(), command.offset());
        } catch (ProtocolException e) {
            refuse(command.id(), e);
        }
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

    @Override
    public boolean disconnect(Disconnect whom) {
        if (!open || !whom.means(id, clearance.identity().user())) {
            return false;
        }
        revoke(CloseCode.DISCONNECTED, "disconnected");
        return true;
    }

    @Override
    public boolean isOpen() {
        return opened && open;
    }

    @Override
    public boolean unsubscribe(Unsubscribe what) {
        boolean left =
                open && what.whom().means(id, clearance.identity().user()) && subscriptions.leave(what.channel());
        if (left) {
            answer(new Answer.Withdrawn(what.channel(), now()));
        }
        return left;
    }

    @Override
    public void writable() {
        takeMore();
        carryOn();
    }

    @Override
    public void ended(String reason) {
        open = false;
        clearance.end();
        loop.subscribers().exit(this);
        subscriptions.end();
        if (opened) {
            loop.sessions().ended(info(), reason);
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
