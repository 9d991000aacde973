package dev.fanfare.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.fanfare.config.ConfigurationException;
import dev.fanfare.testing.Instance;
import dev.fanfare.testing.WebSocketPeer;
import dev.fanfare.testing.Wire;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code wss://}: the files, who is trusted, and the files' change. */
@SuppressWarnings("NullAway.Init") // JUnit sets the folder, and makeFiles the rest
class TlsTest {
    @TempDir
    private Path folder;

    private Path cert;
    private Path key;

    @BeforeEach
    void makeFiles() throws Exception {
        cert = folder.resolve("cert.pem");
        key = folder.resolve("key.pem");
        generate("first");
        use("first");
    }

    /** A self-signed certificate for localhost by OpenSSL's command, whose name is its common name. */
    private void generate(String name) throws Exception {
        Process openssl = new ProcessBuilder(
                        "openssl",
                        "req",
                        "-x509",
                        "-newkey",
                        "ec",
                        "-pkeyopt",
                        "ec_paramgen_curve:prime256v1",
                        "-nodes",
                        "-keyout",
                        name + ".key",
                        "-out",
                        name + ".crt",
                        "-days",
                        "2",
                        "-subj",
                        "/CN=" + name,
                        "-addext",
                        "subjectAltName=DNS:localhost,IP:127.0.0.1")
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("openssl.log").toFile())
                .start();
        assertThat(openssl.waitFor(Wire.PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(openssl.exitValue()).isZero();
    }

    private void use(String name) throws Exception {
        replace(folder.resolve(name + ".key"), key);
        replace(folder.resolve(name + ".crt"), cert);
    }

    private void replace(Path source, Path target) throws Exception {
        Path copy = Files.copy(source, folder.resolve("copy"), StandardCopyOption.REPLACE_EXISTING);
        Files.move(copy, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private Instance start(String... more) {
        String[] settings = new String[3 + more.length];
        settings[0] = "server.tls.enabled=true";
        settings[1] = "server.tls.cert=" + cert;
        settings[2] = "server.tls.key=" + key;
        System.arraycopy(more, 0, settings, 3, more.length);
        return Instance.start(settings);
    }

    /** Trusts the certificates of these names. */
    private SSLContext trusting(String... names) throws Exception {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        for (String name : names) {
            try (InputStream in = Files.newInputStream(folder.resolve(name + ".crt"))) {
                Certificate certificate =
                        CertificateFactory.getInstance("X.509").generateCertificate(in);
                store.setCertificateEntry(name, certificate);
            }
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    private static WebSocketPeer connect(Instance server, SSLContext trust) {
        return WebSocketPeer.to(server.port()).tls(trust).connect("/");
    }

    /** The common name in the certificate that new connections are shown. */
    private static String shown(Instance server, SSLContext trust) throws Exception {
        try (SSLSocket socket = (SSLSocket) trust.getSocketFactory().createSocket("127.0.0.1", server.port())) {
            socket.startHandshake();
            return socket.getSession().getPeerPrincipal().getName();
        }
    }

    @Test
    void relaysOverTlsAndEndsInGoodOrder() throws Exception {
        try (Instance server = start()) {
            WebSocketPeer one = connect(server, trusting("first"));
            WebSocketPeer two = connect(server, trusting("first"));
            String large = "x".repeat(60_000);
            one.sendText(large).expectText(large);
            two.expectText(large);
            one.sendClose(1000, "bye").expectCloseAndEof(1000);
            var stopped = server.stop();
            two.expectClose(1001);
            two.close();
            stopped.toCompletionStage().toCompletableFuture().get(Wire.PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }
    }

    @Test
    void aClientThatTrustsSomebodyElseDoesNotConnect() throws Exception {
        generate("other");
        try (Instance server = start()) {
            SSLContext wrong = trusting("other");
            assertThatThrownBy(() -> shown(server, wrong)).isInstanceOf(javax.net.ssl.SSLException.class);
        }
    }

    @Test
    void aChangedPairIsUsedForNewConnectionsAndABrokenOneIsNot() throws Exception {
        generate("second");
        SSLContext both = trusting("first", "second");
        try (Instance server = start()) {
            WebSocketPeer old = connect(server, both);
            assertThat(shown(server, both)).isEqualTo("CN=first");
            use("second");
            await().atMost(Wire.PATIENCE).until(() -> shown(server, both).equals("CN=second"));
            old.sendText("still here").expectText("still here");
            Files.writeString(cert, "no certificate");
            Files.writeString(key, "no key");
            // Nothing tells from outside that the broken pair was looked at; what is put right later shows it.
            use("first");
            await().atMost(Wire.PATIENCE).until(() -> shown(server, both).equals("CN=first"));
            old.sendText("and here").expectText("and here");
            old.leave();
        }
    }

    @Test
    void clientsNeedACertificateWhereAnAuthorityIsGiven() throws Exception {
        generate("clients");
        try (Instance server = start("server.tls.client-ca=" + folder.resolve("clients.crt"))) {
            SSLContext without = trusting("first");
            assertThatThrownBy(() -> connect(server, without)).isInstanceOf(Throwable.class);
            assertThat(server.metric("fanfare_connections_total")).isZero();
        }
    }

    @Test
    void missingFilesStopTheStart() {
        assertThatThrownBy(() -> Instance.start("server.tls.enabled=true"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("server.tls.cert");
    }
}
