package dev.fanfare.cli.api;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A client of the HTTP API of one address, with one API key. */
public final class ApiClient {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
    /** Longer than an instance waits for Redis. */
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT_TIMEOUT)
            .build();
    private final URI url;
    private final @Nullable String key;

    /** @param key the API key, or null to show none */
    public ApiClient(URI url, @Nullable String key) {
        this.url = url;
        this.key = key;
    }

    /**
     * Posts JSON and waits for the answer.
     *
     * @param path below {@code /api/v1}
     * @param idempotencyKey what tells a repetition, or null
     * @throws IOException where none has come: whether the request had its effect is not known
     */
    public ApiAnswer post(String path, String json, @Nullable String idempotencyKey)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = request(path)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(json, StandardCharsets.UTF_8));
        Optional.ofNullable(idempotencyKey).ifPresent(named -> request.header("Idempotency-Key", named));
        return send(request);
    }

    /** Asks, and waits for the answer. */
    public ApiAnswer get(String path) throws IOException, InterruptedException {
        return send(request(path));
    }

    private HttpRequest.Builder request(String path) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(url("/api/v1" + path)).timeout(TIMEOUT);
        Optional.ofNullable(key).ifPresent(shown -> request.header("Authorization", "Bearer " + shown));
        return request;
    }

    private ApiAnswer send(HttpRequest.Builder request) throws IOException, InterruptedException {
        HttpResponse<String> response = http.send(request.build(), BodyHandlers.ofString(StandardCharsets.UTF_8));
        return new ApiAnswer(
                response.statusCode(),
                response.body(),
                response.headers().firstValue("Retry-After").flatMap(ApiClient::seconds));
    }

    /** An address of the same instance. */
    public URI url(String path) {
        String base = url.toString();
        return URI.create((base.endsWith("/") ? base.substring(0, base.length() - 1) : base) + path);
    }

    /** One line that says why no answer came. */
    public String failure(IOException cause) {
        String why = cause instanceof ConnectException ? "can't connect" : cause.getMessage();
        return "no answer from " + url + ": " + (why == null ? cause.getClass().getSimpleName() : why);
    }

    private static Optional<Duration> seconds(String text) {
        return text.matches("\\d{1,6}") ? Optional.of(Duration.ofSeconds(Long.parseLong(text))) : Optional.empty();
    }
}
