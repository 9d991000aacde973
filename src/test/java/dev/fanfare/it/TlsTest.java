package dev.fanfare.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.fanfare.config.ConfigurationException;
import dev.fanfare.testing.Certificates;
import dev.fanfare.testing.Instance;
import dev.fanfare.testing.WebSocketPeer;
import dev.fanfare.testing.Wire;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code wss://}: the files, who is trusted, and the files' change. */
@SuppressWarnings("NullAway.Init") // JUnit sets the folder, and makeFiles the rest
class TlsTest {
    @TempDir
    private Path folder;

    private Certificates certificates;
    private Path cert;
    private Path key;

    @BeforeEach
    void makeFiles() throws Exception {
        cert = folder.resolve("cert.pem");
        key = folder.resolve("key.pem");
        certificates = new Certificates(folder).generate("first");
        use("first");
    }

    private void use(String name) throws Exception {
        replace(certificates.key(name), key);
        replace(certificates.cert(name), cert);
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
            WebSocketPeer one = connect(server, certificates.trusting("first"));
            WebSocketPeer two = connect(server, certificates.trusting("first"));
            String large = "x".repeat(60_000);
            one.sendText(large).expectText(large);
            two.expectText(large);
            one.sendClose(1000, "bye").expectCloseAndEof(1000);
            one.close();
            var stopped = server.stop();
            two.expectClose(1001);
            two.close();
            stopped.toCompletionStage().toCompletableFuture().get(Wire.PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }
    }

    @Test
    void aClientThatTrustsSomebodyElseDoesNotConnect() throws Exception {
        certificates.generate("other");
        try (Instance server = start()) {
            SSLContext wrong = certificates.trusting("other");
            assertThatThrownBy(() -> shown(server, wrong)).isInstanceOf(javax.net.ssl.SSLException.class);
        }
    }

    @Test
    void aChangedPairIsUsedForNewConnectionsAndABrokenOneIsNot() throws Exception {
        certificates.generate("second");
        SSLContext both = certificates.trusting("first", "second");
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
        certificates.generate("clients");
        try (Instance server = start("server.tls.client-ca=" + certificates.cert("clients"))) {
            SSLContext without = certificates.trusting("first");
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
