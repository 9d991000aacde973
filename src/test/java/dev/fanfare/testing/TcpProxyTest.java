package dev.fanfare.testing;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The fixture itself. */
class TcpProxyTest {
    private final RedisServer redis = RedisServer.start();
    private final TcpProxy proxy = TcpProxy.to(redis.port());

    @AfterEach
    void end() {
        proxy.close();
        redis.close();
    }

    private Wire connect() {
        return Wire.connect(proxy.port(), 0, null);
    }

    private static void ping(Wire wire) {
        wire.write("PING\r\n".getBytes(US_ASCII));
    }

    private static void expectPong(Wire wire) {
        ping(wire);
        assertThat(wire.line()).isEqualTo("+PONG");
    }

    @Test
    void bytesPassBothWays() {
        try (Wire wire = connect()) {
            expectPong(wire);
            expectPong(wire);
            assertThat(proxy.accepted()).isEqualTo(1);
        }
    }

    @Test
    void theEndPassesToo() {
        try (Wire wire = connect()) {
            expectPong(wire);
            redis.kill();
            wire.expectEnd();
        }
    }

    @Test
    void whatIsSwallowedIsLostWithItsConnection() {
        try (Wire old = connect();
                Wire idle = connect()) {
            expectPong(old);
            expectPong(idle);
            proxy.swallow();
            try (Wire other = connect()) {
                ping(old);
                ping(other);
                assertThat(old.read(Duration.ofMillis(100))).isEqualTo(Wire.NOTHING_YET);
                assertThat(other.read(Duration.ofMillis(1))).isEqualTo(Wire.NOTHING_YET);
                proxy.pass();
                old.expectEnd();
                other.expectEnd();
                expectPong(idle);
            }
        }
    }

    @Test
    void cutConnectionsEndAndNewOnesPass() {
        try (Wire old = connect()) {
            expectPong(old);
            proxy.cut();
            old.expectEnd();
        }
        try (Wire other = connect()) {
            expectPong(other);
        }
    }

    @Test
    void newConnectionsAreRefusedAndOldOnesStay() {
        try (Wire old = connect()) {
            expectPong(old);
            proxy.refuse();
            assertThatThrownBy(this::connect).hasRootCauseInstanceOf(IOException.class);
            expectPong(old);
            proxy.pass();
            try (Wire other = connect()) {
                expectPong(other);
            }
        }
    }
}
