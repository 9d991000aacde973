package dev.fanfare.http;

import dev.fanfare.auth.Access;
import dev.fanfare.auth.Credentials;
import dev.fanfare.auth.Policy;
import dev.fanfare.bus.Addresses;
import dev.fanfare.bus.Bus;
import dev.fanfare.bus.Directory;
import dev.fanfare.bus.Disconnector;
import dev.fanfare.bus.Loops;
import dev.fanfare.config.Configuration;
import dev.fanfare.config.Configuration.Server;
import dev.fanfare.metrics.Meters;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.EventLoop;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.internal.ContextInternal;
import io.vertx.ext.web.Router;
import java.time.Clock;
import java.util.Iterator;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A loop's share of the listener, and all that happens on the sockets that it accepts. Vert.x deals connections to the
 * loops in turn. It stops in the stages of {@code shutdown}, and detaches from the hub when its last socket has gone.
 */
public final class HttpVerticle extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(HttpVerticle.class);
    private static final int BACKLOG = 1024;
    /** Any free port, the same for all loops: with 0 each would have one of its own. */
    private static final int ANY_PORT = -1;

    private static final int RECONSIDERED_AT_ONCE = 64;

    private final int id;
    private final Bus bus;
    private final Policy policy;
    private final Meters meters;
    private final Admission admission;
    private final Sessions sessions;
    private final RefusalLog refusals;
    private final Disconnector disconnector;
    private final Directory directory;

    private Configuration configuration;
    private Handshake handshake;
    private PipelineTakeover takeover;
    private @Nullable Router router;
    private @Nullable SessionLoop loop;
    private @Nullable HubClient hub;
    private @Nullable HttpServer server;
    private boolean refusing;

    /** @param id the number of the loop, unique in the instance */
    public HttpVerticle(
            int id, Configuration configuration, Bus bus, Policy policy, Meters meters, Admission admission) {
        this.id = id;
        this.configuration = configuration;
        this.bus = bus;
        this.policy = policy;
        this.meters = meters;
        this.admission = admission;
        this.sessions = new Sessions(meters);
        this.refusals = new RefusalLog(meters);
        Loops loops = new Loops(bus, configuration.server().eventLoops());
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
        Publisher publisher = new Publisher(client, meters);
        bus.consume(client.address(), client::receive);
        bus.answer(Addresses.subscribers(id), channel -> Future.succeededFuture(subscribers.count(channel)));
        bus.answer(Addresses.disconnect(id), whom -> Future.succeededFuture(sessions.disconnect(whom)));
        bus.answer(Addresses.unsubscribe(id), what -> Future.succeededFuture(sessions.unsubscribe(what)));
        bus.answer(Addresses.channels(id), query -> Future.succeededFuture(subscribers.list(query)));
        bus.answer(Addresses.sessions(id), query -> Future.succeededFuture(sessions.list(query)));
        bus.answer(Addresses.submit(id), submission -> publisher.publish(submission.publication(), submission.key()));
        client.attach(subscribers);
        hub = client;
        loop = new SessionLoop(
                configuration.session(),
                subscribers,
                client,
                publisher,
                sessions,
                new Access(eventLoop, Clock.systemUTC(), policy),
                eventLoop,
                refusals,
                meters,
                new Compression(configuration.server().maxMessageSize()),
                new SharedMessages(allocator, tick),
                tick,
                Clock.systemUTC());
        // One loop looks for all of them.
        Future<Void> verified = id == 0 ? PipelineTakeover.verify(vertx) : Future.succeededFuture();
        return Future.join(verified, listen()).onFailure(cause -> client.detach());
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
        router = router();
        HttpServer listener = vertx.createHttpServer(options);
        server = listener;
        RequestDeadlines deadlines =
                new RequestDeadlines(vertx, settings.handshakeTimeout().toMillis());
        return listener.connectionHandler(deadlines::connected)
                .invalidRequestHandler(this::answerInvalid)
                .exceptionHandler(e -> LOG.atDebug().setCause(e).log("connection failed"))
                .requestHandler(request -> {
                    deadlines.requested(request);
                    if (Handshake.isUpgrade(request)) {
                        upgrade(request);
                    } else {
                        Objects.requireNonNull(router).handle(request);
                    }
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
        // Before any route: where the path can't be read.
        routes.errorHandler(400, routing -> refuse(routing.request(), Refusal.malformed("the path is malformed")));
        new DemoPage(configuration.raw()).mount(routes);
        new Api(Objects.requireNonNull(loop), configuration.server(), disconnector, directory).mount(vertx, routes);
        routes.route().handler(routing -> {
            boolean here =
                    handshake.isWebSocketPath(String.valueOf(routing.request().path()));
            refuse(routing.request(), here ? Refusal.upgradeRequired() : Refusal.path());
        });
        return routes;
    }

    private void upgrade(HttpServerRequest request) {
        if (refusing) {
            refuse(request, Refusal.draining());
            return;
        }
        Handshake.Result result =
                handshake.check(request, Objects.requireNonNull(loop).access().policy());
        if (result.accepted() != null) {
            admit(request, result.accepted());
        } else if (result.refusal() != null) {
            refuse(request, result.refusal());
        }
    }

    private void admit(HttpServerRequest request, Handshake.Accepted accepted) {
        ClientAddress address = ClientAddress.of(request, configuration.server().trustedProxies());
        switch (admission.admit(address)) {
            case FULL -> refuse(request, Refusal.full());
            case TOO_FAST -> refuse(request, Refusal.tooFast());
            case TOO_MANY_FROM_ADDRESS -> refuse(request, Refusal.tooManyFromAddress());
            case TOO_FAST_FROM_ADDRESS -> refuse(request, Refusal.tooFastFromAddress());
            case ADMITTED -> {
                Session session = new Session(
                        Objects.requireNonNull(loop),
                        accepted.session(),
                        address,
                        accepted.protocol(),
                        accepted.compressed(),
                        () -> admission.release(address));
                takeover.take(request, session.connection(), accepted.compressed());
                session.begin(
                        new Credentials(accepted.token(), address.toString(), request.headers()), accepted.response());
            }
        }
    }

    private void refuse(HttpServerRequest request, Refusal refusal) {
        refusals.handshake(
                refusal, ClientAddress.of(request, configuration.server().trustedProxies()));
        HttpServerResponse response = request.response().setStatusCode(refusal.status());
        refusal.headers().forEach(response::putHeader);
        if (refusal.headers().containsKey("Upgrade")) {
            // Vert.x sets Connection last of all, and does not know that it has to name Upgrade (RFC 9110, section
            // 7.8).
            response.headersEndHandler(end -> {
                String connection = response.headers().get("Connection");
                response.putHeader("Connection", connection == null ? "Upgrade" : connection + ", Upgrade");
            });
        }
        response.putHeader("Content-Type", "text/plain; charset=utf-8").end(refusal.sentence() + "\n");
    }

    @Override
    public Future<?> stop() {
        HubClient client = Objects.requireNonNull(hub);
        return after(configuration.shutdown().grace().toMillis())
                .compose(grace -> {
                    refusing = true;
                    return new Drain(vertx, configuration.shutdown(), RandomGenerator.getDefault()).close(sessions);
                })
                .onComplete(drained -> client.detach());
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
