package dev.fanfare.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fanfare.testing.SharedInstance;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Origins as an operator configures them. */
class OriginListTest {
    @RegisterExtension
    static final SharedInstance LISTED = SharedInstance.with("server.origins=https://app.example");

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

    @ParameterizedTest
    @ValueSource(strings = {"https://app.example", "http://elsewhere.example:1", "null"})
    void acceptsAnyOriginWhereAskedTo(String origin) {
        assertThat(ANY.answer(ANY.upgrade("/").with("Origin", origin)).status()).isEqualTo(101);
    }
}
