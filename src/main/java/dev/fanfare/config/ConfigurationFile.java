package dev.fanfare.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The file that an instance was started with, and the environment over it: read again when it has changed. For one thread at a time. */
public final class ConfigurationFile {
    /** What can't change in an instance that runs: keys, and sections with a dot at their end. */
    private static final List<String> FIXED = List.of(
            "server.host",
            "server.port",
            "server.event-loops",
            "server.transport",
            "server.max-message-size",
            "server.handshake-timeout",
            "server.proxy-protocol",
            "server.tls.",
            "history.",
            "cluster.",
            "metrics.",
            "shutdown.");

    private final Path path;
    private final Map<String, String> environment;
    private final WatchedFiles watched;
    private final Settings started;
    private Settings loaded;
    private Settings last;

    /**
     * A configuration that was read again.
     *
     * @param configuration with what can't change as it was
     * @param changed the keys whose values are others than before
     * @param needRestart the keys whose values are others than at the start, and will hold after a restart
     */
    public record Reloaded(Configuration configuration, List<String> changed, List<String> needRestart) {

        public Reloaded {
            changed = List.copyOf(changed);
            needRestart = List.copyOf(needRestart);
        }
    }

    /**
     * Reads it for the first time.
     *
     * @throws ConfigurationException with one line that names source, key, value and rule
     * @throws java.io.UncheckedIOException with one line that names the file, where it can't be read
     */
    public ConfigurationFile(Path path, Map<String, String> environment) {
        this.path = path;
        this.environment = Map.copyOf(environment);
        // Before it is read: what is written meanwhile is a change.
        this.watched = new WatchedFiles(List.of(path));
        this.started = parse(Settings.read(path));
        this.loaded = started;
        this.last = started;
    }

    /** The configuration to start with. */
    public Configuration configuration() {
        return Configuration.of(started, environment);
    }

    /** Whether it has become another one, as {@link WatchedFiles#changed}. */
    public boolean changed() {
        return watched.changed();
    }

    /** Reads it again; throws as the constructor does, and then nothing has changed. */
    public Reloaded reload() {
        String text = Settings.read(path);
        if (text.isBlank()) {
            // More likely a slip, or what a full disk has left, than a wish for the defaults.
            throw new ConfigurationException(path + ": is empty");
        }
        Settings read = parse(text);
        Configuration.of(read, environment); // as a restart would have it
        Configuration next = Configuration.of(read.with(started, ConfigurationFile::isFixed), environment);
        Reloaded reloaded = new Reloaded(
                next,
                read.differences(last).filter(key -> !isFixed(key)).toList(),
                read.differences(started).filter(ConfigurationFile::isFixed).toList());
        loaded = read;
        return reloaded;
    }

    /** What was read last holds from now on. */
    public void hold() {
        last = loaded;
    }

    private Settings parse(String text) {
        return Settings.defaults().overlay(text, path.toString()).overlay(environment);
    }

    private static boolean isFixed(String key) {
        return FIXED.stream().anyMatch(fixed -> fixed.endsWith(".") ? key.startsWith(fixed) : key.equals(fixed));
    }
}
