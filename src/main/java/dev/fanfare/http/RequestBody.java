package dev.fanfare.http;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
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
     * Reads all of it. Where it is too long, {@code refuse} answers as soon as that is known, and the connection ends with that.
     *
     * @param request whose handler is running
     * @param most how long it may be, in bytes
     */
    static void read(HttpServerRequest request, int most, Runnable refuse, Consumer<Buffer> whole) {
        HttpServerResponse response = request.response();
        Buffer body = Buffer.buffer();
        request.exceptionHandler(cause -> LOG.atDebug().setCause(cause).log("request broken off"))
                .handler(part -> {
                    if (!response.ended() && body.appendBuffer(part).length() > most) {
                        RequestDeadlines.endWithAnswer(request, LINGER);
                        refuse.run();
                    }
                })
                .endHandler(end -> {
                    if (!response.ended()) {
                        whole.accept(body);
                    }
                });
        if ("100-continue".equalsIgnoreCase(request.getHeader("Expect"))) {
            response.writeContinue();
        }
    }
}
