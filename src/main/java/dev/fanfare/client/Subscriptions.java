package dev.fanfare.client;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The channels that a client is subscribed to. Those that wait for it are asked for together: after a reconnect all of them, by one command, or a few where they
 * are many. It belongs to the loop, but for {@link #add}.
 */
final class Subscriptions {
    /** How many channels one command asks for, and in how many characters: the server takes 64 KiB at most, and answers with what each has missed. */
    private static final int MOST = 100;

    private static final int MOST_SIZE = 32 * 1024;

    private final Loop loop;
    private final Commands commands;
    private final Callbacks callbacks;
    private final Backoff backoff;
    private final Map<String, ChannelSubscription> byChannel = new ConcurrentHashMap<>();
    /** Channels whose last messages may still come, and are nobody's. */
    private final Set<String> leaving = new HashSet<>();

    private boolean connected;
    private boolean flushing;
    private boolean oneByOne;
    private boolean retrying;
    private int retries;

    Subscriptions(Loop loop, Commands commands, Callbacks callbacks, Backoff backoff) {
        this.loop = loop;
        this.commands = commands;
        this.callbacks = callbacks;
        this.backoff = backoff;
    }

    /** Subscribes; from any thread. */
    Subscription add(Requests requests, String channel, SubscribeOptions options, Consumer<Message> handler) {
        ChannelSubscription added = new ChannelSubscription(requests, this, channel, options, handler);
        if (byChannel.putIfAbsent(channel, added) != null) {
            throw new IllegalStateException("this client is subscribed to '" + channel + "' already");
        }
        try {
            loop.execute(() -> {
                if (requests.client().state() == ClientState.CLOSED) {
                    added.end(Reconnection.closed());
                } else {
                    added.want();
                    flushSoon();
                }
            });
        } catch (RejectedExecutionException e) {
            added.end(Reconnection.closed());
        }
        return added;
    }

    Commands commands() {
        return commands;
    }

    Callbacks callbacks() {
        return callbacks;
    }

    Loop loop() {
        return loop;
    }

    /** Asks again after a pause, where the server could not do it now. */
    void retry() {
        if (!retrying) {
            retrying = true;
            retries++;
            loop.schedule(backoff.draw(retries), () -> {
                retrying = false;
                flush();
            });
        }
    }

    /** Asks for what is wanted when this task has ended, so that many are asked for at once. */
    void flushSoon() {
        if (!flushing) {
            flushing = JdkLink.tell(loop, () -> {
                flushing = false;
                flush();
            });
        }
    }

    private void flush() {
        if (!connected) {
            return;
        }
        Map<String, ChannelSubscription> asked = new LinkedHashMap<>();
        List<String> wishes = new ArrayList<>();
        int size = 0;
        for (ChannelSubscription each : byChannel.values()) {
            if (!each.isWanted()) {
                continue;
            }
            String wish = each.ask();
            if (!asked.isEmpty() && (oneByOne || asked.size() == MOST || size + wish.length() > MOST_SIZE)) {
                ask(asked, wishes);
                asked = new LinkedHashMap<>();
                wishes = new ArrayList<>();
                size = 0;
            }
            asked.put(each.channel(), each);
            wishes.add(wish);
            size += wish.length();
        }
        if (!asked.isEmpty()) {
            ask(asked, wishes);
        }
    }

    private void ask(Map<String, ChannelSubscription> asked, List<String> wishes) {
        CommandText command = CommandText.command("subscribe").json("channels", wishes);
        commands.say(command, (answer, failure) -> answered(asked, answer, failure));
    }

    private void answered(
            Map<String, ChannelSubscription> asked, @Nullable Received answer, @Nullable ClientException failure) {
        if (answer == null) {
            // All of it failed: the connection has ended, and the next will ask again; or else the server could not
            // take it.
            if (connected && failure != null) {
                asked.values().forEach(each -> each.refused(failure));
            }
            return;
        }
        for (Received outcome : answer.channels) {
            ChannelSubscription each = asked.get(String.valueOf(outcome.channel));
            if (each != null && outcome.type.equals("error")) {
                each.refused(outcome.error());
            } else if (each != null) {
                each.begun(outcome);
            }
        }
        if (!retrying) {
            retries = 0;
        }
    }

    void connected() {
        connected = true;
        flush();
    }

    void disconnected(boolean tooBig) {
        connected = false;
        oneByOne |= tooBig;
        leaving.clear();
        byChannel.values().forEach(ChannelSubscription::disconnected);
    }

    /** Whether there is a connection. */
    boolean isConnected() {
        return connected;
    }

    /** Forgets one, from any thread: its channel can be subscribed to again. */
    void forget(ChannelSubscription one) {
        byChannel.remove(one.channel(), one);
    }

    /** Tells the server of one that was forgotten. */
    void leave(String channel, Runnable done) {
        leaving.add(channel);
        commands.say(CommandText.command("unsubscribe").string("channel", channel), (answer, failure) -> {
            leaving.remove(channel);
            done.run();
        });
    }

    /** The subscription to a channel; {@code null} where there is none. */
    @Nullable
    ChannelSubscription find(String channel) {
        return byChannel.get(channel);
    }

    /** Whether messages of this channel are nobody's. */
    boolean isLeaving(String channel) {
        return leaving.contains(channel);
    }

    void closed(ClientException why) {
        connected = false;
        List.copyOf(byChannel.values()).forEach(each -> each.end(why));
    }
}
