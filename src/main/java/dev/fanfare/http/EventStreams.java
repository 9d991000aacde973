package dev.fanfare.http;

import dev.fanfare.auth.Credentials;
import dev.fanfare.auth.DeniedException;
import dev.fanfare.config.Configuration;
import dev.fanfare.config.TrustedProxies;
import dev.fanfare.protocol.Answer;
import dev.fanfare.protocol.Command;
import dev.fanfare.protocol.ErrorCode;
import dev.fanfare.protocol.JsonProtocol;
import dev.fanfare.protocol.ProtocolException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** For clients that can't have a WebSocket: an event stream by GET, and a command by POST. Belongs to a loop. */
final class EventStreams {
    static final String PATH = "/sse";
    private static final String METHODS = "GET, POST, OPTIONS";
    private static final List<String> MEDIA_TYPES = List.of("application/json", "text/plain");

    /** What a command may have beside the message, in bytes. */
    private static final int ENVELOPE = 4 << 10;

    private final SessionLoop loop;
    private final TrustedProxies proxies;
    private final PipelineTakeover takeover;
    private final Admission admission;
    private final BooleanSupplier draining;
    private final EventStreamRequest requests;
    private final int mostBytes;
    private final JsonProtocol json = new JsonProtocol();

    /** @param draining whether nobody is to come in any more */
    EventStreams(
            Configuration configuration,
            SessionLoop loop,
            PipelineTakeover takeover,
            Admission admission,
            BooleanSupplier draining) {
        this.loop = loop;
        this.proxies = configuration.server().trustedProxies();
        this.takeover = takeover;
        this.admission = admission;
        this.draining = draining;
        this.requests = new EventStreamRequest(configuration);
        this.mostBytes = configuration.server().maxMessageSize() + ENVELOPE;
    }

    void mount(Router router) {
        router.get(PATH).handler(routing -> open(routing.request()));
        router.post(PATH).handler(routing -> post(routing.request()));
        router.options(PATH).handler(routing -> preflight(routing.request()));
        router.route(PATH).handler(routing -> refuse(routing.request(), Refusal.method(METHODS)));
    }

    private void refuse(HttpServerRequest request, Refusal refusal) {
        loop.refusals().handshake(refusal, ClientAddress.of(request, proxies));
        refusal.answer(request);
    }

    private void preflight(HttpServerRequest request) {
        Refusal refusal = requests.refused(request);
        if (refusal != null) {
            refuse(request, refusal);
        } else {
            CrossOrigin.answerPreflight(request, METHODS);
        }
    }

    // Streams

    private void open(HttpServerRequest request) {
        EventStreamRequest.Result result = requests.check(request, loop.access().policy());
        if (result.accepted() != null) {
            admit(request, result.accepted());
        } else if (result.refusal() != null) {
            refuse(request, result.refusal());
        }
    }

    private void admit(HttpServerRequest request, EventStreamRequest.Accepted accepted) {
        ClientAddress address = ClientAddress.of(request, proxies);
        Optional<Refusal> refusal =
                draining.getAsBoolean() ? Optional.of(Refusal.draining()) : Refusal.of(admission.admit(address));
        if (refusal.isPresent()) {
            refuse(request, refusal.get().with(accepted.crossOrigin()));
            return;
        }
        EventStream stream = new EventStream(loop, accepted, address, () -> admission.release(address));
        Credentials credentials = new Credentials(accepted.token(), address.toString(), request.headers());
        takeover.take(request, stream.connection());
        stream.begin(accepted, credentials);
    }

    // Commands

    private void post(HttpServerRequest request) {
        ClientAddress address = ClientAddress.of(request, proxies);
        Refusal refusal = requests.refused(request);
        Map<String, String> crossOrigin = refusal == null ? CrossOrigin.headers(request.getHeader("Origin")) : Map.of();
        if (refusal == null && !isCommand(request)) {
            refusal = Refusal.mediaType();
        }
        if (refusal == null) {
            refusal = draining.getAsBoolean()
                    ? Refusal.draining()
                    : Refusal.of(admission.pass(address)).orElse(null);
        }
        if (refusal != null) {
            refuse(request, refusal.with(crossOrigin));
            return;
        }
        crossOrigin.forEach(request.response()::putHeader);
        authenticate(request, address);
    }

    private static boolean isCommand(HttpServerRequest request) {
        String type = request.getHeader("Content-Type");
        return type == null
                || MEDIA_TYPES.contains(type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT));
    }

    private void authenticate(HttpServerRequest request, ClientAddress address) {
        Clearance clearance = new Clearance(loop.access(), loop.eventLoop(), loop.clock(), () -> {});
        String token;
        try {
            boolean shown = loop.access().policy().takesCredentials();
            token = shown
                    ? BearerToken.of(request, List.of(), loop.access().policy().queryToken())
                    : null;
        } catch (ProtocolException e) {
            refuse(request, Refusal.malformed(e.sentence()));
            return;
        } catch (DeniedException e) {
            refuse(request, Refusal.unauthenticated(e.reason().word()));
            return;
        }
        Credentials credentials = new Credentials(token, address.toString(), request.headers());
        RequestBody.read(request, mostBytes, () -> answer(request.response(), tooLarge()), body -> clearance
                .show(credentials)
                .onSuccess(shown -> carryOut(request, command(body.getBytes(), address), clearance))
                .onFailure(cause -> refuse(
                        request,
                        Refusal.unauthenticated(
                                DeniedException.of(cause).reason().word()))));
    }

    private Answer tooLarge() {
        ProtocolException error =
                new ProtocolException(ErrorCode.TOO_LARGE, "a command has " + mostBytes + " bytes at most");
        loop.meters().dropped(error.code().word());
        return new Answer.Failed(null, error, loop.clock().millis());
    }

    private void carryOut(HttpServerRequest request, Command command, Clearance clearance) {
        PostedCommand.carryOut(command, loop, clearance).onComplete(answered -> {
            clearance.end();
            answer(request.response(), answered.result());
        });
    }

    private Command command(byte[] body, ClientAddress address) {
        Command command = ByteBufUtil.isText(Unpooled.wrappedBuffer(body), StandardCharsets.UTF_8)
                ? json.read(true, body)
                : new Command.Refused(null, new ProtocolException(ErrorCode.BAD_REQUEST, "no UTF-8"));
        try {
            Quota.message(body.length, address, admission, loop.limits(), loop.meters());
            return command;
        } catch (ProtocolException e) {
            return new Command.Refused(command.id(), e);
        }
    }

    private static void answer(HttpServerResponse response, Answer answer) {
        ByteBuf written = JsonProtocol.json(answer);
        Buffer body = Buffer.buffer(ByteBufUtil.getBytes(written));
        written.release();
        response.setStatusCode(
                        answer instanceof Answer.Failed failed
                                ? HttpStatus.of(failed.error().code())
                                : 200)
                .putHeader("Content-Type", "application/json")
                .putHeader("Cache-Control", "no-store")
                .end(body);
    }
}
