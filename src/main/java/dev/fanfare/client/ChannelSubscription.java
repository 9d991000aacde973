package dev.fanfare.client;

import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A subscription over all connections. Each is asked for what comes behind its {@link Progress}. Where that takes a {@link CatchUp}, what is published meanwhile is passed
 * over, and it is asked for again from there, until the server answers that nothing is missing: so nothing is kept here, and no message is left out or given twice.
 */
final class ChannelSubscription implements Subscription {
    private enum Stage {
        /** Not the loop's yet: the one before it on the channel may still have to leave. */
        NEW,
        /** It is to be asked for. */
        WANTED,
        /** It was asked for. */
        ASKED,
        /** It gets what comes. */
        LIVE,
        /** It reads the history, and passes over what comes. */
        READING,
        ENDED
    }

    /** What may be otherwise in a while. */
    private static final Set<String> FOR_NOW = Set.of("rate_limited", "unavailable", "unknown");

    private final Requests requests;
    private final Subscriptions all;
    private final String channel;
    private final SubscribeOptions options;
    private final Progress progress;
    private final CompletableFuture<Void> ready = new CompletableFuture<>();
    private final CompletableFuture<Void> ended = new CompletableFuture<>();

    private Stage stage = Stage.NEW;
    private @Nullable CatchUp reading;

    ChannelSubscription(
            Requests requests, Subscriptions all, String channel, SubscribeOptions options, Consumer<Message> handler) {
        this.requests = requests;
        this.all = all;
        this.channel = channel;
        this.options = options;
        this.progress = new Progress(all.callbacks(), channel, options, handler);
    }

    @Override
    public String channel() {
        return channel;
    }

    @Override
    public @Nullable Position position() {
        return progress.delivered();
    }

    @Override
    public CompletableFuture<Void> ready() {
        return ready.copy();
    }

    @Override
    public CompletableFuture<Void> ended() {
        return ended.copy();
    }

    @Override
    public CompletableFuture<HistoryPage> history(HistoryQuery query) {
        return requests.history(channel, query);
    }

    @Override
    public CompletableFuture<List<Member>> presence() {
        return requests.presence(channel);
    }

    @Override
    public CompletableFuture<Void> unsubscribe() {
        progress.end();
        all.forget(this);
        if (!JdkLink.tell(all.loop(), this::leave)) {
            Completion.settle(ended, null); // the client is closed
        }
        return ended.handle((done, failure) -> null);
    }

    private void leave() {
        boolean told = stage != Stage.NEW && stage != Stage.WANTED && stage != Stage.ENDED && all.isConnected();
        ready.completeExceptionally(new ClientException("closed", "it was unsubscribed"));
        become(Stage.ENDED);
        if (told) {
            all.leave(channel, () -> Completion.settle(ended, null));
        } else {
            Completion.settle(ended, null);
        }
    }

    @Override
    public void ack(long offset) {
        JdkLink.tell(all.loop(), () -> {
            if (progress.acknowledge(offset)) {
                acknowledge();
            }
        });
    }

    private void acknowledge() {
        if (stage == Stage.LIVE && progress.acknowledged() > 0) {
            all.commands()
                    .tell(CommandText.command("ack")
                            .string("channel", channel)
                            .json("offset", progress.acknowledged()));
        }
    }

    private void become(Stage next) {
        if (reading != null) {
            reading.cancel();
            reading = null;
        }
        stage = next;
    }

    private void catchUp() {
        become(Stage.READING);
        progress.greeted(false);
        reading = new CatchUp(all, channel, progress, this::again);
        reading.read();
    }

    /** From now on it may be asked for. */
    void want() {
        if (stage == Stage.NEW) {
            stage = Stage.WANTED;
        }
    }

    boolean isWanted() {
        return stage == Stage.WANTED;
    }

    /** What is asked of the server. */
    String ask() {
        stage = Stage.ASKED;
        return CommandText.object(channel)
                .position("recover", progress.place())
                .string("consumer", options.consumer())
                .json("info", options.info())
                .end();
    }

    void disconnected() {
        if (stage != Stage.ENDED) {
            become(Stage.WANTED);
        }
    }

    /** It did not get what it asked for: for now, or for good. */
    void refused(ClientException why) {
        if (stage == Stage.ENDED) {
            return;
        }
        if (FOR_NOW.contains(why.code())) {
            become(Stage.WANTED);
            all.retry();
        } else {
            end(why);
            all.callbacks().error(new ClientException(why.code(), "'" + channel + "' is not subscribed to", why));
        }
    }

    /** It ends by itself. */
    void end(ClientException why) {
        if (stage == Stage.ENDED) {
            return;
        }
        become(Stage.ENDED);
        progress.end();
        all.forget(this);
        Completion.fail(ready, why);
        Completion.fail(ended, why);
    }

    /** The server has subscribed it. */
    void begun(Received answer) {
        if (stage != Stage.ASKED) {
            return;
        }
        become(Stage.LIVE);
        Position before = progress.place();
        Position now = answer.position();
        progress.greeted(!Boolean.TRUE.equals(answer.recovered));
        if (answer.recovered == null) {
            progress.reach(now);
        } else if (answer.recovered) {
            answer.messages.forEach(each -> progress.hand(each, now));
            progress.reach(now);
        } else if (before != null && now != null && now.reaches(before)) {
            catchUp();
            return;
        } else {
            progress.lose(now);
        }
        Completion.settle(ready, null);
        acknowledge();
    }

    /** The server could not keep what is lost. */
    void lost(Received error) {
        if (stage == Stage.LIVE) {
            progress.lose(error.position());
        }
    }

    /** Takes what came. */
    void take(Received message) {
        if (stage != Stage.LIVE) {
            return;
        }
        switch (message.type) {
            case "join" -> progress.tell(options.onJoin(), message);
            case "leave" -> progress.tell(options.onLeave(), message);
            default -> progress.hand(message, progress.place());
        }
    }

    /** Asks to be subscribed from where it has got: at once, or after a pause where something is in the way. */
    private void again(@Nullable ClientException failure) {
        become(Stage.WANTED);
        if (failure == null || failure.code().equals("unrecoverable")) {
            all.flushSoon();
        } else {
            all.retry();
        }
    }
}
