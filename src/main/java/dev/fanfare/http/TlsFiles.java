package dev.fanfare.http;

import dev.fanfare.config.Configuration.Tls;
import dev.fanfare.config.WatchedFiles;
import io.vertx.core.Vertx;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.OpenSSLEngineOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.time.Duration;
import java.util.stream.Stream;
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
    private final WatchedFiles files;

    TlsFiles(Tls tls) {
        this.tls = tls;
        this.files = new WatchedFiles(Stream.of(tls.certificate(), tls.key(), tls.clientAuthorities())
                .flatMap(Stream::ofNullable)
                .toList());
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
        vertx.setPeriodic(INTERVAL.toMillis(), timer -> vertx.executeBlocking(files::changed)
                .onSuccess(changed -> {
                    if (changed) {
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
}
