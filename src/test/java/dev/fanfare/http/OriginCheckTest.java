package dev.fanfare.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fanfare.config.Origins;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OriginCheckTest {
    private static final OriginCheck SAME = new OriginCheck(new Origins(false, true, List.of()));

    @ParameterizedTest
    @CsvSource({
        "http://example.org,        example.org,        true",
        "https://example.org,       example.org,        true",
        "https://example.org,       example.org:443,    true",
        "http://example.org:80,     example.org,        true",
        "https://example.org,       example.org:80,     false",
        "HTTP://Example.ORG:8443,   example.org:8443,   true",
        "http://example.org:8443,   example.org:8444,   false",
        "http://example.org,        example.com,        false",
        "http://example.org.evil.com, example.org,      false",
        "http://evil.com/example.org, example.org,      false",
        "http://[::1]:8443,         [::1]:8443,         true",
        "http://[::1],              [::1]:80,           true",
        "http://[::1],              [::2],              false",
        "null,                      null,               false",
        "example.org,               example.org,        false"
    })
    void sameOriginComparesHostAndPort(String origin, String host, boolean admitted) {
        assertThat(SAME.admits(origin, host)).isEqualTo(admitted);
    }

    @Test
    void aListAdmitsWhatIsInItWhateverTheHost() {
        OriginCheck check = new OriginCheck(new Origins(false, false, List.of("https://a.example")));
        assertThat(check.admits("https://A.example", "b.example")).isTrue();
        assertThat(check.admits("http://a.example", "a.example")).isFalse();
        assertThat(check.admits("https://b.example", "b.example")).isFalse();
    }

    @Test
    void aListAdmitsTheSameOriginWhereItIsAmongIt() {
        OriginCheck check = new OriginCheck(new Origins(false, true, List.of("https://a.example")));
        assertThat(check.admits("https://a.example", "b.example")).isTrue();
        assertThat(check.admits("https://b.example", "b.example")).isTrue();
        assertThat(check.admits("https://c.example", "b.example")).isFalse();
    }

    @Test
    void anyOriginPassesWhereAnyMay() {
        assertThat(new OriginCheck(new Origins(true, true, List.of())).admits("null", "b"))
                .isTrue();
    }
}
