package dev.fanfare.http;

import dev.fanfare.bus.Intake;
import dev.fanfare.bus.Receipt;
import dev.fanfare.bus.Submission;
import dev.fanfare.metrics.Meters;
import dev.fanfare.protocol.ErrorCode;
import dev.fanfare.protocol.ProtocolException;
import dev.fanfare.protocol.Publication;
import io.vertx.core.Future;
import io.vertx.core.Promise;

/**
 * Publishes for those who have no session, within the credit that the loop has with the hub: what there is no credit for waits its turn. Belongs to
 * the loop.
 */
final class Publisher {
    private final HubClient hub;
    private final Intake intake;
    private final Meters meters;
    private boolean closed;

    Publisher(HubClient hub, Intake intake, Meters meters) {
        this.hub = hub;
        this.intake = intake;
        this.meters = meters;
    }

    /**
     * Looks whether a message may be as large as this one.
     *
     * @throws ProtocolException where it may not
     */
    void check(Publication publication) throws ProtocolException {
        intake.check(publication);
    }

    /** Publishes, after what was given to it before; nobody is asked whether that is allowed. Fails with a {@link ProtocolException}. */
    Future<Receipt> publish(Submission submission) {
        return intake.admit(submission.publication(), () -> carry(submission));
    }

    /** The same with what was let in elsewhere. */
    Future<Receipt> carry(Submission submission) {
        if (closed) {
            return Future.failedFuture(new ProtocolException(ErrorCode.UNAVAILABLE, "this instance stops"));
        }
        Promise<Receipt> promise = Promise.promise();
        if (hub.hasCredit()) {
            handOver(submission, promise);
        } else {
            hub.whenCredit(() -> handOver(submission, promise));
        }
        return promise.future();
    }

    /** Takes nothing any more, and completes when all that was taken has its answer. */
    Future<Void> close() {
        closed = true;
        return hub.settled();
    }

    private void handOver(Submission submission, Promise<Receipt> promise) {
        Publication publication = submission.publication();
        meters.published(publication.payload().size());
        hub.publish(publication, submission.key(), new HubClient.Published() {
            @Override
            public void at(Receipt receipt) {
                promise.complete(receipt);
            }

            @Override
            public void failed(ProtocolException error) {
                promise.fail(error);
            }
        });
    }
}
