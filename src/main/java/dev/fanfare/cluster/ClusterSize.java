package dev.fanfare.cluster;

import dev.fanfare.bus.ClusterFigures;
import dev.fanfare.bus.Loops;
import dev.fanfare.config.Cluster;
import dev.fanfare.protocol.ChannelName;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/**
 * How large the cluster is: its instances and sessions by the {@link Census}, its channels by what Redis is subscribed to, and the
 * subscribers of one channel by asking every instance.
 */
final class ClusterSize {
    private final Links links;
    private final Names names;
    private final boolean sharded;
    private final Census census;
    private final Loops loops;
    private final Instances instances;

    /**
     * @param loops of this instance
     * @param instances the others
     */
    ClusterSize(Links links, Names names, Cluster.Mode mode, Census census, Loops loops, Instances instances) {
        this.links = links;
        this.names = names;
        this.sharded = mode == Cluster.Mode.CLUSTER;
        this.census = census;
        this.loops = loops;
        this.instances = instances;
    }

    Future<ClusterFigures> figures(ClusterFigures.Question question) {
        Map<String, Long> sessions = census.sessions();
        Future<OptionalLong> subscribed =
                question.channel().map(this::subscribers).orElseGet(() -> Future.succeededFuture(OptionalLong.empty()));
        return channels()
                .compose(channels -> subscribed.map(count -> new ClusterFigures(
                        sessions.size(),
                        sessions.values().stream().mapToLong(Long::longValue).sum(),
                        channels,
                        count)));
    }

    /** A channel is on one server, whoever subscribes to it. */
    private Future<Long> channels() {
        String list = sharded ? "SHARDCHANNELS" : "CHANNELS";
        Request request = Request.cmd(Command.PUBSUB, list, names.everyChannel());
        List<Future<Response>> replies =
                links.all().stream().map(link -> link.send(request)).toList();
        return Future.all(replies)
                .timeout(Instances.TIMEOUT, TimeUnit.MILLISECONDS)
                .recover(cause -> Future.failedFuture("Redis does not answer"))
                .map(all -> replies.stream()
                        .mapToLong(reply -> reply.result().size())
                        .sum());
    }

    private Future<OptionalLong> subscribers(ChannelName channel) {
        Future<Long> here = loops.subscribers(channel);
        Future<Poll.Outcome<Long>> elsewhere = instances.ask(new Question.Count(channel));
        return Future.all(here, elsewhere)
                .map(all -> elsewhere.result().complete()
                        ? OptionalLong.of(here.result() + Poll.sum(elsewhere.result()))
                        : OptionalLong.empty())
                .otherwise(OptionalLong.empty());
    }
}
