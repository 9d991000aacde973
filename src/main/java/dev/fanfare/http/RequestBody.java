package dev.fanfare.http;

import dev.fanfare.protocol.ErrorCode;
import dev.fanfare.protocol.ProtocolException;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import java.io.IOException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The body of a request, up to a bound. */
final class RequestBody {
    private static final Logger LOG = LoggerFactory.getLogger(RequestBody.class);

    /** How long a client may go on sending what is too long, and is thrown away, in milliseconds. */
    private static final long LINGER = 5_000;

    private RequestBody() {}

    /**
     * Reads all of it. Where it is too long, or malformed, {@code refuse} answers as soon as that is known, and the connection ends with that.
     *
     * @param request whose handler is running, or that was paused there
     * @param most how long it may be, in bytes
     */
    static void read(HttpServerRequest request, int most, Consumer<ProtocolException> refuse, Consumer<Buffer> whole) {
        Buffer body = Buffer.buffer();
        request.exceptionHandler(cause -> {
                    LOG.atDebug().setCause(cause).log("request broken off");
                    if (isMalformed(request, cause)) {
                        refuse(request, refuse, ErrorCode.BAD_REQUEST, "the body is malformed");
                        // Vert.x closes the connection as soon as this returns, and waits for nothing.
                        PipelineTakeover.flush(request);
                    }
                })
                .handler(part -> {
                    if (body.appendBuffer(part).length() > most) {
                        refuse(request, refuse, ErrorCode.TOO_LARGE, "the body may have " + most + " bytes");
                    }
                })
                .endHandler(end -> whole.accept(body));
        if ("100-continue".equalsIgnoreCase(request.getHeader("Expect"))) {
            request.response().writeContinue();
        }
        request.resume();
    }

    /** Whether what failed is the body, and not the connection, so that its client can be told. */
    private static boolean isMalformed(HttpServerRequest request, Throwable cause) {
        HttpServerResponse response = request.response();
        return request.version() == HttpVersion.HTTP_1_1
                && !(cause instanceof IOException)
                && !response.ended()
                && !response.closed();
    }

    private static void refuse(
            HttpServerRequest request, Consumer<ProtocolException> refuse, ErrorCode code, String sentence) {
        // What has come of it is held no longer.
        request.handler(null).endHandler(null);
        RequestDeadlines.endWithAnswer(request, LINGER);
        refuse.accept(new ProtocolException(code, sentence));
    }
}
