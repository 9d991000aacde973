package dev.fanfare.http;

import dev.fanfare.config.Configuration.Tls;
import io.vertx.core.Vertx;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.OpenSSLEngineOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The PEM files of the listener, and the watch over them: what has changed is used for new connections, once key and
 * certificate fit. Open connections keep what they have.
 */
final class TlsFiles {
    private static final Logger LOG = LoggerFactory.getLogger(TlsFiles.class);
    private static final Duration INTERVAL = Duration.ofSeconds(1);

    private final Tls tls;
    private List<String> state;

    TlsFiles(Tls tls) {
        this.tls = tls;
        this.state = readState();
    }

    /** Switches TLS on: by OpenSSL where it is there, which takes less memory and time than the JDK's. */
    void configure(HttpServerOptions options) {
        options.setSsl(true)
                .setKeyCertOptions(new PemKeyCertOptions()
                        .setCertPath(tls.certificate().toString())
                        .setKeyPath(tls.key().toString()));
        if (tls.clientAuthorities() != null) {
            options.setTrustOptions(
                    new PemTrustOptions().addCertPath(tls.clientAuthorities().toString()));
            options.setClientAuth(ClientAuth.REQUIRED);
        }
        if (OpenSSLEngineOptions.isAvailable()) {
            options.setSslEngineOptions(new OpenSSLEngineOptions());
        }
    }

    /** Looks at the files every second from now on. */
    void watch(Vertx vertx, HttpServer server, HttpServerOptions options) {
        vertx.setPeriodic(INTERVAL.toMillis(), timer -> vertx.executeBlocking(this::readState)
                .onSuccess(now -> {
                    if (!now.equals(state)) {
                        state = now;
                        reload(server, options);
                    }
                }));
    }

    private void reload(HttpServer server, HttpServerOptions options) {
        server.updateSSLOptions(options.getSslOptions(), true)
                .onSuccess(changed ->
                        LOG.atInfo().addKeyValue("cert", tls.certificate()).log("certificate reloaded"))
                .onFailure(cause -> LOG.atError()
                        .addKeyValue("cert", tls.certificate())
                        .addKeyValue("cause", cause.getMessage())
                        .log("certificate not reloaded, the old one stays"));
    }

    /** Changes with the files: their times and sizes. A file that is missing for a moment is a state, too. */
    private List<String> readState() {
        List<String> files = new ArrayList<>();
        files.add(state(tls.certificate()));
        files.add(state(tls.key()));
        if (tls.clientAuthorities() != null) {
            files.add(state(tls.clientAuthorities()));
        }
        return files;
    }

    private static String state(Path file) {
        try {
            return Files.getLastModifiedTime(file) + "/" + Files.size(file);
        } catch (IOException e) {
            return "missing";
        }
    }
}
