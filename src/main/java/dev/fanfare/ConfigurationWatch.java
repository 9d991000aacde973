package dev.fanfare;

import dev.fanfare.config.Auth.Jwt;
import dev.fanfare.config.Configuration;
import dev.fanfare.config.ConfigurationException;
import dev.fanfare.config.ConfigurationFile;
import dev.fanfare.config.ConfigurationFile.Reloaded;
import dev.fanfare.config.WatchedFiles;
import dev.fanfare.metrics.Meters;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the configuration again when its file has changed, or the key that it names. All of it holds then, or nothing: what can't be used is
 * logged, and all stays as it is. Belongs to the context that starts it.
 */
final class ConfigurationWatch {
    private static final Duration INTERVAL = Duration.ofSeconds(1);
    private static final Logger LOG = LoggerFactory.getLogger(ConfigurationWatch.class);

    private final Vertx vertx;
    private final ConfigurationFile file;
    private final Function<Configuration, Future<Void>> apply;
    private final Meters meters;
    private WatchedFiles key;
    private volatile boolean keyChanged;

    /**
     * Built before the key is read, so that what is written meanwhile is a change.
     *
     * @param apply makes a configuration hold, or fails with a {@link ConfigurationException} and changes nothing
     */
    ConfigurationWatch(
            Vertx vertx, ConfigurationFile file, Function<Configuration, Future<Void>> apply, Meters meters) {
        this.vertx = vertx;
        this.file = file;
        this.apply = apply;
        this.meters = meters;
        this.key = new WatchedFiles(key(file.configuration()));
    }

    private static List<Path> key(Configuration configuration) {
        return configuration.auth().jwt().map(Jwt::publicKey).stream().toList();
    }

    /** Looks at the files every second from now on, until the context's verticle is undeployed. */
    void start() {
        vertx.setPeriodic(INTERVAL.toMillis(), timer -> vertx.executeBlocking(this::changed)
                .onSuccess(changed -> {
                    if (changed) {
                        reload();
                    }
                }));
    }

    /** Looks at both: a change is told once. */
    private boolean changed() {
        boolean fileChanged = file.changed();
        keyChanged = key.changed();
        return keyChanged || fileChanged;
    }

    private void reload() {
        vertx.executeBlocking(file::reload)
                .compose(this::take)
                .onSuccess(this::reloaded)
                .onFailure(this::refused);
    }

    /** From now on the key that it names is watched: where that is why it can't be used, it is tried again when the key has changed. */
    private Future<Reloaded> take(Reloaded reloaded) {
        List<Path> next = key(reloaded.configuration());
        if (!next.equals(key.files())) {
            key = new WatchedFiles(next);
        }
        return apply.apply(reloaded.configuration()).map(reloaded);
    }

    private void reloaded(Reloaded reloaded) {
        file.hold();
        meters.reloaded(true);
        LOG.atInfo()
                .addKeyValue("changed", reloaded.changed())
                .addKeyValue("keyChanged", keyChanged)
                .log("configuration reloaded");
        if (!reloaded.needRestart().isEmpty()) {
            LOG.atWarn().addKeyValue("keys", reloaded.needRestart()).log("these hold only after a restart");
        }
    }

    private void refused(Throwable cause) {
        meters.reloaded(false);
        boolean expected = cause instanceof ConfigurationException || cause instanceof UncheckedIOException;
        LOG.atError()
                .addKeyValue("cause", expected ? cause.getMessage() : cause.toString())
                .log("configuration not reloaded, all stays as it is");
    }
}
