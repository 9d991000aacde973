package dev.fanfare.cluster;

import io.vertx.redis.client.Request;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;

/** Redis at the other end of {@link Subscriptions}: it carries commands out in their order, and answers when it is told to. */
final class PubSubServer implements Subscriptions.Listener {
    final Subscriptions subscriptions = new Subscriptions(this);
    final List<String> commands = new ArrayList<>();
    final List<String> heard = new ArrayList<>();
    final Set<String> subscribed = new HashSet<>();
    final Set<String> refused = new HashSet<>();
    String refusal = "NOPERM";
    private final Queue<Runnable> answers = new ArrayDeque<>();

    void send() {
        subscriptions.send(this::take);
    }

    private void take(Request request) {
        // *2 $9 subscribe $1 a, each on a line
        List<String> words = Arrays.stream(request.toString().split("\r\n", -1))
                .filter(line -> !line.isEmpty() && !line.startsWith("*") && !line.startsWith("$"))
                .toList();
        commands.add(String.join(" ", words));
        boolean subscribes = !words.get(0).contains("unsubscribe");
        List<String> channels = words.subList(1, words.size());
        if (subscribes && channels.stream().anyMatch(refused::contains)) {
            answers.add(() -> subscriptions.refused(refusal, this::take));
            return;
        }
        for (String channel : channels) {
            if (subscribes) {
                subscribed.add(channel);
            } else {
                subscribed.remove(channel);
            }
            answers.add(() -> subscriptions.answered(subscribes, channel));
        }
    }

    /** Gives the oldest answer, if there is one. */
    boolean answerOne() {
        Runnable answer = answers.poll();
        if (answer != null) {
            answer.run();
        }
        return answer != null;
    }

    void answerAll() {
        while (answerOne()) {
            // the next one
        }
    }

    /** The connection ends, and with it what Redis knew. */
    void lose() {
        answers.clear();
        subscribed.clear();
        subscriptions.reset();
    }

    @Override
    public void confirmed(String channel) {
        heard.add("confirmed " + channel);
    }

    @Override
    public void refused(String channel, String error) {
        heard.add("refused " + channel + ' ' + error);
    }

    @Override
    public void moved(String channel) {
        heard.add("moved " + channel);
    }
}
