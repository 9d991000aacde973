package dev.fanfare.cli.listen;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fanfare.testing.Wire;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.json.JsonObject;
import java.io.OutputStream;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** What a listener asks of a server, which here is none. */
class ListenerTest {
    @Test
    void whoBeginsWithAnEmptyHistoryGoesOnBehindItAndMissesNothing() throws Exception {
        CompletableFuture<String> asked = new CompletableFuture<>();
        Printer printer = new Printer(OutputStream.nullOutputStream(), 1);
        Vertx vertx = Vertx.vertx();
        try {
            HttpServer server = vertx.createHttpServer()
                    .webSocketHandler(socket -> socket.textMessageHandler(text -> answer(socket, text, command -> {
                        asked.complete(command);
                        printer.end();
                    })))
                    .listen(0, "127.0.0.1")
                    .await(Wire.PATIENCE.toSeconds(), TimeUnit.SECONDS);
            URI address = URI.create("ws://127.0.0.1:" + server.actualPort() + "/ws");
            new Listener(address, Optional.empty(), printer, notice -> {})
                    .listen(List.of("kept"), false, Optional.of(3), Optional.empty());
            assertThat(asked.getNow("")).contains("\"recover\":{\"epoch\":\"e\",\"offset\":0}");
        } finally {
            vertx.close().await(Wire.PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }
    }

    private static void answer(ServerWebSocket socket, String text, Consumer<String> next) {
        JsonObject command = new JsonObject(text);
        if (command.getString("type").equals("history")) {
            socket.writeTextMessage("{\"type\":\"history\",\"channel\":\"kept\",\"messages\":[],\"epoch\":\"e\","
                    + "\"offset\":0,\"id\":\"" + command.getString("id") + "\"}");
        } else {
            next.accept(text);
        }
    }
}
