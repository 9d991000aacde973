package dev.fanfare.cluster;

import dev.fanfare.config.Cluster;
import dev.fanfare.config.RedisUrl;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.redis.client.ProtocolVersion;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Two connections to one server of Redis: one for commands, and one that subscribes and does nothing else, as the client
 * tells replies from messages by whether it waits for one.
 */
@SuppressWarnings("FutureReturnValueIgnored") // how a subscription went is told by Redis, and a close does not fail
final class Server {
    /** How long a connection may take, with its login. */
    static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);

    /** How long one of several that may know may take: then another one is believed. */
    static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(2);

    /** More than the hub's credit lets be under way. */
    private static final int MOST_WAITING = 16_384;

    /** Refusals that pass by themselves; the last is the client's own word. */
    private static final List<String> PASSING = List.of(
            "LOADING",
            "MASTERDOWN",
            "CLUSTERDOWN",
            "MOVED",
            "ASK",
            "TRYAGAIN",
            "READONLY",
            "NOREPLICAS",
            "BUSY",
            "ERR max number of clients",
            "CONNECTION_CLOSED");

    private final Vertx vertx;
    private final Redis client;
    private final Identity identity;
    private @Nullable RedisConnection commands;
    private @Nullable RedisConnection subscriber;

    /** A server that is not connected yet, and has to be closed whether it ever is or not. */
    Server(Vertx vertx, RedisUrl url, Cluster.Tls tls, Identity identity) {
        this.vertx = vertx;
        this.client = Redis.createClient(vertx, options(url, tls));
        this.identity = identity;
    }

    /** Connects and logs in, or fails, as it does where the server is another one than {@code identity}. */
    Future<Server> connect() {
        return client.connect()
                .compose(connection -> identity.check(connection).onSuccess(fit -> commands = connection))
                .compose(fit -> client.connect())
                .map(connection -> {
                    subscriber = connection;
                    return this;
                })
                .timeout(CONNECT_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Asks one thing on a connection of its own. */
    static <T> Future<T> ask(
            Vertx vertx, RedisUrl url, Cluster.Tls tls, Function<RedisConnection, Future<T>> conversation) {
        Redis client = Redis.createClient(vertx, options(url, tls));
        return client.connect()
                .compose(connection -> conversation.apply(connection).eventually(connection::close))
                .timeout(ANSWER_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
                .onComplete(answered -> client.close());
    }

    private static RedisOptions options(RedisUrl url, Cluster.Tls tls) {
        NetClientOptions net = new NetClientOptions()
                .setConnectTimeout((int) CONNECT_TIMEOUT.toMillis())
                .setTcpNoDelay(true)
                .setTcpKeepAlive(true);
        if (url.tls()) {
            net.setSsl(true).setHostnameVerificationAlgorithm(tls.verifyHost() ? "HTTPS" : "");
            if (tls.authorities() != null) {
                net.setTrustOptions(
                        new PemTrustOptions().addCertPath(tls.authorities().toString()));
            }
            if (tls.certificate() != null && tls.key() != null) {
                net.setKeyCertOptions(new PemKeyCertOptions()
                        .addCertPath(tls.certificate().toString())
                        .addKeyPath(tls.key().toString()));
            }
        }
        RedisOptions options = new RedisOptions()
                .setNetClientOptions(net)
                .setPreferredProtocolVersion(ProtocolVersion.RESP2)
                .setMaxWaitingHandlers(MOST_WAITING)
                .setMaxPoolSize(2)
                .setMaxPoolWaiting(2)
                // Else each client would leave meters of its own behind, under a random name.
                .setPoolName("redis")
                .setPoolCleanerInterval(-1)
                .setPoolRecycleTimeout(-1)
                .setConnectionString(url.toString());
        if (!url.login().isEmpty()) {
            // Not in the URL, which stands in errors.
            options.setPassword(url.login().password());
            if (!url.login().user().isEmpty()) {
                options.setUser(url.login().user());
            }
        }
        return options;
    }

    /** From now on replies to subscriptions, and messages, go to {@code received}; {@code ended} runs when a connection is lost. */
    void listen(Handler<Response> received, Runnable ended) {
        subscriber().handler(received);
        for (RedisConnection connection : List.of(commands(), subscriber())) {
            // Later: a write may fail within a call of ours.
            connection.endHandler(end -> vertx.runOnContext(now -> ended.run()));
            connection.exceptionHandler(cause -> vertx.runOnContext(now -> ended.run()));
        }
    }

    /** Fails with an {@link UnfitServerException} where it is no longer what it was. */
    Future<Void> check() {
        return identity.check(commands());
    }

    /** Sends a command; the future may never complete, so the caller has a deadline of his own. */
    Future<Response> send(Request command) {
        return commands().send(command);
    }

    /** Sends commands in one write. Where one fails the future does,; {@link Refusals} reads which. */
    Future<List<Response>> send(List<Request> batch) {
        return commands().batch(batch);
    }

    /** Sends a command that changes the subscriptions; its outcome comes with what is received. */
    void change(Request command) {
        subscriber().send(command);
    }

    /** Reads no messages for now. */
    void pause() {
        subscriber().pause();
    }

    void resume() {
        subscriber().resume();
    }

    private RedisConnection commands() {
        return Objects.requireNonNull(commands, "not connected");
    }

    private RedisConnection subscriber() {
        return Objects.requireNonNull(subscriber, "not connected");
    }

    /** Closes both connections, at once, or gives up connecting. Nobody is told any more. */
    Future<Void> close() {
        Stream.of(commands, subscriber).filter(Objects::nonNull).forEach(connection -> {
            connection.handler(ignored -> {}).endHandler(null).exceptionHandler(cause -> {});
            connection.close();
        });
        return client.close();
    }

    /** What Redis answered in place of what was asked for, or null where something else went wrong. */
    static @Nullable String refusal(Throwable cause) {
        Throwable deepest = deepest(cause);
        return deepest instanceof Response ? deepest.getMessage() : null;
    }

    /** Why Redis can't be reached, in a few words and without an address. */
    static String reason(Throwable cause) {
        for (Throwable each = cause; each != null; each = each.getCause()) {
            if (each instanceof SSLException || each instanceof CertificateException) {
                return "TLS: " + deepest(each).getMessage();
            }
            if (each instanceof TimeoutException) {
                return "no answer in time";
            }
        }
        return String.valueOf(cause.getMessage());
    }

    /** Whether trying again is no use. */
    static boolean isFinal(Throwable cause) {
        if (deepest(cause) instanceof UnfitServerException unfit) {
            return unfit.isLasting();
        }
        String refusal = refusal(cause);
        return refusal == null
                ? reason(cause).startsWith("TLS: ")
                : PASSING.stream().noneMatch(refusal::startsWith);
    }

    private static Throwable deepest(Throwable cause) {
        Throwable deepest = cause;
        while (deepest.getCause() != null) {
            deepest = deepest.getCause();
        }
        return deepest;
    }
}
