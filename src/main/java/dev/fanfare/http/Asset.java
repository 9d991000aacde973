package dev.fanfare.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A file of the jar as browsers get it: asked for again each time, and sent to who has another one. */
final class Asset {
    private static final Map<String, String> TYPES = Map.of(
            "html", "text/html; charset=utf-8",
            "css", "text/css; charset=utf-8",
            "js", "text/javascript; charset=utf-8",
            "json", "application/json");

    private final String file;
    private final Map<String, String> headers;
    private final UnaryOperator<String> completion;
    private @Nullable Content content;

    /**
     * @param file its name in the jar, beside this class
     * @param headers beside those that every file has
     * @param completion puts into the text what only this instance knows
     */
    Asset(String file, Map<String, String> headers, UnaryOperator<String> completion) {
        this.file = file;
        this.headers = Map.copyOf(headers);
        this.completion = completion;
    }

    Asset(String file, Map<String, String> headers) {
        this(file, headers, UnaryOperator.identity());
    }

    private record Content(Buffer body, String etag) {}

    /** Made for the first who asks: hashing takes longer than all the rest of a loop's start. */
    private Content content() {
        if (content == null) {
            Buffer body = Buffer.buffer(completion.apply(read()));
            content = new Content(body, '"' + sha256(body.getBytes()) + '"');
        }
        return content;
    }

    private String read() {
        try (InputStream in = Asset.class.getResourceAsStream(file)) {
            if (in == null) {
                throw new IllegalStateException(file + " is missing in the jar");
            }
            return new String(in.readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String sha256(byte[] bytes) {
        try {
            return Base64.getEncoder()
                    .encodeToString(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** Answers GET and HEAD. */
    void answer(RoutingContext routing) {
        HttpServerResponse response = routing.response();
        HttpMethod method = routing.request().method();
        if (!method.equals(HttpMethod.GET) && !method.equals(HttpMethod.HEAD)) {
            response.setStatusCode(405).putHeader("Allow", "GET, HEAD").end();
            return;
        }
        headers.forEach(response::putHeader);
        response.putHeader("X-Content-Type-Options", "nosniff").putHeader("Cache-Control", "no-cache");
        routing.etag(content().etag());
        if (routing.isFresh()) {
            response.setStatusCode(304).end();
            return;
        }
        Buffer body = content().body();
        response.putHeader("Content-Type", TYPES.get(file.substring(file.lastIndexOf('.') + 1)))
                .putHeader("Content-Length", String.valueOf(body.length()));
        if (method.equals(HttpMethod.HEAD)) {
            response.end();
        } else {
            response.end(body);
        }
    }
}
