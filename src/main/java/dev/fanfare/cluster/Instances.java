package dev.fanfare.cluster;

import dev.fanfare.bus.Loops;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks the other instances, each over the channel that it alone is subscribed to, and answers what they ask. */
final class Instances {
    /** They have this long to answer, in milliseconds. */
    static final long TIMEOUT = 1_000;

    /** An answer is 128 KiB at most. */
    private static final int MOST_REMEMBERED = 16;

    private static final Logger LOG = LoggerFactory.getLogger(Instances.class);

    private final Vertx vertx;
    private final Links links;
    private final Names names;
    private final String id;
    private final Census census;
    private final Loops loops;
    private final Map<Long, Poll<?>> polls = new HashMap<>();
    /** What was asked last, and answered. */
    private final Map<String, Future<String>> answered = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Future<String>> eldest) {
            return size() > MOST_REMEMBERED;
        }
    };

    private long tickets;

    /**
     * @param id of this instance
     * @param loops of this instance
     */
    Instances(Vertx vertx, Links links, Names names, String id, Census census, Loops loops) {
        this.vertx = vertx;
        this.links = links;
        this.names = names;
        this.id = id;
        this.census = census;
        this.loops = loops;
    }

    /** Asks all others that have a lease at this moment. It is incomplete where one does not answer, or Redis does not say who they are. */
    <A> Future<Poll.Outcome<A>> ask(Question<A> question) {
        Poll<A> poll = new Poll<>(question.wording());
        long ticket = ++tickets;
        polls.put(ticket, poll);
        long deadline = vertx.setTimer(TIMEOUT, late -> poll.end());
        census.renew().onComplete(renewed -> {
            TreeSet<String> others = new TreeSet<>(census.sessions().keySet());
            others.remove(id);
            poll.begin(others, renewed.succeeded());
            others.forEach(other -> tell(other, new InstanceMessage.Asked(id, ticket, question)));
        });
        return poll.outcome().onComplete(over -> {
            vertx.cancelTimer(deadline);
            polls.remove(ticket);
        });
    }

    private void tell(String instance, InstanceMessage message) {
        String channel = names.instance(instance);
        links.send(channel, Request.cmd(Command.PUBLISH, channel, message.toString()))
                .onFailure(cause -> LOG.atDebug().setCause(cause).log("an instance was not told"));
    }

    /** Another instance asks or answers; returns whether the text is either. */
    boolean told(String text) {
        InstanceMessage message = InstanceMessage.parse(text);
        if (message instanceof InstanceMessage.Asked asked) {
            answer(asked, asked.question());
            return true;
        }
        if (message instanceof InstanceMessage.Answered answered) {
            Poll<?> poll = polls.get(answered.ticket());
            return poll == null || poll.answer(answered.instance(), answered.text());
        }
        return false;
    }

    /** In a Redis Cluster each node brings the question: it is carried out once, and answered as often as it came. */
    private <A> void answer(InstanceMessage.Asked asked, Question<A> question) {
        answered.computeIfAbsent(asked.instance() + ' ' + asked.ticket(), first -> question.answer(loops)
                        .map(answer -> question.wording().write(answer)))
                .onSuccess(text -> tell(asked.instance(), new InstanceMessage.Answered(asked.ticket(), id, text)))
                .onFailure(cause -> LOG.atDebug().setCause(cause).log("an instance was not answered"));
    }
}
