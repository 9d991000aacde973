package dev.fanfare.http;

import dev.fanfare.auth.Access;
import dev.fanfare.auth.Credentials;
import dev.fanfare.auth.Policy;
import dev.fanfare.bus.Addresses;
import dev.fanfare.bus.Bus;
import dev.fanfare.bus.Directory;
import dev.fanfare.bus.Disconnector;
import dev.fanfare.bus.Intake;
import dev.fanfare.bus.Loops;
import dev.fanfare.bus.SessionEvent;
import dev.fanfare.config.Cluster;
import dev.fanfare.config.Configuration;
import dev.fanfare.config.Configuration.Server;
import dev.fanfare.config.Configuration.Shutdown;
import dev.fanfare.metrics.Meters;
import dev.fanfare.protocol.ErrorCode;
import dev.fanfare.protocol.ProtocolException;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.EventLoop;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.internal.ContextInternal;
import io.vertx.ext.web.Router;
import java.time.Clock;
import java.time.Duration;
import java.util.Iterator;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A loop's share of the listener, and all that happens on the sockets that it accepts. Vert.x deals connections to the
 * loops in turn. Where it is mounted on the router of an application, it has no listener, and is given the requests of its event loop. It stops in the stages of {@code shutdown}, and detaches from the hub when its last socket has gone.
 */
public final class HttpVerticle extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(HttpVerticle.class);
    private static final int BACKLOG = 1024;
    /** The request line of an event stream names channels, and positions in them; its headers may have both a long token and as many positions. */
    private static final int LONGEST_LINE = 16 << 10;
    /** Any free port, the same for all loops: with 0 each would have one of its own. */
    private static final int ANY_PORT = -1;

    private static final int RECONSIDERED_AT_ONCE = 64;
    /** How much later than in time an answer may come. */
    private static final Duration MARGIN = Duration.ofSeconds(1);

    private final int id;
    private final Bus bus;
    private final Policy policy;
    private final Meters meters;
    private final Admission admission;
    private final Intake intake;
    private final Sessions sessions;
    private final RefusalLog refusals;
    private final Disconnector disconnector;
    private final @Nullable String mount;
    private final Directory directory;

    private Configuration configuration;
    private Handshake handshake;
    private PipelineTakeover takeover;
    private @Nullable Router router;
    private @Nullable SessionLoop loop;
    private @Nullable HubClient hub;
    private @Nullable HttpServer server;
    private @Nullable RequestDeadlines deadlines;
    private @Nullable Publisher publisher;
    private boolean refusing;

    /**
     * @param id the number of the loop, unique in the instance
     * @param loops of the instance
     * @param mount the path below which an application's server gives it requests; null where it has a listener of its own
     */
    public HttpVerticle(
            int id,
            Configuration configuration,
            Bus bus,
            Policy policy,
            Meters meters,
            Admission admission,
            Loops loops,
            Intake intake,
            @Nullable String mount) {
        this.id = id;
        this.configuration = configuration;
        this.bus = bus;
        this.policy = policy;
        this.meters = meters;
        this.admission = admission;
        this.intake = intake;
        this.mount = mount;
        Consumer<SessionEvent> events = event -> bus.publish(Addresses.SESSION_EVENTS, event);
        this.sessions = new Sessions(meters, events);
        this.refusals = new RefusalLog(meters, events);
        boolean bridged = configuration.cluster().isPresent();
        this.disconnector = new Disconnector(bus, loops, bridged);
        this.directory = new Directory(bus, loops, bridged);
        this.handshake = new Handshake(configuration);
        this.takeover = takeover(configuration);
    }

    private static PipelineTakeover takeover(Configuration configuration) {
        return new PipelineTakeover(
                configuration.session(), configuration.server().maxMessageSize());
    }

    /** The port that is listened on, once started. */
    public int port() {
        return server == null ? 0 : server.actualPort();
    }

    @Override
    public Future<?> start() {
        EventLoop eventLoop = ((ContextInternal) context).nettyEventLoop();
        Tick tick = new Tick(eventLoop);
        HubClient client = new HubClient(id, HubClient.over(bus, context), tick, meters);
        ByteBufAllocator allocator = ByteBufAllocator.DEFAULT;
        LocalSubscribers subscribers = new LocalSubscribers(new LocalSubscribers.Loop(
                client,
                allocator,
                eventLoop,
                tick,
                meters,
                configuration.session().sendLimit() / 2));
        Publisher made = new Publisher(client, intake, meters);
        publisher = made;
        bus.consume(client.address(), client::receive);
        bus.answer(Addresses.subscribers(id), channel -> Future.succeededFuture(subscribers.count(channel)));
        bus.answer(Addresses.disconnect(id), whom -> Future.succeededFuture(sessions.disconnect(whom)));
        bus.answer(Addresses.unsubscribe(id), what -> Future.succeededFuture(sessions.unsubscribe(what)));
        bus.answer(Addresses.channels(id), query -> Future.succeededFuture(subscribers.list(query)));
        bus.answer(Addresses.sessions(id), query -> Future.succeededFuture(sessions.list(query)));
        bus.answer(Addresses.submit(id), made::carry);
        client.attach(subscribers);
        hub = client;
        loop = new SessionLoop(
                configuration.session(),
                subscribers,
                client,
                made,
                sessions,
                new Access(eventLoop, Clock.systemUTC(), policy),
                eventLoop,
                refusals,
                meters,
                new Compression(configuration.server().maxMessageSize()),
                new SharedMessages(allocator, tick),
                tick,
                Clock.systemUTC());
        router = router();
        // One loop looks for all of them.
        Future<Void> verified = id == 0 ? PipelineTakeover.verify(vertx) : Future.succeededFuture();
        return Future.join(verified, mount == null ? listen() : Future.succeededFuture())
                .onFailure(cause -> client.detach());
    }

    /** Whether the connection of a request belongs to this loop; once started. */
    public boolean owns(HttpServerRequest request) {
        return eventLoop() == PipelineTakeover.eventLoop(request);
    }

    /** The event loop of this one; once started. */
    public EventLoop eventLoop() {
        return ((ContextInternal) context).nettyEventLoop();
    }

    /** Answers a request whose connection belongs to this loop, on which it is called. */
    public void serve(HttpServerRequest request) {
        // Event streams say so themselves, in a way that pages of other origins can read.
        if (refusing && !path(request).equals(EventStreams.PATH)) {
            turnAway(request);
        } else if (Handshake.isUpgrade(request)) {
            upgrade(request);
        } else {
            Objects.requireNonNull(router).handle(request);
        }
    }

    /** Within what is ours. */
    private String path(HttpServerRequest request) {
        String path = String.valueOf(request.path());
        if (mount == null) {
            return path;
        }
        return path.equals(mount) ? "/" : path.substring(mount.length());
    }

    /**
     * Another configuration holds from now on, but for what needs a restart: for new sessions all of it, and for open ones who may do what.
     * Called by any thread.
     */
    public void reconfigure(Configuration next, Policy nextPolicy) {
        context.runOnContext(onLoop -> {
            configuration = next;
            handshake = new Handshake(next);
            takeover = takeover(next);
            SessionLoop before = Objects.requireNonNull(loop);
            loop = before.with(next.session());
            router = router();
            before.access().replace(nextPolicy);
            reconsider(sessions.snapshot().iterator());
        });
    }

    /** Some at a time: others want to be served meanwhile. */
    private void reconsider(Iterator<Client> remaining) {
        for (int i = 0; i < RECONSIDERED_AT_ONCE && remaining.hasNext(); i++) {
            remaining.next().reconsider();
        }
        if (remaining.hasNext()) {
            context.runOnContext(later -> reconsider(remaining));
        }
    }

    private Future<?> listen() {
        Server settings = configuration.server();
        HttpServerOptions options = options(settings);
        TlsFiles tls = settings.tls().map(TlsFiles::new).orElse(null);
        if (tls != null) {
            tls.configure(options);
        }
        HttpServer listener = vertx.createHttpServer(options);
        server = listener;
        RequestDeadlines watching =
                new RequestDeadlines(vertx, settings.handshakeTimeout().toMillis());
        deadlines = watching;
        return listener.connectionHandler(watching::connected)
                .invalidRequestHandler(this::answerInvalid)
                .exceptionHandler(e -> LOG.atDebug().setCause(e).log("connection failed"))
                .requestHandler(request -> {
                    watching.requested(request);
                    serve(request);
                })
                .listen()
                .onSuccess(listening -> {
                    if (tls != null && id == 0) {
                        // The loops share one listener, so one of them watches.
                        tls.watch(vertx, listening, options);
                    }
                })
                .recover(cause -> Future.failedFuture(new IllegalStateException(
                        "can't listen on " + settings.host() + ":" + settings.port() + ": " + cause.getMessage(),
                        cause)));
    }

    private static HttpServerOptions options(Server settings) {
        return new HttpServerOptions()
                .setHost(settings.host())
                .setPort(settings.port() == 0 ? ANY_PORT : settings.port())
                .setAcceptBacklog(BACKLOG)
                .setMaxInitialLineLength(LONGEST_LINE)
                .setMaxHeaderSize(LONGEST_LINE)
                .setSslHandshakeTimeout(settings.handshakeTimeout().toMillis())
                .setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS)
                .setUseProxyProtocol(settings.proxyProtocol())
                .setProxyProtocolTimeout(settings.handshakeTimeout().toMillis())
                .setProxyProtocolTimeoutUnit(TimeUnit.MILLISECONDS)
                .setHttp2ClearTextEnabled(false)
                .setUseAlpn(false)
                .setCompressionSupported(false)
                .setDecompressionSupported(false)
                .setPerMessageWebSocketCompressionSupported(false)
                .setPerFrameWebSocketCompressionSupported(false);
    }

    private void answerInvalid(HttpServerRequest request) {
        meters.rejected("malformed");
        HttpServerRequest.DEFAULT_INVALID_REQUEST_HANDLER.handle(request);
    }

    private Router router() {
        Router routes = Router.router(vertx);
        Api api = new Api(Objects.requireNonNull(loop), configuration.server(), disconnector, directory);
        // Before any route: where the path can't be read.
        routes.errorHandler(400, routing -> {
            if (Api.has(path(routing.request()))) {
                api.refuseUnreadable(routing);
            } else {
                refuse(routing.request(), Refusal.malformed("the path is malformed"));
            }
        });
        new Pages(configuration.raw(), this::path).mount(routes);
        api.mount(vertx, routes);
        new EventStreams(configuration, Objects.requireNonNull(loop), takeover, admission, () -> refusing)
                .mount(routes);
        routes.route().handler(routing -> {
            boolean here = handshake.isWebSocketPath(path(routing.request()));
            refuse(routing.request(), here ? Refusal.upgradeRequired() : Refusal.path());
        });
        if (mount == null) {
            return routes;
        }
        Router root = Router.router(vertx);
        root.route(mount + "/*").subRouter(routes);
        return root;
    }

    private void upgrade(HttpServerRequest request) {
        Handshake.Result result = handshake.check(
                request, path(request), Objects.requireNonNull(loop).access().policy());
        if (result.accepted() != null) {
            admit(request, result.accepted());
        } else if (result.refusal() != null) {
            refuse(request, result.refusal());
        }
    }

    private void admit(HttpServerRequest request, Handshake.Accepted accepted) {
        ClientAddress address = ClientAddress.of(request, configuration.server().trustedProxies());
        Optional<Refusal> refusal = Refusal.of(admission.admit(address));
        if (refusal.isPresent()) {
            refuse(request, refusal.get());
            return;
        }
        Session session = new Session(
                Objects.requireNonNull(loop),
                accepted.session(),
                address,
                accepted.protocol(),
                accepted.compressed(),
                () -> admission.release(address));
        takeover.take(request, session.connection(), accepted.compressed());
        session.begin(new Credentials(accepted.token(), address.toString(), request.headers()), accepted.response());
    }

    /** The instance stops: what has begun is answered, and nothing else begins. */
    private void turnAway(HttpServerRequest request) {
        if (Api.has(path(request))) {
            Problem.of(new ProtocolException(ErrorCode.UNAVAILABLE, "this instance stops"))
                    .end(request.response());
        } else {
            refuse(request, Refusal.draining());
        }
    }

    private void refuse(HttpServerRequest request, Refusal refusal) {
        refusals.handshake(
                refusal, ClientAddress.of(request, configuration.server().trustedProxies()));
        refusal.answer(request);
    }

    @Override
    public Future<?> stop() {
        HubClient client = Objects.requireNonNull(hub);
        Shutdown stages = configuration.shutdown();
        // Until when a server of an application takes requests, is its own affair.
        return after(mount == null ? stages.grace().toMillis() : 0)
                .compose(grace -> {
                    refusing = true;
                    if (deadlines != null) {
                        deadlines.endWithAnswers(
                                stages.drain().plus(stages.timeout()).toMillis());
                    }
                    return new Drain(vertx, stages, RandomGenerator.getDefault()).close(sessions);
                })
                .compose(this::finishRequests)
                .eventually(this::finishPublications)
                .onComplete(finished -> client.detach());
    }

    /** Closes idle connections, and the others when they have got their answers. */
    private Future<Void> finishRequests(Duration left) {
        long longest = Math.max(left.toMillis(), longestAnswer().toMillis());
        return server == null ? Future.succeededFuture() : server.shutdown(longest, TimeUnit.MILLISECONDS);
    }

    private Future<Void> finishPublications() {
        return Objects.requireNonNull(publisher)
                .close()
                .timeout(longestAnswer().toMillis(), TimeUnit.MILLISECONDS)
                .onFailure(cause -> LOG.warn("some of what was published has no answer yet"))
                .otherwiseEmpty();
    }

    /** In what time the hub answers a publication, whatever Redis does. */
    private Duration longestAnswer() {
        return configuration
                .cluster()
                .map(Cluster::publishTimeout)
                .orElse(Duration.ZERO)
                .plus(MARGIN);
    }

    private Future<Void> after(long millis) {
        if (millis == 0) {
            return Future.succeededFuture();
        }
        Promise<Void> promise = Promise.promise();
        vertx.setTimer(millis, over -> promise.complete());
        return promise.future();
    }
}
