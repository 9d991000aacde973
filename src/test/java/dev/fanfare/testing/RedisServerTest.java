package dev.fanfare.testing;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The fixture itself. */
class RedisServerTest {
    @Test
    void aMessageArrivesByteForByte() {
        byte[] message = {0, '\r', '\n', (byte) 0xff, '$'};
        try (RedisServer redis = RedisServer.start();
                RedisPeer subscriber = RedisPeer.connect(redis.port())) {
            assertThat(subscriber.command("SUBSCRIBE", "news")).containsExactly("subscribe", "news", "1");
            assertThat(redis.publish("news", message)).isEqualTo(1);
            assertThat(subscriber.reply()).containsExactly("message", "news", "\0\r\n\u00ff$");
        }
    }

    @Test
    void anErrorFails() {
        try (RedisServer redis = RedisServer.start()) {
            assertThatThrownBy(() -> redis.command("GET"))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("wrong number of arguments");
        }
    }

    @Test
    void itIsKilledAndComesBackOnItsPortWithNothingKept() {
        try (RedisServer redis = RedisServer.start("maxmemory 100mb")) {
            redis.command("SET", "key", "value");
            redis.kill();
            assertThatThrownBy(() -> redis.command("PING")).hasMessageContaining("" + redis.port());
            redis.restart();
            assertThat(redis.command("GET", "key")).isEmpty();
            assertThat(redis.command("CONFIG", "GET", "maxmemory")).containsExactly("maxmemory", "104857600");
        }
    }

    @Test
    void frozenItAnswersNobodyAndThawedItGoesOn() {
        try (RedisServer redis = RedisServer.start()) {
            Wire wire = Wire.connect(redis.port(), 0, null);
            redis.freeze();
            wire.write("PING\r\n".getBytes(US_ASCII));
            assertThat(wire.read(Duration.ofMillis(100))).isEqualTo(Wire.NOTHING_YET);
            redis.thaw();
            assertThat(wire.line()).isEqualTo("+PONG");
            redis.freeze();
        }
    }

    @Test
    void itSpeaksTls(@TempDir Path folder) throws Exception {
        Certificates certificates = new Certificates(folder).generate("redis");
        SSLContext trust = certificates.trusting("redis");
        try (RedisServer redis = RedisServer.startTls(certificates, "redis");
                Wire wire = Wire.connect(redis.tlsPort(), 0, trust)) {
            wire.write("PING\r\n".getBytes(US_ASCII));
            assertThat(wire.line()).isEqualTo("+PONG");
            assertThat(redis.tlsUrl()).isEqualTo("rediss://localhost:" + redis.tlsPort());
        }
    }

    @Test
    void anOptionThatIsNoneFailsWithItsWords() {
        assertThatThrownBy(() -> RedisServer.start("no-such-option 1"))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("no-such-option");
    }

    @Test
    void aProgramThatIsMissingFailsWithASentence(@TempDir Path folder) {
        assertThatThrownBy(() -> LocalProcess.start(folder, "no-such-program"))
                .isInstanceOf(AssertionError.class)
                .hasMessage(
                        "This test needs the program no-such-program, which is not installed; scripts/test installs it");
    }
}
