package dev.fanfare.client;

import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A subscription over all connections.
 *
 * <p>Its {@code place} is how far it has got: every message up to there has been given to the callbacks, or told as lost. A connection is asked for what comes
 * behind it. Where that is too much for one answer, or not all there any more, the history is read in pages while what is published meanwhile is passed over; then it
 * is asked for again from there, until the server answers that nothing is missing. So nothing is kept here, and no message is left out or given twice.
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
    private final Consumer<Message> handler;
    private final CompletableFuture<Void> ready = new CompletableFuture<>();
    private final CompletableFuture<Void> ended = new CompletableFuture<>();

    private Stage stage = Stage.NEW;
    private @Nullable Position place;
    /** Whether the next message may be the newest of the past, given as a greeting. */
    private boolean greeting;
    /** What was acknowledged of the present epoch; 0 for nothing. */
    private long acknowledged;

    private volatile @Nullable Position delivered;
    private volatile boolean left;

    ChannelSubscription(
            Requests requests, Subscriptions all, String channel, SubscribeOptions options, Consumer<Message> handler) {
        this.requests = requests;
        this.all = all;
        this.channel = channel;
        this.options = options;
        this.handler = handler;
        this.place = options.from();
    }

    @Override
    public String channel() {
        return channel;
    }

    @Override
    public @Nullable Position position() {
        return delivered;
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
        left = true;
        all.forget(this);
        if (!JdkLink.tell(all.loop(), this::leave)) {
            Completion.settle(ended, null); // the client is closed
        }
        return ended.handle((done, failure) -> null);
    }

    private void leave() {
        boolean told = stage != Stage.NEW && stage != Stage.WANTED && stage != Stage.ENDED && all.isConnected();
        ready.completeExceptionally(new ClientException("closed", "it was unsubscribed"));
        stage = Stage.ENDED;
        if (told) {
            all.leave(channel, () -> Completion.settle(ended, null));
        } else {
            Completion.settle(ended, null);
        }
    }

    @Override
    public void ack(long offset) {
        JdkLink.tell(all.loop(), () -> {
            if (offset > acknowledged) {
                acknowledged = offset;
                acknowledge();
            }
        });
    }

    private void acknowledge() {
        if (stage == Stage.LIVE && acknowledged > 0) {
            all.commands()
                    .tell(CommandText.command("ack").string("channel", channel).json("offset", acknowledged));
        }
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
                .position("recover", place)
                .string("consumer", options.consumer())
                .json("info", options.info())
                .end();
    }

    void disconnected() {
        if (stage != Stage.ENDED) {
            stage = Stage.WANTED;
        }
    }

    /** It did not get what it asked for: for now, or for good. */
    void refused(ClientException why) {
        if (stage == Stage.ENDED) {
            return;
        }
        if (FOR_NOW.contains(why.code())) {
            stage = Stage.WANTED;
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
        stage = Stage.ENDED;
        left = true;
        all.forget(this);
        Completion.fail(ready, why);
        Completion.fail(ended, why);
    }

    /** The server has subscribed it. */
    void begun(Received answer) {
        if (stage != Stage.ASKED) {
            return;
        }
        stage = Stage.LIVE;
        Position before = place;
        Position now = answer.position();
        greeting = !Boolean.TRUE.equals(answer.recovered);
        if (answer.recovered == null) {
            reach(now);
        } else if (answer.recovered) {
            answer.messages.forEach(each -> hand(each, now));
            reach(now);
        } else if (before != null && now != null && now.reaches(before)) {
            read();
            return;
        } else {
            lose(now);
        }
        Completion.settle(ready, null);
        acknowledge();
    }

    /** It stands here now, when what was given to the callbacks before has been dealt with. */
    private void reach(@Nullable Position now) {
        place = now;
        all.callbacks().run(() -> delivered = now);
    }

    /** It goes on behind this position; what it has not got up to there is lost. */
    private void lose(@Nullable Position after) {
        Loss loss = new Loss(channel, place, after);
        if (place == null || after == null || !place.epoch().equals(after.epoch())) {
            acknowledged = 0;
        }
        all.callbacks().run(() -> {
            if (!left) {
                options.onLost().accept(loss);
            }
        });
        reach(after);
    }

    /** The server could not keep what is lost. */
    void lost(Received error) {
        if (stage == Stage.LIVE) {
            lose(error.position());
        }
    }

    /** Takes what came. */
    void take(Received message) {
        if (stage != Stage.LIVE) {
            return;
        }
        switch (message.type) {
            case "join" -> tell(options.onJoin(), message);
            case "leave" -> tell(options.onLeave(), message);
            default -> hand(message, place);
        }
    }

    /** Gives a message of this history to the handler, unless it has had it. */
    private void hand(Received message, @Nullable Position history) {
        boolean greeted = greeting;
        greeting = false;
        Position at = history == null || message.offset < 0 ? null : new Position(history.epoch(), message.offset);
        boolean old = at != null && place != null && place.reaches(at);
        if (old && !greeted) {
            return;
        }
        if (at != null && !old) {
            place = at;
        }
        Message whole = message.message(at);
        Position reached = place;
        all.callbacks().run(() -> {
            try {
                if (!left) {
                    handler.accept(whole);
                }
            } finally {
                delivered = reached;
            }
        });
    }

    private void tell(Consumer<Member> told, Received message) {
        all.callbacks().run(() -> {
            if (!left) {
                told.accept(Members.one(message.data));
            }
        });
    }

    /** Reads the page of the history that comes next. */
    private void read() {
        stage = Stage.READING;
        greeting = false;
        CommandText command = CommandText.command("history")
                .string("channel", channel)
                .position("since", place)
                .json("limit", HistoryQuery.MOST);
        all.commands().say(command, this::page);
    }

    private void page(@Nullable Received page, @Nullable ClientException failure) {
        if (stage != Stage.READING) {
            return;
        }
        Position newest = page == null ? null : page.position();
        if (page == null || newest == null) {
            again(failure);
            return;
        }
        if (page.messages.isEmpty()) {
            if (place != null && !place.reaches(newest)) {
                lose(newest);
            }
            again(null);
            return;
        }
        Position first = new Position(newest.epoch(), page.messages.get(0).offset - 1);
        if (place != null && !place.reaches(first)) {
            lose(first);
        }
        page.messages.forEach(each -> hand(each, newest));
        if (place != null && place.reaches(newest)) {
            again(null);
        } else {
            // The next page when these have been dealt with.
            all.callbacks().run(() -> JdkLink.tell(all.loop(), this::readOn));
        }
    }

    private void readOn() {
        if (stage == Stage.READING) {
            read();
        }
    }

    /** Asks to be subscribed from where it has got: at once, or after a pause where something is in the way. */
    private void again(@Nullable ClientException failure) {
        stage = Stage.WANTED;
        if (failure == null || failure.code().equals("unrecoverable")) {
            all.flushSoon();
        } else {
            all.retry();
        }
    }
}
