package dev.fanfare.http;

import dev.fanfare.auth.Access;
import dev.fanfare.auth.ChannelAuthorizer.Action;
import dev.fanfare.auth.Identity;
import dev.fanfare.bus.Disconnect;
import dev.fanfare.config.Configuration.SessionLimits;
import dev.fanfare.metrics.Meters;
import dev.fanfare.protocol.Answer;
import dev.fanfare.protocol.ChannelName;
import dev.fanfare.protocol.CloseCode;
import dev.fanfare.protocol.Command;
import dev.fanfare.protocol.ErrorCode;
import dev.fanfare.protocol.MessageType;
import dev.fanfare.protocol.ProtocolException;
import dev.fanfare.protocol.Publication;
import dev.fanfare.protocol.RawProtocol;
import dev.fanfare.protocol.WireFormat;
import dev.fanfare.protocol.WireProtocol;
import io.netty.buffer.ByteBuf;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
            Meters meters,
            Compression compression,
            Tick tick,
            Clock clock) {}

    private final Loop loop;
    private final WireProtocol protocol;
    private final WireFormat format;
    private final Backlog backlog;
    private final Runnable whenGone;
    private final WebSocketConnection connection;
    private Set<ChannelName> channels = Set.of();
    /** The client was told that it is connected, and is counted. */
    private boolean opened;
    /** The connection can still be used. */
    private boolean open = true;
    /** TCP has ended. */
    private boolean disconnected;

    private boolean carryingOn;
    private boolean joining;
    private boolean awaitsCredit;
    private int unanswered;

    /**
     * @param compresses whether permessage-deflate was agreed upon
     * @param whenGone runs when TCP has ended and what the client sent has been published
     */
    Session(Loop loop, WireProtocol protocol, boolean compresses, Runnable whenGone) {
        this.loop = loop;
        this.protocol = protocol;
        this.backlog = new Backlog(loop, protocol, compresses, this::carryOn);
        this.format = compresses ? loop.compression().of(protocol.format()) : protocol.format();
        this.whenGone = whenGone;
        this.connection = new WebSocketConnection(this, loop.limits(), loop.tick());
        loop.sessions().connected(this);
    }

    WebSocketConnection connection() {
        return connection;
    }

    /**
     * Begins, by sending the handshake's response. A raw socket is subscribed before that, so that it gets all that is
     * published after its client knows that it is connected.
     */
    void begin(ByteBuf response) {
        if (protocol instanceof RawProtocol raw) {
            join(List.of(raw.channel()), () -> accept(response));
            if (!opened) {
                connection.read(false);
            }
        } else {
            accept(response);
        }
    }

    private void accept(ByteBuf response) {
        opened = true;
        loop.meters().connected(protocol.word());
        loop.subscribers().enter(this);
        connection.accept(response);
    }

    String id() {
        return "AAAAAAAAAAAAAAAAAAAAAA";
    }

    @Nullable
    String user() {
        return null;
    }

    void close(CloseCode code, String reason) {
        connection.close(code, reason);
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
        for (Command command = first(); command != null && mayStart(command); command = first()) {
            backlog.removeFirst();
            // What a client sent before it left, or was sent away, is published: it can't know that it was not.
            if (open || command instanceof Command.Publish) {
                command.dispatch(this);
            }
        }
        carryingOn = false;
        if (open) {
            connection.read(backlog.isEmpty());
        } else {
            leave();
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
        if (open && (joining || !connection.isWritable())) {
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
        if (loop.access()
                .authorize(Identity.ANONYMOUS, Action.PUBLISH, command.channel())
                .result()) {
            handOver(command);
        } else {
            refuse(new Command.Refused(
                    command.id(), new ProtocolException(ErrorCode.UNAUTHORISED, "this session may not publish there")));
        }
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
        Map<String, @Nullable ProtocolException> outcomes = new LinkedHashMap<>();
        Set<ChannelName> added = new LinkedHashSet<>();
        for (String name : command.names()) {
            try {
                ChannelName channel = checked(name, added.size());
                if (!channels.contains(channel)) {
                    added.add(channel);
                }
                outcomes.put(name, null);
            } catch (ProtocolException e) {
                outcomes.put(name, e);
            }
        }
        join(List.copyOf(added), () -> answer(command, outcomes));
    }

    private ChannelName checked(String name, int added) throws ProtocolException {
        ChannelName channel = ChannelName.parse(name);
        int most = loop.limits().maxSubscriptions();
        if (!channels.contains(channel) && channels.size() + added >= most) {
            throw new ProtocolException(
                    ErrorCode.LIMIT_EXCEEDED, "'" + channel + "' would be more than " + most + " subscriptions");
        }
        return channel;
    }

    /** Takes part in all of these channels at the same moment, and then runs {@code done}. */
    private void join(List<ChannelName> added, Runnable done) {
        joining = true;
        loop.subscribers().prepare(added, () -> {
            joining = false;
            if (!open) {
                added.forEach(loop.subscribers()::abandon);
                return;
            }
            if (channels.isEmpty() && !added.isEmpty()) {
                channels = new LinkedHashSet<>(4);
            }
            for (ChannelName channel : added) {
                channels.add(channel);
                loop.subscribers().add(channel, this);
            }
            done.run();
            carryOn();
        });
    }

    private void answer(Command.Subscribe command, Map<String, @Nullable ProtocolException> outcomes) {
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
        if (channels.contains(command.channel())) {
            channels.remove(command.channel());
            loop.subscribers().remove(command.channel(), this);
        }
        answer(new Answer.Unsubscribed(command.id(), command.channel(), now()));
    }

    @Override
    public void ping(Command.Ping command) {
        answer(new Answer.Pong(command.id(), now()));
    }

    @Override
    public void refuse(Command.Refused command) {
        loop.meters().dropped(command.error().code().word());
        answer(new Answer.Failed(command.id(), command.error(), now()));
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
        close(CloseCode.DISCONNECTED, "disconnected");
        return true;
    }

    @Override
    public void writable() {
        carryOn();
    }

    @Override
    public void ended(String reason) {
        open = false;
        loop.subscribers().exit(this);
        channels.forEach(channel -> loop.subscribers().remove(channel, this));
        channels = Set.of();
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
        if (disconnected && backlog.isEmpty()) {
            disconnected = false;
            loop.sessions().gone(this);
            whenGone.run();
        }
    }
}
