package dev.fanfare.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fanfare.testing.LogRecord;
import dev.fanfare.testing.SharedInstance;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Origins as an operator configures them. */
class OriginListTest {
    @RegisterExtension
    static final SharedInstance LISTED = SharedInstance.with("server.origins=https://app.example");

    @RegisterExtension
    static final SharedInstance OWN_TOO = SharedInstance.with("server.origins=https://app.example,same-origin");

    @RegisterExtension
    static final SharedInstance ANY = SharedInstance.with("server.origins=*");

    @ParameterizedTest
    @CsvSource({
        "https://app.example, 101",
        "http://app.example, 403",
        "https://app.example:8443, 403",
        "https://app.example.evil.example, 403",
        "https://other.example, 403",
        "null, 403"
    })
    void acceptsTheListedOrigins(String origin, int status) {
        assertThat(LISTED.answer(LISTED.upgrade("/").with("Origin", origin)).status())
                .isEqualTo(status);
    }

    @Test
    void acceptsPagesOfItsOwnWhereTheListHasTheSameOrigin() {
        for (String origin : List.of("https://app.example", "http://localhost:" + OWN_TOO.port())) {
            assertThat(OWN_TOO.answer(OWN_TOO.upgrade("/ws").with("Origin", origin))
                            .status())
                    .isEqualTo(101);
        }
        assertThat(OWN_TOO.answer(OWN_TOO.upgrade("/ws").with("Origin", "https://other.example"))
                        .status())
                .isEqualTo(403);
    }

    @Test
    void tellsTheLogWhichOriginItRefuses() {
        try (LogRecord log = LogRecord.open()) {
            LISTED.answer(LISTED.upgrade("/").with("Origin", "https://other.example"));
            LISTED.answer(LISTED.upgrade("/").with("Origin", "https://a\tb\u00ff" + "x".repeat(4_000)));
            LISTED.answer(LISTED.upgrade("/nowhere").with("Origin", "https://other.example"));
            assertThat(log.lines())
                    .filteredOn(line -> line.contains("handshake denied"))
                    .satisfiesExactly(
                            line -> assertThat(line).contains("reason=\"origin\"", "origin=\"https://other.example\""),
                            line -> assertThat(line)
                                    .contains("origin=\"https://a\\u0009b\\u00ff" + "x".repeat(106) + "…\""));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://app.example", "http://elsewhere.example:1", "null"})
    void acceptsAnyOriginWhereAskedTo(String origin) {
        assertThat(ANY.answer(ANY.upgrade("/").with("Origin", origin)).status()).isEqualTo(101);
    }
}
