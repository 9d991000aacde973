package dev.fanfare.http;

import dev.fanfare.auth.ChannelAuthorizer.Action;
import dev.fanfare.bus.Receipt;
import dev.fanfare.bus.Submission;
import dev.fanfare.protocol.JsonProtocol;
import dev.fanfare.protocol.Position;
import dev.fanfare.protocol.ProtocolException;
import dev.fanfare.protocol.Publication;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Publishes what the holders of API keys send, where they may. Belongs to the event loop. */
final class KeyPublisher {
    private final SessionLoop loop;

    KeyPublisher(SessionLoop loop) {
        this.loop = loop;
    }

    /** Publishes one. */
    Future<Receipt> publish(ApiCall call, Submission submission) {
        return allows(call, submission).compose(allowed -> loop.publisher().publish(submission));
    }

    /** Publishes several in their order. */
    Batch batch(List<Submission> submissions, boolean stopsAtFailure) {
        return new Batch(loop.publisher(), submissions, stopsAtFailure);
    }

    /** Whether it may be published; fails with a {@link ProtocolException} where not. */
    Future<Void> allows(ApiCall call, Submission submission) {
        try {
            check(submission);
        } catch (ProtocolException e) {
            return Future.failedFuture(e);
        }
        return call.allows(Action.PUBLISH, submission.publication().channel());
    }

    /** Whether it can be published, whoever asks. */
    void check(Submission submission) throws ProtocolException {
        Publication publication = submission.publication();
        loop.publisher().check(publication);
        loop.checkKey(submission.key(), publication.channel());
    }

    /** What one is told who has published. */
    static JsonObject json(Receipt receipt) {
        JsonObject json = new JsonObject().put("timestamp", JsonProtocol.timestamp(receipt.timestamp()));
        if (receipt.local()) {
            json.put("local", true);
        }
        return at(json, receipt.position());
    }

    /** The same with a position, where there is one. */
    static JsonObject at(JsonObject json, @Nullable Position position) {
        return position == null ? json : json.put("epoch", position.epoch()).put("offset", position.offset());
    }
}
