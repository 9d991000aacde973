package dev.fanfare.cluster;

import dev.fanfare.bus.ClusterFigures;
import dev.fanfare.config.Cluster;
import dev.fanfare.protocol.ChannelName;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How large the cluster is: its instances and sessions by the {@link Census}, its channels by what Redis is subscribed to, and the
 * subscribers of one channel by asking every instance, over the channel that it alone is subscribed to.
 */
final class ClusterSize {
    /** Every instance has this long to answer, in milliseconds. */
    private static final long POLL_TIMEOUT = 1_000;

    private static final Pattern QUESTION =
            Pattern.compile("count ([0-9a-f]{32}) (\\d{1,18}) ([A-Za-z0-9_.:-]{1,256})");
    private static final Pattern ANSWER = Pattern.compile("counted (\\d{1,18}) ([0-9a-f]{32}) (\\d{1,18})");
    private static final Logger LOG = LoggerFactory.getLogger(ClusterSize.class);

    private final Links links;
    private final Names names;
    private final String id;
    private final boolean sharded;
    private final Census census;
    private final Function<ChannelName, Future<Long>> subscribers;
    private final Map<Long, Poll> polls = new HashMap<>();
    private long tickets;

    /**
     * @param id of this instance
     * @param subscribers counts the subscribers of a channel on this instance
     */
    ClusterSize(
            Links links,
            Names names,
            String id,
            Cluster.Mode mode,
            Census census,
            Function<ChannelName, Future<Long>> subscribers) {
        this.links = links;
        this.names = names;
        this.id = id;
        this.sharded = mode == Cluster.Mode.CLUSTER;
        this.census = census;
        this.subscribers = subscribers;
    }

    Future<ClusterFigures> figures(ClusterFigures.Question question) {
        Map<String, Long> sessions = census.sessions();
        Future<OptionalLong> subscribed = question.channel()
                .map(channel -> poll(channel).map(OptionalLong::of).otherwise(OptionalLong.empty()))
                .orElseGet(() -> Future.succeededFuture(OptionalLong.empty()));
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
                .timeout(POLL_TIMEOUT, TimeUnit.MILLISECONDS)
                .recover(cause -> Future.failedFuture("Redis does not answer"))
                .map(all -> replies.stream()
                        .mapToLong(reply -> reply.result().size())
                        .sum());
    }

    private Future<Long> poll(ChannelName channel) {
        Poll poll = new Poll(census.sessions().keySet());
        long ticket = ++tickets;
        polls.put(ticket, poll);
        census.sessions().keySet().forEach(other -> tell(other, "count " + id + ' ' + ticket + ' ' + channel));
        return poll.sum().timeout(POLL_TIMEOUT, TimeUnit.MILLISECONDS).onComplete(over -> polls.remove(ticket));
    }

    private void tell(String instance, String message) {
        String channel = names.instance(instance);
        links.send(channel, Request.cmd(Command.PUBLISH, channel, message))
                .onFailure(cause -> LOG.atDebug().setCause(cause).log("an instance was not told"));
    }

    /** Another instance asks or answers; returns whether the message is either. */
    boolean told(String message) {
        var question = QUESTION.matcher(message);
        if (question.matches()) {
            String asking = question.group(1);
            String ticket = question.group(2);
            subscribers
                    .apply(new ChannelName(question.group(3)))
                    .onSuccess(count -> tell(asking, "counted " + ticket + ' ' + id + ' ' + count));
            return true;
        }
        var answer = ANSWER.matcher(message);
        if (answer.matches()) {
            Poll poll = polls.get(Long.valueOf(answer.group(1)));
            if (poll != null) {
                poll.answer(answer.group(2), Long.parseLong(answer.group(3)));
            }
            return true;
        }
        return false;
    }
}
