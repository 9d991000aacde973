package dev.fanfare.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fanfare.auth.Plugins;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * One {@link Instance} for all tests of a class: register it in a static field.
 *
 * <p>After each test it lets the test's peers go, and holds the server to its books: no client is left, and as many
 * disconnections are counted as connections, and that nothing was logged as an error.
 */
public final class SharedInstance implements Relay, BeforeAllCallback, AfterEachCallback, AfterAllCallback {
    private final Plugins plugins;
    private final String[] settings;
    private final List<AutoCloseable> peers = new ArrayList<>();
    private @Nullable Instance instance;
    private @Nullable ErrorLog errors;

    private SharedInstance(Plugins plugins, String... settings) {
        this.plugins = plugins;
        this.settings = settings.clone();
    }

    /** An instance with {@code settings} over the defaults, as in {@link Instance#start}. */
    public static SharedInstance with(String... settings) {
        return new SharedInstance(Plugins.NONE, settings);
    }

    /** The same with authenticators of a test's own. */
    public static SharedInstance with(Plugins plugins, String... settings) {
        return new SharedInstance(plugins, settings);
    }

    /** Starts the instance; JUnit Jupiter does that by itself. */
    public SharedInstance start() {
        errors = ErrorLog.open();
        instance = Instance.start(plugins, settings);
        return this;
    }

    public Instance instance() {
        return Objects.requireNonNull(instance, "Not started");
    }

    @Override
    public int size() {
        return 1;
    }

    @Override
    public Instance instance(int index) {
        return instance();
    }

    public int port() {
        return instance().port();
    }

    /** A peer that goes when the test does. */
    public WebSocketPeer connect(String path) {
        return keep(instance().connect(path));
    }

    /** A peer that shook hands with a request of its own, and goes when the test does. */
    public WebSocketPeer connect(UpgradeRequest request) {
        return keep(WebSocketPeer.to(port()).connect(request));
    }

    /** A peer with {@code permessage-deflate}, which goes when the test does. */
    public WebSocketPeer connectCompressing(String path) {
        return keep(WebSocketPeer.to(port()).connectCompressing(path));
    }

    /** A connection on which nothing has been said, and which goes when the test does. */
    public HttpPeer http() {
        return keep(HttpPeer.to(port()));
    }

    /** The head of the answer to a request on a connection of its own. */
    public Response answer(String request) {
        try (var http = HttpPeer.to(port())) {
            return http.send(request).responseHead();
        }
    }

    public Response answer(UpgradeRequest request) {
        return answer(request.text());
    }

    /** An honest request to this instance. */
    public UpgradeRequest upgrade(String path) {
        return UpgradeRequest.to(port(), path);
    }

    @Override
    public <T extends AutoCloseable> T keep(T peer) {
        peers.add(peer);
        return peer;
    }

    /** Lets all peers go and waits until the server's figures say so too. */
    public void settle() throws Exception {
        for (AutoCloseable peer : peers) {
            peer.close();
        }
        peers.clear();
        awaitClients(0);
        assertThat(Objects.requireNonNull(errors).drain())
                .as("logged as errors")
                .isEmpty();
    }

    /** Waits until {@code count} clients are connected, by every figure that the server gives of them. */
    public void awaitClients(int count) {
        await().atMost(Wire.PATIENCE)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(5))
                .untilAsserted(() -> {
                    assertThat(instance().metric("fanfare_connected_clients"))
                            .as("fanfare_connected_clients")
                            .isEqualTo(count);
                    assertThat(instance().metric("fanfare_connections_total")
                                    - instance().metric("fanfare_disconnections_total"))
                            .as("fanfare_connections_total - fanfare_disconnections_total")
                            .isEqualTo(count);
                });
    }

    public void stop() {
        if (instance != null) {
            instance.close();
            instance = null;
        }
        if (errors != null) {
            errors.close();
            errors = null;
        }
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        start();
    }

    @Override
    public void afterEach(ExtensionContext context) throws Exception {
        settle();
    }

    @Override
    public void afterAll(ExtensionContext context) {
        stop();
    }
}
