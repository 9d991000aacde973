package dev.fanfare.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fanfare.testing.WebSocketPeer;
import java.util.List;

/** A client at an address of its own that does what it may, and notices nothing of what others may not. */
final class Bystander implements AutoCloseable {
    private static final String ADDRESS = "127.0.0.2";

    private final WebSocketPeer peer;

    private Bystander(WebSocketPeer peer) {
        this.peer = peer;
    }

    /** Connects to an instance. */
    static Bystander of(int port) {
        return new Bystander(WebSocketPeer.to(port).from(ADDRESS).connect("/ws"));
    }

    /** Subscribes, publishes and receives, and nothing else comes. */
    void expectUndisturbed() {
        peer.expectNothingBeforePong();
        peer.sendText("{\"type\":\"subscribe\",\"channel\":\"quiet\",\"id\":1}");
        assertThat(peer.text()).contains("\"subscribed\"");
        peer.sendText("{\"type\":\"publish\",\"channel\":\"quiet\",\"data\":\"here\",\"id\":2}");
        assertThat(List.of(peer.text(), peer.text()))
                .anyMatch(text -> text.contains("\"published\""))
                .anyMatch(text -> text.contains("\"event\"") && text.contains("\"here\""));
        peer.sendText("{\"type\":\"unsubscribe\",\"channel\":\"quiet\",\"id\":3}");
        assertThat(peer.text()).contains("\"unsubscribed\"");
        peer.expectNothingBeforePong();
    }

    @Override
    public void close() {
        peer.close();
    }
}
