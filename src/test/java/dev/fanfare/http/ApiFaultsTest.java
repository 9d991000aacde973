package dev.fanfare.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fanfare.bus.Intake;
import dev.fanfare.config.Configuration;
import dev.fanfare.http.ApiDocumentTest.Exchange;
import dev.fanfare.protocol.ChannelName;
import dev.fanfare.protocol.MessageType;
import dev.fanfare.protocol.Payload;
import dev.fanfare.protocol.Publication;
import dev.fanfare.testing.ApiClient;
import dev.fanfare.testing.ApiDocument;
import dev.fanfare.testing.LogRecord;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the HTTP API answers where the relay is not as it should be, held against the OpenAPI document. */
class ApiFaultsTest {
    private static final Configuration CONFIGURATION =
            Configuration.parse("{\"" + ApiClient.SETTING.replaceFirst("=", "\":") + """
                    , "channels": [{"match": "*", "history-size": 10, "presence": true}]}""", "the test", Map.of());

    private final Vertx vertx = Vertx.vertx();
    private final LoopFixture fixture = new LoopFixture();

    @AfterEach
    void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    private int serve(Api api) {
        Router router = Router.router(vertx);
        api.mount(vertx, router);
        return vertx.createHttpServer()
                .requestHandler(router)
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .join()
                .actualPort();
    }

    /** Sends what would succeed elsewhere, and returns the operations that are described with that status. */
    private static Set<String> answered(int port, ApiDocument document, int status) {
        Set<String> described = ApiDocumentTest.described(document, each -> each == status);
        Predicate<Exchange> means =
                exchange -> described.contains(document.operation(exchange.method(), "/api/v1" + exchange.path())
                                .getOperationId()
                        + ' '
                        + status);
        Set<String> seen = ApiDocumentTest.exchanges()
                .filter(exchange -> exchange.status() == 200 && means.test(exchange))
                .map(exchange -> ApiDocumentTest.check(
                        document, exchange, ApiDocumentTest.send(port, exchange, "X-None"), status))
                .collect(Collectors.toSet());
        assertThat(seen).isEqualTo(described).isNotEmpty();
        return seen;
    }

    @Test
    void takesNoMoreThanCanBeDelivered() {
        int port = serve(fixture.api(vertx, CONFIGURATION));
        Payload large = Payload.of(Payload.Kind.BINARY, new byte[(int) Intake.MOST - 512]);
        Publication publication = new Publication(new ChannelName("news"), MessageType.EVENT, large, System.nanoTime());
        Promise<Void> delivered = Promise.promise();
        fixture.intake.admit(publication, delivered::future);
        answered(port, ApiDocument.of(port, vertx), 429);
        delivered.complete();
        assertThat(fixture.intake.admit(publication, delivered::future).succeeded())
                .isTrue();
    }

    @Test
    void saysThatAnErrorIsTheServersOwnAndTellsTheLog() {
        SessionLoop whole = fixture.sessionLoop(vertx, CONFIGURATION, new Sessions(fixture.meters, event -> {}));
        int port = serve(withoutItsParts(whole));
        try (LogRecord log = LogRecord.open()) {
            Set<String> answered = answered(port, ApiDocument.of(port, vertx), 500);
            assertThat(log.lines())
                    .filteredOn(line -> line.startsWith("ERROR") && line.contains("request failed"))
                    .hasSizeGreaterThanOrEqualTo(answered.size());
        }
    }

    @SuppressWarnings("NullAway") // whoever uses one of the parts fails, and nothing else does
    private static Api withoutItsParts(SessionLoop loop) {
        SessionLoop broken = new SessionLoop(
                null,
                null,
                null,
                null,
                null,
                loop.access(),
                loop.eventLoop(),
                loop.refusals(),
                loop.meters(),
                null,
                null,
                null,
                null);
        return new Api(broken, CONFIGURATION.server(), null, null);
    }
}
