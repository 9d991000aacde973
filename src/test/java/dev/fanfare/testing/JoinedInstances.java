package dev.fanfare.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fanfare.auth.Plugins;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Some instances that one Redis joins, for all tests of a class: register it in a static field.
 *
 * <p>After each test it lets the test's peers go, and holds the instances to their books: no client is left, Redis is
 * subscribed to nothing but what an instance always needs, and nothing was logged as an error.
 */
public final class JoinedInstances implements Relay, BeforeAllCallback, AfterEachCallback, AfterAllCallback {
    private final int count;
    private final Plugins plugins;
    private final String[] settings;
    private final List<Instance> instances = new ArrayList<>();
    private final List<AutoCloseable> peers = new ArrayList<>();
    private @Nullable RedisServer redis;
    private @Nullable ErrorLog errors;

    private JoinedInstances(int count, Plugins plugins, String... settings) {
        this.count = count;
        this.plugins = plugins;
        this.settings = settings.clone();
    }

    /** So many instances with {@code settings} over the defaults, as in {@link Instance#start}. */
    public static JoinedInstances of(int count, String... settings) {
        return new JoinedInstances(count, Plugins.NONE, settings);
    }

    /** The same with parts of one's own. */
    public static JoinedInstances of(int count, Plugins plugins, String... settings) {
        return new JoinedInstances(count, plugins, settings);
    }

    public RedisServer redis() {
        return Objects.requireNonNull(redis, "Not started");
    }

    @Override
    public int size() {
        return count;
    }

    @Override
    public Instance instance(int index) {
        return instances.get(index);
    }

    public List<Instance> instances() {
        return List.copyOf(instances);
    }

    /** A peer that goes when the test does. */
    public WebSocketPeer connect(int index, String path) {
        return keep(instance(index).connect(path));
    }

    /** A peer on {@code /ws} that is subscribed to a channel, and goes when the test does. */
    public WebSocketPeer subscribed(int index, String channel) {
        WebSocketPeer peer = connect(index, "/ws").sendText(Commands.subscribe(channel, "in"));
        assertThat(peer.text()).contains("\"type\":\"subscribed\",\"channel\":\"" + channel + "\"");
        return peer;
    }

    @Override
    public <T extends AutoCloseable> T keep(T peer) {
        peers.add(peer);
        return peer;
    }

    /** The sum of a metric over all instances. */
    public double sum(String nameWithLabels) {
        return instances.stream()
                .mapToDouble(instance -> instance.metric(nameWithLabels))
                .sum();
    }

    /** Waits until Redis is subscribed to these channels, as it names them, and to what an instance always needs. */
    public void awaitChannels(String... channels) {
        Eventually.holds(() -> {
            List<String> all = redis().command("PUBSUB", "CHANNELS");
            List<String> own = all.stream()
                    .filter(name -> name.startsWith("fanfare:instance:"))
                    .toList();
            assertThat(own).as("the instances' own channels").hasSize(count);
            assertThat(new TreeSet<>(all))
                    .isEqualTo(new TreeSet<>(Stream.of(own, List.of("fanfare:broadcast"), Arrays.asList(channels))
                            .flatMap(List::stream)
                            .toList()));
        });
    }

    /** Waits until so many instances are subscribed to a channel. */
    public void awaitSubscribers(String channel, int expected) {
        String name = "fanfare:channel:" + channel;
        Eventually.holds(
                () -> assertThat(redis().command("PUBSUB", "NUMSUB", name)).containsExactly(name, "" + expected));
    }

    private void settle() throws Exception {
        for (AutoCloseable peer : peers) {
            peer.close();
        }
        peers.clear();
        Eventually.holds(() -> assertThat(sum("fanfare_connected_clients")).isZero());
        awaitChannels();
        assertThat(Objects.requireNonNull(errors).drain())
                .as("logged as errors")
                .isEmpty();
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        errors = ErrorLog.open();
        RedisServer started = RedisServer.start();
        redis = started;
        for (int i = 0; i < count; i++) {
            instances.add(Instance.start(
                    plugins,
                    Stream.concat(Stream.of("cluster.redis=" + started.url()), Stream.of(settings))
                            .toArray(String[]::new)));
        }
    }

    @Override
    public void afterEach(ExtensionContext context) throws Exception {
        settle();
    }

    @Override
    public void afterAll(ExtensionContext context) {
        instances.forEach(Instance::close);
        instances.clear();
        redis().close();
        Objects.requireNonNull(errors).close();
    }
}
