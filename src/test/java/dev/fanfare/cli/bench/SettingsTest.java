package dev.fanfare.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {

    private static final Target TARGET = Target.of("ws://127.0.0.1:8443", "/");
    private static final Offer NOTHING = new Offer(false, Optional.empty());
    private static final Load.Drive ONE = new Load.Window(1);
    private static final Duration SECOND = Duration.ofSeconds(1);

    @ParameterizedTest
    @CsvSource({"0,1,1,connections", "1,0,1,threads", "2,3,1,threads", "1,1,0,handshakes"})
    void namesTheSettingThatIsOutOfRange(int connections, int threads, int handshakes, String key) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Settings(
                        TARGET,
                        Optional.empty(),
                        Dialect.Kind.RAW,
                        NOTHING,
                        connections,
                        threads,
                        handshakes,
                        List.of()))
                .withMessageStartingWith(key + ": ");
    }

    @Test
    void aPayloadHasRoomForItsStamp() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Load(ONE, Stamp.LENGTH - 1, SECOND, SECOND))
                .withMessage("size: 31 is not between 32 and 65536");
    }

    @Test
    void anEventStreamIsNotCompressed() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Settings(
                        TARGET,
                        Optional.empty(),
                        Dialect.Kind.SSE,
                        new Offer(true, Optional.empty()),
                        1,
                        1,
                        1,
                        List.of()))
                .withMessageStartingWith("compression: ");
    }

    @Test
    void aRunIsMeasuredForSomeTime() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Load(ONE, 128, SECOND, Duration.ZERO));
    }

    @Test
    void aWindowAndARateArePositive() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Load.Window(0));
        assertThatIllegalArgumentException().isThrownBy(() -> new Load.Rate(0));
        assertThatIllegalArgumentException().isThrownBy(() -> new Load.Rate(Double.NaN));
    }

    @ParameterizedTest
    @CsvSource({"250ms,250", "10s,10000", "5m,300000", "1h,3600000"})
    void readsDurationsAsUsersWriteThem(String text, long millis) {
        assertThat(Durations.parse(text)).isEqualTo(Duration.ofMillis(millis));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "10", "-1s", "1w", "1.5s", "s"})
    void refusesOtherDurations(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> Durations.parse(text));
    }

    @Test
    void aUrlWithoutAPathMeansTheDialectsOwn() {
        assertThat(Target.of("ws://127.0.0.1:81", "/ws").path()).isEqualTo("/ws");
        assertThat(Target.of("ws://127.0.0.1:81/", "/ws").path()).isEqualTo("/ws");
        assertThat(Target.of("ws://127.0.0.1:81/raw/a?b=c", "/ws").path()).isEqualTo("/raw/a?b=c");
        assertThat(Target.of("http://127.0.0.1/?a=b", "/sse?channel=c").path()).isEqualTo("/sse?channel=c&a=b");
        assertThat(Target.of("ws://127.0.0.1", "/").authority()).isEqualTo("127.0.0.1:80");
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://127.0.0.1/", "127.0.0.1", "wss://127.0.0.1/", "ws:///", "ws://a b/"})
    void refusesOtherUrls(String url) {
        assertThatIllegalArgumentException().isThrownBy(() -> Target.of(url, "/"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "two words", "a\r\nX-Header: b", "=", "schlüssel"})
    void refusesWhatIsNoCredentialAndDoesNotTellIt(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Offer(false, Optional.of(text)))
                .withMessage("credential-file: what it holds is neither an API key nor a token");
    }

    @Test
    void showsACredentialInItsHeaderAloneAndNotWhereItIsPrinted() {
        Offer offer = new Offer(true, Optional.of("a.b-c=="));

        assertThat(offer.headers())
                .isEqualTo("Sec-WebSocket-Extensions: permessage-deflate\r\nAuthorization: Bearer a.b-c==\r\n");
        assertThat(offer).hasToString("Offer[true]");
        assertThat(NOTHING.headers()).isEmpty();
    }

    @Test
    void sparesAnAddresssPortsByUsingTheNext() {
        assertThat(TARGET.source(24_999).getAddress().isAnyLocalAddress()).isTrue();
        assertThat(TARGET.source(25_000).getAddress().getHostAddress()).isEqualTo("127.0.0.2");
    }
}
