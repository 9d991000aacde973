package dev.fanfare.http;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** The OpenAPI document of the HTTP API, for everybody. */
final class ApiDocument {
    private static final String FILE = "openapi.json";
    private static final String PATH = "/openapi.json";

    private @Nullable Buffer text;

    void mount(Router api) {
        api.route(PATH).method(HttpMethod.GET).method(HttpMethod.HEAD).handler(this::answer);
        api.route(PATH).handler(routing -> Problem.method("GET, HEAD").end(routing.response()));
    }

    private void answer(RoutingContext routing) {
        if (text == null) {
            text = read();
        }
        routing.response().putHeader("Content-Type", "application/json").end(text);
    }

    private static Buffer read() {
        try (InputStream in = ApiDocument.class.getResourceAsStream(FILE)) {
            if (in == null) {
                throw new IllegalStateException(FILE + " is missing in the jar");
            }
            return Buffer.buffer(in.readAllBytes());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
