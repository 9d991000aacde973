package dev.fanfare.http;

import dev.fanfare.auth.ChannelAuthorizer.Action;
import dev.fanfare.bus.Receipt;
import dev.fanfare.bus.Submission;
import dev.fanfare.protocol.Answer;
import dev.fanfare.protocol.Command;
import dev.fanfare.protocol.CommandId;
import dev.fanfare.protocol.ErrorCode;
import dev.fanfare.protocol.MessageType;
import dev.fanfare.protocol.ProtocolException;
import dev.fanfare.protocol.Publication;
import io.vertx.core.Future;
import org.jspecify.annotations.Nullable;

/** One command of the JSON protocol from a client without a session. Belongs to its request's event loop. */
final class PostedCommand implements Command.Handler {
    private final SessionLoop loop;
    private final Clearance clearance;
    private Future<Answer> answer = Future.failedFuture("not dispatched");

    private PostedCommand(SessionLoop loop, Clearance clearance) {
        this.loop = loop;
        this.clearance = clearance;
    }

    /** Carries it out; the answer may be an error, which is no failure. */
    static Future<Answer> carryOut(Command command, SessionLoop loop, Clearance clearance) {
        PostedCommand posted = new PostedCommand(loop, clearance);
        command.dispatch(posted);
        return posted.answer.otherwise(
                cause -> posted.failed(command.id(), ProtocolException.of(cause, "that can't be told now")));
    }

    private Answer failed(@Nullable CommandId id, ProtocolException error) {
        loop.meters().dropped(error.code().word());
        return new Answer.Failed(id, error, now());
    }

    @Override
    public void publish(Command.Publish command) {
        answer = clearance
                .allows(Action.PUBLISH, command.channel())
                .compose(allowed -> handOver(command))
                .map(receipt -> new Answer.Published(
                        command.id(), command.channel(), receipt.timestamp(), receipt.local(), receipt.position()));
    }

    private Future<Receipt> handOver(Command.Publish command) {
        try {
            loop.checkKey(command.key(), command.channel());
        } catch (ProtocolException e) {
            return Future.failedFuture(e);
        }
        Publication publication =
                new Publication(command.channel(), MessageType.EVENT, command.payload(), System.nanoTime());
        return loop.publisher().publish(new Submission(publication, command.key()));
    }

    @Override
    public void history(Command.History command) {
        answer = inquiries().history(command);
    }

    @Override
    public void presence(Command.Presence command) {
        answer = inquiries().presence(command);
    }

    private Inquiries inquiries() {
        return new Inquiries(loop, clearance, loop.mostAtOnce());
    }

    @Override
    public void ping(Command.Ping command) {
        answer = Future.succeededFuture(new Answer.Pong(command.id(), now()));
    }

    @Override
    public void subscribe(Command.Subscribe command) {
        needsSession();
    }

    @Override
    public void unsubscribe(Command.Unsubscribe command) {
        needsSession();
    }

    @Override
    public void token(Command.Token command) {
        needsSession();
    }

    @Override
    public void acknowledge(Command.Acknowledge command) {
        needsSession();
    }

    private void needsSession() {
        answer = Future.failedFuture(
                new ProtocolException(ErrorCode.BAD_REQUEST, "this command is for sessions: nobody has one here"));
    }

    @Override
    public void refuse(Command.Refused command) {
        answer = Future.failedFuture(command.error());
    }

    private long now() {
        return loop.clock().millis();
    }
}
