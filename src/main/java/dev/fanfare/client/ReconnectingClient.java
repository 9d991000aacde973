package dev.fanfare.client;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * A client of the JSON protocol on {@code /ws}, which comes back whenever it is cut off, and takes up what it was subscribed to where it was.
 *
 * <pre>{@code
 * var client = ReconnectingClient.builder(URI.create("ws://localhost:8443/ws")).build();
 * client.subscribe("news", message -> System.out.println(message.data()));
 * client.publish("news", "{\"hello\":1}").join();
 * }</pre>
 *
 * <p>It connects as soon as it is built, and may be used at once and by any thread: what needs a connection waits for one, up to {@code commandTimeout}.
 * At most 1,000 commands of together 1 Mi characters wait for a connection or an answer; what is beyond fails with {@code limit_exceeded}. Every future fails with a
 * {@link ClientException}, and completes on a thread of the common pool. It keeps the JVM running until it is closed.
 */
public final class ReconnectingClient implements AutoCloseable {
    private final Builder options;
    private final Subscriptions subscriptions;
    private final Reconnection client;
    private final Requests requests;

    private ReconnectingClient(Builder options) {
        this.options = options;
        Machinery machinery = Machinery.of(options);
        Budget budget = new Budget();
        Commands commands = new Commands(machinery.loop(), budget, options.commandTimeout);
        this.subscriptions = new Subscriptions(machinery.loop(), commands, machinery.callbacks(), options.backoff());
        this.client = new Reconnection(
                options,
                machinery,
                budget,
                new JsonPeer(commands, subscriptions, machinery.callbacks(), options.onMessage));
        this.requests = new Requests(client, commands);
        client.start();
    }

    /** Begins a client for an address such as {@code wss://relay.example/ws}. */
    public static Builder builder(URI uri) {
        return new Builder(uri);
    }

    /** What it is doing. */
    public ClientState state() {
        return client.state();
    }

    /** Subscribes to what is published from now on. */
    public Subscription subscribe(String channel, Consumer<Message> handler) {
        return subscribe(channel, SubscribeOptions.DEFAULT, handler);
    }

    /**
     * Subscribes to a channel.
     *
     * @throws IllegalStateException where this client is subscribed to it already
     */
    public Subscription subscribe(String channel, SubscribeOptions options, Consumer<Message> handler) {
        return subscriptions.add(requests, channel, options, handler);
    }

    /**
     * Publishes. Where the connection ends before the answer comes, it is not known whether it was published, and it fails with {@code unknown}.
     *
     * @param data JSON; {@link Json#quote} makes it of a text
     * @throws IllegalArgumentException where it is no JSON
     */
    public CompletableFuture<Published> publish(String channel, String data) {
        return requests.publish(channel, data, null);
    }

    /**
     * Publishes once, on a channel with a history: where the connection ends before the answer comes, it is sent again on the next one, and the server takes it
     * once for the key.
     *
     * @param key 1 to 128 bytes, another one for each message; {@code UUID.randomUUID().toString()} will do
     * @throws IllegalArgumentException where the data is no JSON
     */
    public CompletableFuture<Published> publish(String channel, String data, String key) {
        return requests.publish(channel, data, key);
    }

    /** Publishes to every session of every kind. */
    public CompletableFuture<Published> broadcast(String data) {
        return requests.publish(null, data, null);
    }

    /** Reads messages that were published. */
    public CompletableFuture<HistoryPage> history(String channel, HistoryQuery query) {
        return requests.history(channel, query);
    }

    /** Who is subscribed, on a channel with {@code presence}. */
    public CompletableFuture<List<Member>> presence(String channel) {
        return requests.presence(channel);
    }

    /** How many are subscribed, on a channel with {@code presence}. */
    public CompletableFuture<Long> presenceCount(String channel) {
        return requests.presenceCount(channel);
    }

    /**
     * Asks the token supplier, and has the session go on with what it gives: before the token that it has expires.
     *
     * @throws IllegalStateException where this client has no token
     */
    public CompletableFuture<Void> refreshToken() {
        Supplier<CompletionStage<String>> supplier = options.token;
        if (supplier == null) {
            throw new IllegalStateException("this client has no token");
        }
        return supplier.get().toCompletableFuture().thenCompose(requests::token);
    }

    /**
     * Sends a text message as it is: a command that this class has no method for. It completes when it is written, and fails with {@code offline} at once
     * where there is no connection. What comes in answer is given to {@link Builder#onMessage}, so let its {@code id} not begin with a {@code #}.
     */
    public CompletableFuture<Void> send(String text) {
        return client.send(text.length(), link -> link.send(text));
    }

    /** Completes after {@link #close()}; fails where the client has ended by itself, and says why. */
    public CompletableFuture<Void> ended() {
        return client.ended();
    }

    /** Ends it for good: commands that wait fail with {@code closed}, and no message is given to a handler any more. Completes when the connection has ended. */
    public CompletableFuture<Void> closeAsync() {
        return client.close();
    }

    /** As {@link #closeAsync()}, and waits for it; not in a callback. */
    @Override
    public void close() {
        client.closeAndWait();
    }

    /** How a client is to be. */
    public static final class Builder extends ClientBuilder<Builder> {
        private static final Duration MOST_COMMAND_TIMEOUT = Duration.ofMinutes(4);

        Duration commandTimeout = Duration.ofSeconds(30);
        Consumer<Message> onMessage = message -> {};

        private Builder(URI uri) {
            super(uri);
        }

        @Override
        Builder self() {
            return this;
        }

        /** How long a command may wait for a connection and its answer: 30 s where it is not given, and 4 minutes at most, as the server knows keys for 5. */
        public Builder commandTimeout(Duration most) {
            if (positive("commandTimeout", most).compareTo(MOST_COMMAND_TIMEOUT) > 0) {
                throw new IllegalArgumentException("commandTimeout: " + most + " is above " + MOST_COMMAND_TIMEOUT);
            }
            commandTimeout = most;
            return this;
        }

        /** Called with what is for no subscription: broadcasts, and answers to {@link ReconnectingClient#send}. */
        public Builder onMessage(Consumer<Message> handler) {
            onMessage = handler;
            return this;
        }

        /** Makes the client, which connects. */
        public ReconnectingClient build() {
            check();
            return new ReconnectingClient(this);
        }
    }
}
