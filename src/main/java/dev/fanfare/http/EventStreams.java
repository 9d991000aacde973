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
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

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
    private final AddressQuota quota;
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
        this.quota = new AddressQuota(admission, loop.limits(), loop.meters());
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
        Refusal refusal = takePlace(address);
        if (refusal != null) {
            refuse(request, refusal.with(accepted.crossOrigin()));
            return;
        }
        EventStream stream = new EventStream(loop, accepted, address, () -> admission.release(address));
        Credentials credentials = new Credentials(accepted.token(), address.toString(), request.headers());
        takeover.take(request, stream.connection());
        stream.begin(accepted, credentials);
    }

    /** Takes a place, which has to be given back; or tells why there is none. */
    private @Nullable Refusal takePlace(ClientAddress address) {
        return draining.getAsBoolean()
                ? Refusal.draining()
                : Refusal.of(admission.admit(address)).orElse(null);
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
            refusal = takePlace(address);
        }
        if (refusal != null) {
            refuse(request, refusal.with(crossOrigin));
            return;
        }
        Clearance clearance = new Clearance(loop.access(), loop.eventLoop(), loop.clock(), () -> {});
        // By its answer, or by the end of the connection, whichever comes first; and once.
        request.response().endHandler(over -> {
            clearance.end();
            admission.release(address);
        });
        crossOrigin.forEach(request.response()::putHeader);
        authenticate(request, address, clearance);
    }

    private static boolean isCommand(HttpServerRequest request) {
        String type = request.getHeader("Content-Type");
        return type == null
                || MEDIA_TYPES.contains(type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT));
    }

    /** Nothing is read of a body before its client is known. */
    private void authenticate(HttpServerRequest request, ClientAddress address, Clearance clearance) {
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
        request.pause();
        clearance.show(credentials).onComplete(shown -> {
            if (request.response().closed()) {
                return; // it has left while it was being looked at
            }
            if (shown.succeeded()) {
                read(request, address, clearance);
            } else {
                refuse(
                        request,
                        Refusal.unauthenticated(
                                DeniedException.of(shown.cause()).reason().word()));
                request.resume();
            }
        });
    }

    private void read(HttpServerRequest request, ClientAddress address, Clearance clearance) {
        HttpServerResponse response = request.response();
        RequestBody.read(
                request,
                mostBytes,
                error -> carryOut(response, new Command.Refused(null, error), clearance),
                body -> carryOut(response, command(body.getBytes(), address), clearance));
    }

    private void carryOut(HttpServerResponse response, Command command, Clearance clearance) {
        PostedCommand.carryOut(command, loop, clearance).onSuccess(answer -> answer(response, answer));
    }

    private Command command(byte[] body, ClientAddress address) {
        Command command = ByteBufUtil.isText(Unpooled.wrappedBuffer(body), StandardCharsets.UTF_8)
                ? json.read(true, body)
                : new Command.Refused(null, new ProtocolException(ErrorCode.BAD_REQUEST, "no UTF-8"));
        try {
            quota.message(body.length, address);
            return command;
        } catch (ProtocolException e) {
            return new Command.Refused(command.id(), e);
        }
    }

    private static void answer(HttpServerResponse response, Answer answer) {
        ByteBuf written = JsonProtocol.json(answer);
        Buffer body = Buffer.buffer(ByteBufUtil.getBytes(written));
        written.release();
        int status = answer instanceof Answer.Failed failed
                ? HttpStatus.of(failed.error().code())
                : 200;
        HttpStatus.headers(status).forEach(response::putHeader);
        response.setStatusCode(status)
                .putHeader("Content-Type", "application/json")
                .putHeader("Cache-Control", "no-store")
                .end(body);
    }
}
