package dev.fanfare.http;

import io.vertx.core.http.HttpServerRequest;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What browsers are told so that pages of admitted origins may read answers (WHATWG Fetch, section 3.3). */
final class CrossOrigin {
    private static final Map<String, String> NO_PAGE = Map.of("Vary", "Origin");

    private CrossOrigin() {}

    /** The headers for the page that asks, which is admitted, or for nobody's page. */
    static Map<String, String> headers(@Nullable String origin) {
        return origin == null
                ? NO_PAGE
                : Map.of(
                        "Access-Control-Allow-Origin",
                        origin,
                        "Access-Control-Expose-Headers",
                        "Fanfare-Session, Retry-After",
                        "Vary",
                        "Origin");
    }

    /** Answers the question that a browser asks before a request (section 3.3.2), for a page that is admitted. */
    static void answerPreflight(HttpServerRequest request, String methods) {
        headers(request.getHeader("Origin")).forEach(request.response()::putHeader);
        request.response()
                .setStatusCode(204)
                .putHeader("Access-Control-Allow-Methods", methods)
                .putHeader("Access-Control-Allow-Headers", "Authorization, Content-Type, Last-Event-ID")
                .putHeader("Access-Control-Max-Age", "600")
                .end();
    }
}
