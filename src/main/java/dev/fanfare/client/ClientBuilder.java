package dev.fanfare.client;

import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * What both clients have in common: where to connect, how to come back, and whom to tell. Callbacks are called one after the other, in the order of what
 * happened. They may take their time, but should not wait for an answer of the server: it may stand behind what they keep from being read. An exception in one is
 * told to {@link #onError}, and harms nobody else.
 *
 * @param <B> the builder itself
 */
public abstract class ClientBuilder<B extends ClientBuilder<B>> {
    final URI uri;

    @Nullable
    Supplier<CompletionStage<String>> token;

    boolean anotherToken;
    Duration initialBackoff = Duration.ofSeconds(1);
    Duration maxBackoff = Duration.ofSeconds(30);
    int maxAttempts;
    Duration connectTimeout = Duration.ofSeconds(10);
    Duration pingInterval = Duration.ofSeconds(15);
    Duration silenceTimeout = Duration.ofSeconds(30);
    int maxMessageSize = 16 * 1024 * 1024;

    @Nullable
    String subprotocol;

    @Nullable
    Executor callbackExecutor;

    @Nullable
    HttpClient httpClient;

    @Nullable
    SSLContext sslContext;

    @Nullable
    DoubleSupplier random;

    Runnable onConnect = () -> {};
    Consumer<Disconnection> onDisconnect = end -> {};
    IntConsumer onReconnect = attempt -> {};
    Consumer<ClientException> onError = new ErrorLog();

    /** Takes the address, {@code ws} or {@code wss}. */
    ClientBuilder(URI uri) {
        String scheme = String.valueOf(uri.getScheme());
        if (!(scheme.equalsIgnoreCase("ws") || scheme.equalsIgnoreCase("wss")) || uri.getHost() == null) {
            throw new IllegalArgumentException(uri + " is no address of a WebSocket: ws://HOST… or wss://HOST…");
        }
        this.uri = uri;
    }

    abstract B self();

    /** Shows this API key or JSON Web Token. */
    public B token(String credential) {
        token = () -> CompletableFuture.completedFuture(credential);
        anotherToken = false;
        return self();
    }

    /** Asks for an API key or JSON Web Token before each attempt to connect; also again where the server took none. It is asked on the client's own thread, and must not block. */
    public B token(Supplier<CompletionStage<String>> supplier) {
        token = supplier;
        anotherToken = true;
        return self();
    }

    /** How long the first pause before an attempt may be; each further one up to twice as long. 1 s where it is not given. */
    public B initialBackoff(Duration most) {
        initialBackoff = positive("initialBackoff", most);
        return self();
    }

    /** How long a pause may get. 30 s where it is not given. A pause is drawn evenly from zero up to what it may be. */
    public B maxBackoff(Duration most) {
        maxBackoff = positive("maxBackoff", most);
        return self();
    }

    /**
     * After how many attempts in a row that failed, or led to a connection that did not last, it ends; 0, which is the default, for never. None counts where a
     * connection has lasted as long as the pause before it might have.
     */
    public B maxAttempts(int attempts) {
        if (attempts < 0) {
            throw new IllegalArgumentException("maxAttempts: " + attempts + " is below 0");
        }
        maxAttempts = attempts;
        return self();
    }

    /** How long an attempt may take, with the token. 10 s where it is not given. */
    public B connectTimeout(Duration most) {
        connectTimeout = positive("connectTimeout", most);
        return self();
    }

    /** How often a ping is sent. 15 s where it is not given. */
    public B pingInterval(Duration interval) {
        pingInterval = positive("pingInterval", interval);
        return self();
    }

    /** After how much silence a connection is taken for dead; more than {@link #pingInterval}. 30 s where it is not given. */
    public B silenceTimeout(Duration most) {
        silenceTimeout = positive("silenceTimeout", most);
        return self();
    }

    /** How large a message may get, in characters or bytes: a larger one ends the connection. 16 Mi where it is not given. */
    public B maxMessageSize(int most) {
        if (most < 1) {
            throw new IllegalArgumentException("maxMessageSize: " + most + " is below 1");
        }
        maxMessageSize = most;
        return self();
    }

    /** Offers this subprotocol; none where it is not given. */
    public B subprotocol(String name) {
        subprotocol = name;
        return self();
    }

    /** Runs the callbacks here, still one after the other. Where it is not given they have a thread of the client's own. */
    public B callbackExecutor(Executor executor) {
        callbackExecutor = executor;
        return self();
    }

    /** Connects by this client, with its proxy, its TLS and its threads, and leaves it open. */
    public B httpClient(HttpClient client) {
        httpClient = client;
        return self();
    }

    /** Connects to {@code wss} with this TLS, where no {@link #httpClient} is given. */
    public B sslContext(SSLContext context) {
        sslContext = context;
        return self();
    }

    /** Draws pauses from this source of numbers from 0 up to 1, for tests. */
    public B random(DoubleSupplier source) {
        random = source;
        return self();
    }

    /** Called each time that it is connected. */
    public B onConnect(Runnable handler) {
        onConnect = handler;
        return self();
    }

    /** Called each time that a connection has ended. */
    public B onDisconnect(Consumer<Disconnection> handler) {
        onDisconnect = handler;
        return self();
    }

    /** Called when an attempt to come back begins: 1 for the first since the last connection that lasted. */
    public B onReconnect(IntConsumer handler) {
        onReconnect = handler;
        return self();
    }

    /** Called with what has no future to fail: attempts that did not succeed, exceptions of callbacks, errors that the server tells without being asked. They are logged where it is not given. */
    public B onError(Consumer<ClientException> handler) {
        onError = handler;
        return self();
    }

    /** Fails where values contradict each other. */
    void check() {
        if (maxBackoff.compareTo(initialBackoff) < 0) {
            throw new IllegalArgumentException(
                    "maxBackoff: " + maxBackoff + " is below initialBackoff, " + initialBackoff);
        }
        if (silenceTimeout.compareTo(pingInterval) <= 0) {
            throw new IllegalArgumentException(
                    "silenceTimeout: " + silenceTimeout + " is not above pingInterval, " + pingInterval);
        }
    }

    Backoff backoff() {
        DoubleSupplier source = random;
        return new Backoff(
                initialBackoff,
                maxBackoff,
                source != null ? source : () -> ThreadLocalRandom.current().nextDouble());
    }

    static Duration positive(String name, Duration value) {
        if (value.isZero() || value.isNegative()) {
            throw new IllegalArgumentException(name + ": " + value + " is not above zero");
        }
        return value;
    }
}
