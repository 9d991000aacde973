package dev.fanfare.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.fanfare.config.Configuration;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The page on {@code /} with which people try the relay out: one file that loads nothing else. What it may do is bounded
 * by a Content-Security-Policy, which admits its own style and script by their hashes.
 */
final class DemoPage {
    private static final String FILE = "page.html";
    private static final String PATH = "/";

    private final Configuration.Raw raw;
    private @Nullable Page page;

    /** Tells the page where the raw relay is. */
    DemoPage(Configuration.Raw raw) {
        this.raw = raw;
    }

    private record Page(Buffer body, String etag, Map<String, String> headers) {}

    /** Made for the first who asks: hashing takes longer than all the rest of a loop's start. */
    private Page page() {
        if (page == null) {
            // Nothing to escape: the characters that a path may have mean nothing in HTML.
            String html =
                    read().replace("{raw.path}", raw.path()).replace("{raw.enabled}", String.valueOf(raw.enabled()));
            Map<String, String> headers = Map.of(
                    "Content-Security-Policy", policy(html),
                    "X-Content-Type-Options", "nosniff",
                    "Referrer-Policy", "no-referrer",
                    "Cache-Control", "no-cache");
            page = new Page(Buffer.buffer(html), '"' + sha256(html) + '"', headers);
        }
        return page;
    }

    private static String read() {
        try (InputStream in = DemoPage.class.getResourceAsStream(FILE)) {
            if (in == null) {
                throw new IllegalStateException(FILE + " is missing in the jar");
            }
            return new String(in.readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The icon is a {@code data:} URL; everything else that would be loaded is refused. */
    private static String policy(String html) {
        return "default-src 'none'; script-src 'sha256-" + sha256(inner(html, "script")) + "'; style-src 'sha256-"
                + sha256(inner(html, "style")) + "'; img-src data:; connect-src 'self'; base-uri 'none'; "
                + "form-action 'none'; frame-ancestors 'none'";
    }

    /** What stands in the only element of this name. */
    private static String inner(String html, String element) {
        int opening = html.indexOf("<" + element);
        int end = html.indexOf("</" + element + ">");
        if (opening < 0 || end < opening) {
            throw new IllegalStateException(FILE + " has no " + element);
        }
        return html.substring(html.indexOf('>', opening) + 1, end);
    }

    private static String sha256(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8));
            return Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    void mount(Router router) {
        router.route(PATH).handler(this::answer);
    }

    private void answer(RoutingContext routing) {
        if (!PATH.equals(routing.request().path())) {
            // The router takes // and /./ for /, the addresses of WebSockets are not so lenient.
            routing.next();
            return;
        }
        HttpServerResponse response = routing.response();
        HttpMethod method = routing.request().method();
        if (!method.equals(HttpMethod.GET) && !method.equals(HttpMethod.HEAD)) {
            response.setStatusCode(405).putHeader("Allow", "GET, HEAD").end();
            return;
        }
        Page page = page();
        page.headers().forEach(response::putHeader);
        routing.etag(page.etag());
        if (routing.isFresh()) {
            response.setStatusCode(304).end();
            return;
        }
        response.putHeader("Content-Type", "text/html; charset=utf-8")
                .putHeader("Content-Length", String.valueOf(page.body().length()));
        if (method.equals(HttpMethod.HEAD)) {
            response.end();
        } else {
            response.end(page.body());
        }
    }
}
