package dev.fanfare.http;

import dev.fanfare.auth.Credentials;
import dev.fanfare.auth.DeniedException;
import dev.fanfare.bus.Disconnect;
import dev.fanfare.bus.SessionInfo;
import dev.fanfare.bus.Unsubscribe;
import dev.fanfare.protocol.Answer;
import dev.fanfare.protocol.ChannelName;
import dev.fanfare.protocol.CloseCode;
import dev.fanfare.protocol.EventStreamFormat;
import dev.fanfare.protocol.Message;
import dev.fanfare.protocol.Position;
import dev.fanfare.protocol.ProtocolException;
import dev.fanfare.protocol.WireFormat;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * One client that reads channels as Server-Sent Events: it asked for them once, and nothing but its end changes that. Belongs to its connection's event loop.
 *
 * <p>It begins with {@code open}, and behind it what was missed; where the server ends it, it ends with {@code close}. Its id is the {@link Bookmark}.
 */
final class EventStream implements Client, Subscriber, EventStreamConnection.Listener {
    /** The word in metrics. */
    private static final String PROTOCOL = "sse";

    private final SessionLoop loop;
    private final Attendance attendance;
    private final Clearance clearance;
    private final Subscriptions subscriptions;
    private final EventStreamConnection connection;
    private final WireFormat format;
    private final Bookmark bookmark;
    /** The connection can still be used. */
    private boolean open = true;
    /** What the client may do is to be looked at again as soon as it is let in. */
    private boolean outdated;

    /**
     * @param address where the client is
     * @param release runs when it takes no place any more
     */
    EventStream(SessionLoop loop, EventStreamRequest.Accepted request, ClientAddress address, Runnable release) {
        boolean single = request.wishes().size() == 1;
        this.loop = loop;
        this.clearance = new Clearance(loop.access(), loop.eventLoop(), loop.clock(), this::expired);
        this.subscriptions = new Subscriptions(
                loop.subscribers(),
                loop.hub(),
                this,
                new Passport(request.session(), clearance),
                clearance,
                new Quota(loop.limits(), loop.meters()));
        this.format = single ? EventStreamFormat.WITH_POSITIONS : EventStreamFormat.WITHOUT_POSITIONS;
        this.bookmark = new Bookmark(loop.tick(), loop.eventLoop(), loop.subscribers(), this, single, this::write);
        this.connection = new EventStreamConnection(this, loop.limits(), loop.tick());
        this.attendance = new Attendance(loop, this, request.session(), PROTOCOL, address, release);
    }

    EventStreamConnection connection() {
        return connection;
    }

    @Override
    public SessionInfo info() {
        return attendance.info(clearance.identity(), subscriptions.size());
    }

    // The beginning

    /** Begins, once the connection has its channel, with what was asked for. */
    void begin(EventStreamRequest.Accepted request, Credentials credentials) {
        clearance.show(credentials).onComplete(shown -> {
            if (shown.succeeded()) {
                subscriptions
                        .add(request.wishes(), loop.mostAtOnce())
                        .onComplete(outcomes -> begin(request, outcomes.result()));
            } else {
                refuse(
                        request,
                        Refusal.unauthenticated(
                                DeniedException.of(shown.cause()).reason().word()));
            }
        });
    }

    private void begin(EventStreamRequest.Accepted request, Map<String, Subscribed> outcomes) {
        if (!open) {
            return; // it has left while it was being looked at
        }
        outcomes.values().forEach(outcome -> outcome.count(loop.meters()));
        if (outcomes.values().stream().allMatch(outcome -> outcome.error() != null)) {
            ProtocolException first =
                    Objects.requireNonNull(outcomes.values().iterator().next().error());
            refuse(request, Refusal.of(first));
            return;
        }
        attendance.opened();
        loop.subscribers().enter(this);
        connection.accept(request.head());
        tell(outcomes);
        if (outdated) {
            reconsider();
        }
    }

    private void tell(Map<String, Subscribed> outcomes) {
        List<Answer.Outcome> told = outcomes.entrySet().stream()
                .map(outcome -> new Answer.Outcome(
                        outcome.getKey(),
                        start(outcome.getValue()),
                        outcome.getValue().error()))
                .toList();
        boolean resumable = bookmark.follow(outcomes.entrySet().stream()
                .filter(outcome -> outcome.getValue().position() != null)
                .map(outcome -> new ChannelName(outcome.getKey()))
                .toList());
        write(new Answer.Opened(attendance.id(), told, resumable, now()));
        outcomes.values().forEach(outcome -> {
            give(outcome.missed());
            give(outcome.latest() == null ? List.of() : List.of(outcome.latest()));
        });
        bookmark.write();
    }

    private static Answer.Start start(Subscribed outcome) {
        Boolean recovered = outcome.recovered();
        return new Answer.Start(outcome.position(), recovered == null ? null : new Answer.Recovery(recovered, null));
    }

    /** What it begins with, which others who come back in the same moment share. */
    private void give(List<Message> messages) {
        if (!messages.isEmpty()) {
            ByteBuf batch = loop.shared().batch(format, messages);
            if (connection.deliver(batch)) {
                loop.meters().delivered(messages.size(), batch.readableBytes());
            }
        }
    }

    private void refuse(EventStreamRequest.Accepted request, Refusal refusal) {
        if (open) {
            loop.refusals().handshake(refusal, attendance.address());
            attendance.releasePlace();
            connection.refuse(refusal.with(request.crossOrigin()).response());
        }
    }

    // Deliveries

    @Override
    public WireFormat format() {
        return format;
    }

    @Override
    public boolean deliver(ByteBuf batch) {
        if (format == EventStreamFormat.WITHOUT_POSITIONS) {
            bookmark.count(batch.readableBytes()); // first of all, so that the socket is flushed once for both
        }
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
        connection.whenWritable(action);
    }

    @Override
    public void cutOff() {
        misbehaves(CloseCode.SLOW_CONSUMER, "too slow for the history of what it is sent");
    }

    @Override
    public void lost(ChannelName channel, Position position) {
        subscriptions.lost(channel, position);
        write(new Answer.PositionLost(channel, now(), position));
        bookmark.writeLater();
    }

    private void write(Answer answer) {
        connection.send(EventStreamFormat.event(answer));
    }

    private void write(String id) {
        connection.send(EventStreamFormat.id(id));
    }

    // What it may do

    private void expired() {
        close(CloseCode.TOKEN_EXPIRED, "token expired");
    }

    @Override
    public void reconsider() {
        outdated = !attendance.isOpened();
        if (!open || outdated) {
            return;
        }
        clearance.renew().ifPresentOrElse(code -> close(code, "the credential holds no more"), () -> subscriptions
                .recheck()
                .onSuccess(this::withdraw));
    }

    private void withdraw(List<ChannelName> left) {
        left.forEach(channel -> {
            write(new Answer.Withdrawn(channel, now()));
            bookmark.leave(channel);
        });
        if (subscriptions.size() == 0) {
            close(CloseCode.NOT_AUTHORISED, "no channel is left");
        }
    }

    // The end

    @Override
    public boolean disconnect(Disconnect whom) {
        if (!open || !whom.means(attendance.id(), clearance.identity().user())) {
            return false;
        }
        close(CloseCode.DISCONNECTED, "disconnected");
        return true;
    }

    @Override
    public boolean isOpen() {
        return attendance.isOpened() && open;
    }

    @Override
    public boolean unsubscribe(Unsubscribe what) {
        boolean left = open
                && what.whom().means(attendance.id(), clearance.identity().user())
                && subscriptions.leave(what.channel());
        if (left) {
            withdraw(List.of(what.channel()));
        }
        return left;
    }

    @Override
    public void sendAway(long retryAfter) {
        String reason = "retry after " + retryAfter + " ms";
        close(CloseCode.SHUTTING_DOWN, reason, EventStreamFormat.retry(Duration.ofMillis(retryAfter)));
    }

    /** Without an id: perhaps it did not get what was just to be written to it. */
    @Override
    public void misbehaves(CloseCode code, String reason) {
        end(code, reason, Unpooled.EMPTY_BUFFER);
    }

    private void close(CloseCode code, String reason) {
        close(code, reason, Unpooled.EMPTY_BUFFER);
    }

    /** With the last id, so that nothing comes twice to who comes back. */
    private void close(CloseCode code, String reason, ByteBuf retry) {
        bookmark.write();
        end(code, reason, retry);
    }

    private void end(CloseCode code, String reason, ByteBuf retry) {
        ByteBuf event = EventStreamFormat.event(new Answer.Closed(code, reason, now()));
        connection.close(code.word(), Unpooled.wrappedBuffer(retry, event));
    }

    @Override
    public void abort() {
        connection.abort();
    }

    @Override
    public void ended(String reason) {
        open = false;
        clearance.end();
        bookmark.end();
        loop.subscribers().exit(this);
        subscriptions.end();
        attendance.ended(reason);
    }

    @Override
    public void gone() {
        attendance.gone();
    }

    private long now() {
        return loop.clock().millis();
    }
}
