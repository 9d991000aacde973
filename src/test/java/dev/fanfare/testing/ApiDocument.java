package dev.fanfare.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonObject;
import io.vertx.openapi.contract.MediaType;
import io.vertx.openapi.contract.OpenAPIContract;
import io.vertx.openapi.contract.Operation;
import io.vertx.openapi.validation.ResponseValidator;
import io.vertx.openapi.validation.ValidatableResponse;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The OpenAPI document that an instance serves, against which requests and answers are held. */
public final class ApiDocument {
    private static final String JSON = "application/json";
    private static final String PROBLEM = "application/problem+json";

    private final JsonObject text;
    private final OpenAPIContract contract;
    private final ResponseValidator answers;

    private ApiDocument(JsonObject text, OpenAPIContract contract, ResponseValidator answers) {
        this.text = text;
        this.contract = contract;
        this.answers = answers;
    }

    /** The document of an instance; fails where it is none. */
    public static ApiDocument of(Instance instance) {
        return of(instance.port(), instance.vertx());
    }

    /** The document that is served on a port. */
    public static ApiDocument of(int port, Vertx vertx) {
        Response answer = HttpPeer.get(port, "/api/v1/openapi.json");
        assertThat(answer.header("Content-Type")).isEqualTo(JSON);
        String text = utf8(answer);
        // Vert.x knows neither this kind of JSON, which is looked at below, nor a server without a host.
        JsonObject readable = new JsonObject(text.replace(PROBLEM, JSON));
        readable.getJsonArray("servers").getJsonObject(0).put("url", "http://localhost/api/v1");
        OpenAPIContract contract = await(OpenAPIContract.from(vertx, readable));
        return new ApiDocument(new JsonObject(text), contract, ResponseValidator.create(vertx, contract));
    }

    /** The document as it is served. */
    public JsonObject text() {
        return text;
    }

    /** All that it describes. */
    public List<Operation> operations() {
        return contract.operations();
    }

    /** What it says of an address, which may have a query. */
    public Operation operation(String method, String path) {
        Operation found = contract.findOperation(path.split("\\?", 2)[0], HttpMethod.valueOf(method));
        return Objects.requireNonNull(found, () -> "the document has no " + method + ' ' + path);
    }

    /** Whether a body is one that it describes. */
    public boolean takes(Operation operation, String body) {
        MediaType json =
                Objects.requireNonNull(operation.getRequestBody().getContent().get(JSON), "a body in JSON");
        return contract.getSchemaRepository()
                .validator(json.getSchema())
                .validate(Json.decodeValue(body))
                .getValid();
    }

    /** Fails where an answer is none that it describes. */
    public void check(Operation operation, Response answer) {
        assertThat(answer.header("Content-Type")).isEqualTo(answer.status() == 200 ? JSON : PROBLEM);
        check(operation, answer.status(), utf8(answer));
        // Vert.x reads what stands in headers as JSON, so only that they are there is looked at.
        assertThat(operation.getResponse(answer.status()).getHeaders())
                .allMatch(described -> !answer.header(described.getName()).isEmpty());
    }

    /** The same of an answer without headers. */
    public void check(Operation operation, int status, String body) {
        assertThat(operation.getResponse(status))
                .as(operation.getOperationId() + " may answer " + status + ": " + body)
                .isNotNull();
        await(answers.validate(
                ValidatableResponse.create(status, Map.of(), Buffer.buffer(body), JSON), operation.getOperationId()));
    }

    private static String utf8(Response answer) {
        return new String(answer.body().getBytes(ISO_8859_1), UTF_8);
    }

    private static <T> T await(Future<T> future) {
        try {
            return future.toCompletionStage()
                    .toCompletableFuture()
                    .get(Wire.PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw new AssertionError(e.getCause());
        } catch (TimeoutException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
