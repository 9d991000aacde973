package dev.fanfare.http;

import dev.fanfare.bus.Credit;
import dev.fanfare.bus.Receipt;
import dev.fanfare.metrics.Meters;
import dev.fanfare.protocol.ErrorCode;
import dev.fanfare.protocol.ProtocolException;
import dev.fanfare.protocol.Publication;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import org.jspecify.annotations.Nullable;

/**
 * Publishes for those who have no session, within the credit that the loop has with the hub: what there is no credit for waits its turn, up to a bound. Belongs to
 * the loop.
 */
final class Publisher {
    /** What may wait, in bytes as {@link Credit} counts them. */
    private static final long MOST_WAITING = 4L << 20;

    private final HubClient hub;
    private final Meters meters;
    private long waiting;

    Publisher(HubClient hub, Meters meters) {
        this.hub = hub;
        this.meters = meters;
    }

    /**
     * Publishes, after what was given to it before; nobody is asked whether that is allowed. Fails with a {@link ProtocolException}.
     *
     * @param key by which the same publication is known when it is sent again, or null
     */
    Future<Receipt> publish(Publication publication, @Nullable String key) {
        int size = Credit.OVERHEAD + publication.payload().size();
        if (waiting > 0 && waiting + size > MOST_WAITING) {
            return Future.failedFuture(
                    new ProtocolException(ErrorCode.RATE_LIMITED, "more is published than can be delivered"));
        }
        Promise<Receipt> promise = Promise.promise();
        if (hub.hasCredit()) {
            handOver(publication, key, promise);
        } else {
            waiting += size;
            hub.whenCredit(() -> {
                waiting -= size;
                handOver(publication, key, promise);
            });
        }
        return promise.future();
    }

    private void handOver(Publication publication, @Nullable String key, Promise<Receipt> promise) {
        meters.published(publication.payload().size());
        hub.publish(publication, key, new HubClient.Published() {
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
