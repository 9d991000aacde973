package dev.fanfare.cli.api;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** A client of the HTTP API of one address, with one API key. */
public final class ApiClient {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
    /** Longer than an instance waits for Redis. */
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(30);

    /** Nobody is to be kept away for days by one header. */
    private static final Duration LONGEST_AWAY = Duration.ofMinutes(5);

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT_TIMEOUT)
            .build();
    private final URI url;
    private final @Nullable String key;
    private final Duration timeout;

    /** @param key the API key, or null to show none */
    public ApiClient(URI url, @Nullable String key) {
        this(url, key, ANSWER_TIMEOUT);
    }

    ApiClient(URI url, @Nullable String key, Duration timeout) {
        this.url = url;
        this.key = key;
        this.timeout = timeout;
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
        HttpRequest.Builder request = HttpRequest.newBuilder(url("/api/v1" + path));
        Optional.ofNullable(key).ifPresent(shown -> request.header("Authorization", "Bearer " + shown));
        return request;
    }

    private ApiAnswer send(HttpRequest.Builder request) throws IOException, InterruptedException {
        // The timeout of a request is over when its answer begins: this one holds up to its end.
        CompletableFuture<HttpResponse<String>> sent =
                http.sendAsync(request.build(), BodyHandlers.ofString(StandardCharsets.UTF_8));
        try {
            HttpResponse<String> response = sent.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
            return new ApiAnswer(
                    response.statusCode(),
                    response.body(),
                    response.headers()
                            .firstValue("Content-Type")
                            .filter(type -> type.startsWith("application/problem+json"))
                            .isPresent(),
                    response.headers().firstValue("Retry-After").flatMap(ApiClient::seconds));
        } catch (TimeoutException e) {
            throw new HttpTimeoutException("none came in " + timeout.toSeconds() + " s");
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException failure ? failure : new IOException(e.getCause());
        } finally {
            sent.cancel(true);
        }
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
        return text.matches("\\d{1,6}")
                ? Optional.of(Duration.ofSeconds(Math.min(Long.parseLong(text), LONGEST_AWAY.toSeconds())))
                : Optional.empty();
    }
}
