package dev.fanfare;

import dev.fanfare.auth.Authenticator;
import dev.fanfare.auth.ChannelAuthorizer;
import dev.fanfare.auth.Plugins;
import dev.fanfare.bus.ChannelInfo;
import dev.fanfare.bus.ChannelQuery;
import dev.fanfare.bus.ClusterFigures;
import dev.fanfare.bus.Disconnect;
import dev.fanfare.bus.Disconnected;
import dev.fanfare.bus.Listing;
import dev.fanfare.bus.Receipt;
import dev.fanfare.bus.SessionInfo;
import dev.fanfare.bus.SessionListener;
import dev.fanfare.bus.SessionQuery;
import dev.fanfare.bus.Unsubscribe;
import dev.fanfare.bus.Unsubscribed;
import dev.fanfare.cli.VertxSetup;
import dev.fanfare.config.Configuration;
import dev.fanfare.metrics.Registries;
import dev.fanfare.protocol.ChannelName;
import dev.fanfare.protocol.HistoryPage;
import dev.fanfare.protocol.Member;
import dev.fanfare.protocol.MessageType;
import dev.fanfare.protocol.Payload;
import dev.fanfare.protocol.Position;
import dev.fanfare.protocol.ProcessId;
import dev.fanfare.protocol.ProcessStatus;
import dev.fanfare.protocol.ProtocolException;
import dev.fanfare.protocol.Publication;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.Json;
import io.vertx.ext.web.Router;
import io.vertx.micrometer.MicrometerMetricsFactory;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * An instance of Fanfare within an application of the JVM.
 *
 * <pre>{@code
 * Fanfare fanfare = Fanfare.builder().configuration(Configuration.load(path, Map.of())).start().await();
 * fanfare.publish("news", new JsonObject().put("headline", "it works"));
 * fanfare.close();
 * }</pre>
 *
 * <p>Its methods may be called by any thread; what one thread publishes to one channel keeps its order. They ask nobody whether that is allowed, and their futures fail
 * with a {@link ProtocolException} where a client would be told an error, and with an {@link IllegalArgumentException} for a name that is none.
 */
public final class Fanfare {
    private final Vertx vertx;
    private final boolean ownsVertx;
    private final MainVerticle main;
    private final Operator operator;
    private final String deployment;
    private final AtomicReference<@Nullable Future<Void>> closed = new AtomicReference<>();

    private Fanfare(Vertx vertx, boolean ownsVertx, MainVerticle main, String deployment) {
        this.vertx = vertx;
        this.ownsVertx = ownsVertx;
        this.main = main;
        this.operator = main.operator();
        this.deployment = deployment;
    }

    /** What is to be made. */
    public static Builder builder() {
        return new Builder();
    }

    /** What an instance is to be; all of it may be left out. */
    public static final class Builder {
        private @Nullable Configuration configuration;
        private @Nullable Vertx vertx;
        private @Nullable PrometheusMeterRegistry registry;
        private @Nullable Authenticator authenticator;
        private @Nullable ChannelAuthorizer authorizer;
        private @Nullable SessionListener listener;
        private @Nullable Mount mount;

        private Builder() {}

        /** Its configuration; the defaults, where there is none. */
        public Builder configuration(Configuration of) {
            configuration = of;
            return this;
        }

        /** The Vert.x that it runs on, which {@link #close} leaves open; it makes one of its own, where there is none. One Vert.x runs one instance. */
        public Builder vertx(Vertx of) {
            vertx = of;
            return this;
        }

        /** Where its meters go, and what {@code /metrics} shows; that of the Vert.x for Prometheus where it has one, or a new one. */
        public Builder registry(PrometheusMeterRegistry of) {
            registry = of;
            return this;
        }

        /** Tells who a client is, in place of {@code auth.jwt} and beside the API keys. */
        public Builder authenticator(Authenticator of) {
            authenticator = of;
            return this;
        }

        /** Tells what a client may do, in place of the rules of {@code channels} and {@code broadcast.publish}. */
        public Builder authorizer(ChannelAuthorizer of) {
            authorizer = of;
            return this;
        }

        /** Is told who comes and goes. */
        public Builder listener(SessionListener of) {
            listener = of;
            return this;
        }

        /**
         * Has no listener of its own, but takes all requests below {@code path} of this router, whose server runs on the same Vert.x and on event loops. Handlers that
         * read bodies stand behind it.
         *
         * @param path such as {@code /live}; empty for all of the server
         */
        public Builder mount(Router router, String path) {
            mount = new Mount(router, path);
            return this;
        }

        /** Completes when clients can connect; fails where it can't start, and then leaves nothing behind. */
        public Future<Fanfare> start() {
            Configuration used = configuration == null ? Configuration.load(null, Map.of()) : configuration;
            Vertx given = vertx;
            PrometheusMeterRegistry meters =
                    registry != null ? registry : given == null ? Registries.create() : Registries.ofVertx();
            Vertx runs = given != null ? given : ofItsOwn(used, meters);
            Plugins plugins = new Plugins(authenticator, authorizer);
            MainVerticle main =
                    new MainVerticle(new Setup(used, meters, null, plugins, listener, mount, changed -> {}));
            // Of no context of Vert.x: its own may have ended.
            Promise<Fanfare> started = Promise.promise();
            runs.deployVerticle(main)
                    .onSuccess(deployment -> started.complete(new Fanfare(runs, given == null, main, deployment)))
                    .onFailure(cause -> {
                        if (given == null) {
                            runs.close().onComplete(closed -> started.fail(cause));
                        } else {
                            started.fail(cause);
                        }
                    });
            return started.future();
        }

        private static Vertx ofItsOwn(Configuration configuration, PrometheusMeterRegistry registry) {
            VertxOptions options = new VertxOptions().setMetricsOptions(VertxSetup.metrics());
            return VertxSetup.builder(configuration.server(), options)
                    .withMetrics(new MicrometerMetricsFactory(registry))
                    .build();
        }
    }

    /** The port that clients connect to; 0 where it is mounted on a router. */
    public int port() {
        return main.port();
    }

    /** The port of {@code /metrics}, {@code /live} and {@code /ready}. */
    public int metricsPort() {
        return main.metricsPort();
    }

    // Publications

    /** The same as {@link #publish(String, Object, String)}, without a key. */
    public Future<Receipt> publish(String channel, Object data) {
        return submit(
                () -> new Publication(new ChannelName(channel), MessageType.EVENT, payload(data), System.nanoTime()),
                null);
    }

    /**
     * Publishes to a channel.
     *
     * @param data a {@link Buffer}, which is binary; or what Vert.x writes as JSON: a {@code JsonObject}, a {@code JsonArray}, a string, a number, a boolean, a map, a list
     * @param key by which the same publication is known for five minutes when it is sent again, on channels with a history: 1 to 128 bytes
     */
    public Future<Receipt> publish(String channel, Object data, String key) {
        return submit(
                () -> new Publication(new ChannelName(channel), MessageType.EVENT, payload(data), System.nanoTime()),
                key);
    }

    /** Publishes to every session. */
    public Future<Receipt> broadcast(Object data) {
        return submit(() -> new Publication(null, MessageType.EVENT, payload(data), System.nanoTime()), null);
    }

    /** A line that a process wrote to its standard output, without its end, to the channel {@code process:ID}. */
    public Future<Receipt> sendProcessOutput(String process, String line) {
        return submit(process, MessageType.PROCESS_OUTPUT, text(line));
    }

    /** The same for its standard error. */
    public Future<Receipt> sendProcessError(String process, String line) {
        return submit(process, MessageType.PROCESS_ERROR, text(line));
    }

    /** What became of a process. */
    public Future<Receipt> sendProcessStatus(String process, ProcessStatus status) {
        return submit(process, MessageType.PROCESS_STATUS, status.payload());
    }

    private Future<Receipt> submit(String process, MessageType type, Payload payload) {
        return submit(
                () -> new Publication(ChannelName.ofProcess(new ProcessId(process)), type, payload, System.nanoTime()),
                null);
    }

    private static Payload text(String text) {
        return Payload.of(Payload.Kind.TEXT, text.getBytes(StandardCharsets.UTF_8));
    }

    private static Payload payload(Object data) {
        return data instanceof Buffer bytes
                ? Payload.of(Payload.Kind.BINARY, bytes.getBytes())
                : Payload.of(Payload.Kind.JSON, Json.encodeToBuffer(data).getBytes());
    }

    private Future<Receipt> submit(Supplier<Publication> publication, @Nullable String key) {
        return ask(() -> operator.publish(publication.get(), key));
    }

    /** What is wrong with a question, and that there is nobody to answer it any more, is told by its future. */
    private <T> Future<T> ask(Supplier<Future<T>> question) {
        if (closed.get() != null) {
            return Future.failedFuture(new IllegalStateException("the instance is closed"));
        }
        try {
            return question.get();
        } catch (IllegalArgumentException e) {
            return Future.failedFuture(e);
        }
    }

    // What there is

    /**
     * A part of the history of a channel.
     *
     * @param since behind which position, or with {@code reverse} in front of it; null for all
     * @param limit how many messages at most: 1 to 1,000
     */
    public Future<HistoryPage> history(String channel, @Nullable Position since, int limit, boolean reverse) {
        return ask(() -> operator.history(new ChannelName(channel), since, limit, reverse));
    }

    /** Who is subscribed to a channel that has a presence, in the whole cluster. */
    public Future<List<Member>> presence(String channel) {
        return ask(() -> operator.presence(new ChannelName(channel)));
    }

    /** How large the cluster is. */
    public Future<ClusterFigures> statistics() {
        return ask(() -> operator.directory().figures());
    }

    /** Channels that have subscribers anywhere, in the order of their names. */
    public Future<Listing<ChannelInfo>> channels(ChannelQuery query) {
        return ask(() -> operator.directory().channels(query));
    }

    /** Sessions on all instances, in the order of their ids. */
    public Future<Listing<SessionInfo>> sessions(SessionQuery query) {
        return ask(() -> operator.directory().sessions(query));
    }

    // Operations

    /** Ends all sessions of a user, on every instance. */
    public Future<Disconnected> disconnectUser(String user) {
        return ask(() -> operator.disconnector().disconnect(new Disconnect.User(user)));
    }

    /** Ends a session, on whichever instance it is. */
    public Future<Disconnected> disconnectSession(String session) {
        return ask(() -> operator.disconnector().disconnect(new Disconnect.Session(session)));
    }

    /** Takes a channel from sessions, on every instance. */
    public Future<Unsubscribed> unsubscribe(Unsubscribe what) {
        return ask(() -> operator.disconnector().unsubscribe(what));
    }

    /**
     * Has another configuration hold, but for what takes a restart. Fails with a {@link dev.fanfare.config.ConfigurationException} where it can't be, and then nothing has
     * changed.
     */
    public Future<Void> reconfigure(Configuration configuration) {
        return ask(() -> main.reconfigure(configuration));
    }

    /** Stops it in the stages of {@code shutdown}; completes when every client has gone. */
    public Future<Void> close() {
        // Of no context of Vert.x: its own may have ended.
        Promise<Void> done = Promise.promise();
        if (!closed.compareAndSet(null, done.future())) {
            return Objects.requireNonNull(closed.get());
        }
        vertx.undeploy(deployment).onComplete(stopped -> {
            if (ownsVertx) {
                vertx.close().onComplete(done);
            } else {
                done.handle(stopped);
            }
        });
        return done.future();
    }
}
