package dev.fanfare.cluster;

import dev.fanfare.metrics.BridgeMeters;
import dev.fanfare.protocol.Append;
import dev.fanfare.protocol.ChannelName;
import dev.fanfare.protocol.ConsumerName;
import dev.fanfare.protocol.ErrorCode;
import dev.fanfare.protocol.HistoryPage;
import dev.fanfare.protocol.HistoryQuery;
import dev.fanfare.protocol.Message;
import dev.fanfare.protocol.Position;
import dev.fanfare.protocol.ProtocolException;
import dev.fanfare.protocol.Retention;
import dev.fanfare.store.ConsumerBound;
import dev.fanfare.store.History;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The histories of a cluster, in Redis: whatever is asked is one script, sent once and never again, so that what is appended one after the other stands in
 * that order. What is asked in one tick goes to each server in one write. What is appended comes back over Pub/Sub, to this instance too. Belongs to the
 * bridge's event loop.
 */
final class RedisHistory implements History {
    private static final Logger LOG = LoggerFactory.getLogger(RedisHistory.class);

    private final Links links;
    private final Names names;
    private final Supplier<String> epochs;
    private final Executor tick;
    private final BridgeMeters meters;
    private final Complaints complaints = new Complaints();
    private Map<Link, List<Pipeline.Outgoing>> gathered = new LinkedHashMap<>();

    /**
     * @param epochs draws one that was never there
     * @param tick runs a task at the end of the tick, on the bridge's event loop
     */
    RedisHistory(Links links, Names names, Supplier<String> epochs, Executor tick, BridgeMeters meters) {
        this.links = links;
        this.names = names;
        this.epochs = epochs;
        this.tick = tick;
        this.meters = meters;
    }

    /** Whether nothing waits to be sent. */
    boolean isIdle() {
        return gathered.isEmpty();
    }

    @Override
    public Future<Position> append(Append append) {
        ChannelName channel = append.channel();
        List<String> keys = new ArrayList<>(keys(channel));
        if (append.key() != null) {
            keys.add(names.of(channel, "key:" + append.key()));
        }
        return call(channel, HistoryScripts.APPEND, keys, (link, request) -> begin(request, append.retention())
                        .arg(append.retention().size())
                        .arg(append.retention().ttl().toMillis())
                        .arg(Envelope.line(append.message()))
                        .arg(append.message().publication().payload().toBytes())
                        .arg(link.publish().toString())
                        .arg(names.of(channel))
                        .arg(KEY_TTL))
                .onSuccess(reply -> meters.published())
                .onFailure(cause -> meters.dropped(Refusals.word(refusal(cause))))
                .map(reply -> position(reply.get(1)))
                .recover(RedisHistory::unavailable);
    }

    @Override
    public Future<HistoryPage> read(HistoryQuery query) {
        ChannelName channel = query.channel();
        return call(channel, HistoryScripts.READ, keys(channel), (link, request) -> {
                    begin(request, query.retention())
                            .arg(query.limit())
                            .arg(query.bytes())
                            .arg(query.reverse() ? "1" : "0");
                    add(request, query.after());
                    add(request, query.seen());
                    request.arg(query.begins() ? "1" : "0");
                })
                .map(reply -> page(channel, reply))
                .recover(RedisHistory::unavailable);
    }

    @Override
    public Future<Position> resume(ConsumerName consumer, Retention retention) {
        ChannelName channel = consumer.channel();
        return call(channel, HistoryScripts.RESUME, keys(channel), (link, request) -> begin(request, retention)
                        .arg(field(consumer))
                        .arg(ConsumerBound.CHANNEL.most())
                        .arg(ConsumerBound.USER.most()))
                .recover(RedisHistory::unavailable)
                .compose(RedisHistory::resumed);
    }

    private static Future<Position> resumed(Response reply) {
        for (ConsumerBound bound : ConsumerBound.values()) {
            if (reply.get(1).toString().equals(bound.word())) {
                return Future.failedFuture(bound.exceeded());
            }
        }
        return Future.succeededFuture(position(reply.get(1)));
    }

    @Override
    public void acknowledge(ConsumerName consumer, Position position) {
        ChannelName channel = consumer.channel();
        call(channel, HistoryScripts.ACKNOWLEDGE, List.of(names.of(channel, "meta")), (link, request) -> {
                    add(request, position);
                    request.arg(field(consumer))
                            .arg(ConsumerBound.CHANNEL.most())
                            .arg(ConsumerBound.USER.most());
                })
                .onFailure(cause -> LOG.atDebug().setCause(cause).log("not acknowledged"));
    }

    // The call

    /** What a script is called with, over this link. */
    private interface Arguments {
        void addTo(Link link, Request request);
    }

    /** Calls a script at the end of the tick; fails with an {@link UnconfirmedException}. */
    private Future<Response> call(ChannelName channel, Script script, List<String> keys, Arguments arguments) {
        Link link = links.of(names.of(channel));
        if (link == null) {
            return Future.failedFuture(new UnconfirmedException(Link.DOWN));
        }
        Promise<Response> answer = Promise.promise();
        Request request = link.scripts().request(script, keys);
        arguments.addTo(link, request);
        if (gathered.isEmpty()) {
            tick.execute(this::send);
        }
        gathered.computeIfAbsent(link, key -> new ArrayList<>())
                .add(new Pipeline.Outgoing(request, link.scripts().outcome(script, answer)));
        return answer.future().onFailure(cause -> complaints.refused(refusal(cause)));
    }

    private void send() {
        Map<Link, List<Pipeline.Outgoing>> sent = gathered;
        gathered = new LinkedHashMap<>();
        sent.forEach(Link::send);
    }

    private static @Nullable String refusal(Throwable cause) {
        return cause instanceof UnconfirmedException unconfirmed ? unconfirmed.refusal() : null;
    }

    private static <T> Future<T> unavailable(Throwable cause) {
        return Future.failedFuture(new ProtocolException(
                ErrorCode.UNAVAILABLE, "the history did not answer: what was to be published may have been, or not"));
    }

    // What travels

    private List<String> keys(ChannelName channel) {
        return List.of(names.of(channel, "meta"), names.of(channel, "stream"));
    }

    /** A field of {@code meta}. */
    private static String field(ConsumerName consumer) {
        String user = consumer.user();
        return "consumer " + consumer.name() + (user == null ? "" : ' ' + user);
    }

    private Request begin(Request request, Retention retention) {
        return request.arg(epochs.get()).arg(retention.ttl().toMillis() + POSITION_TTL);
    }

    private static void add(Request request, @Nullable Position position) {
        request.arg(position == null ? "" : position.epoch()).arg(position == null ? 0 : position.offset());
    }

    private static Position position(Response reply) {
        String[] parts = reply.toString().split(":", 2);
        return new Position(parts[0], Long.parseLong(parts[1]));
    }

    private HistoryPage page(ChannelName channel, Response reply) {
        Position top = position(reply.get(1));
        List<Message> messages = new ArrayList<>();
        for (int i = 2; i + 1 < reply.size(); i += 2) {
            Position place = new Position(top.epoch(), reply.get(i).toLong());
            try {
                Envelope envelope = Envelope.decode(reply.get(i + 1).toBytes());
                messages.add(envelope.message(channel, 0, System.nanoTime()).at(place));
            } catch (EnvelopeException e) {
                LOG.atDebug()
                        .addKeyValue("position", place)
                        .addKeyValue("reason", e.getMessage())
                        .log("dropped");
                meters.dropped(e.reason().word());
            }
        }
        return new HistoryPage(top, messages);
    }
}
