package dev.fanfare.cli;

import dev.fanfare.config.Cluster;
import dev.fanfare.config.Configuration;
import dev.fanfare.config.ConfigurationException;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** The certificates and keys that a configuration names: whether they can be read, and fit each other. */
final class PemFiles {
    private PemFiles() {}

    /** @throws ConfigurationException with one line that names the section and why */
    static void check(Configuration configuration) {
        configuration.server().tls().ifPresent(tls -> {
            SslContextBuilder server = load(
                    "server.tls",
                    () -> SslContextBuilder.forServer(
                            tls.certificate().toFile(), tls.key().toFile()));
            check("server.tls", server, tls.clientAuthorities());
            checkPair("server.tls", tls.certificate(), tls.key());
        });
        configuration.cluster().map(Cluster::tls).ifPresent(tls -> {
            SslContextBuilder client = load("cluster.tls", () -> SslContextBuilder.forClient()
                    .keyManager(file(tls.certificate()), file(tls.key())));
            check("cluster.tls", client, tls.authorities());
            Path certificate = tls.certificate();
            Path key = tls.key();
            if (certificate != null && key != null) {
                checkPair("cluster.tls", certificate, key);
            }
        });
    }

    private static void check(String section, SslContextBuilder builder, @Nullable Path authorities) {
        SslProvider provider = OpenSsl.isAvailable() ? SslProvider.OPENSSL : SslProvider.JDK;
        load(section, () -> builder.trustManager(file(authorities))
                .sslProvider(provider)
                .build());
    }

    private static void checkPair(String section, Path certificate, Path key) {
        try {
            if (!new PemPair(certificate, key).fits()) {
                throw new ConfigurationException(
                        section + ": the key '" + key + "' is not that of the certificate '" + certificate + "'");
            }
        } catch (IOException | GeneralSecurityException e) {
            throw new ConfigurationException(section + ": the PEM files can't be used: " + e.getMessage());
        }
    }

    private static @Nullable File file(@Nullable Path path) {
        return path == null ? null : path.toFile();
    }

    /** What needs files. */
    private interface Loader<T> {
        T load() throws SSLException;
    }

    private static <T> T load(String section, Loader<T> loader) {
        try {
            return loader.load();
        } catch (SSLException | IllegalArgumentException e) {
            String why = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
            throw new ConfigurationException(section + ": the PEM files can't be used: " + why);
        }
    }
}
