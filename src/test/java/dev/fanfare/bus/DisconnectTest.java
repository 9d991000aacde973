package dev.fanfare.bus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DisconnectTest {
    private static final String SESSION = "AbCdEfGhIjKlMnOpQr_-09";

    @Test
    void aUserMeansAllSessionsOfHisAndNoOther() {
        Disconnect ada = new Disconnect.User("ada");
        assertThat(ada.means(SESSION, "ada")).isTrue();
        assertThat(ada.means(SESSION, "Ada")).isFalse();
        assertThat(ada.means(SESSION, "")).isFalse();
        assertThat(ada.means("ada", null)).isFalse();
    }

    @Test
    void aSessionMeansItselfWhoeverItIsOf() {
        Disconnect one = new Disconnect.Session(SESSION);
        assertThat(one.means(SESSION, null)).isTrue();
        assertThat(one.means(SESSION, "ada")).isTrue();
        assertThat(one.means(SESSION.toLowerCase(Locale.ROOT), SESSION)).isFalse();
    }

    @Test
    void aUserMayBeCalledAnythingThatCanBeWritten() {
        for (String name : List.of("a", " ", "o'hara \"x\"", "a|b\\", "ünïcödé", "😀".repeat(256), "x".repeat(256))) {
            assertThat(new Disconnect.User(name).means(SESSION, name)).as(name).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a\nb", "\0", "\u007f", "\u0085", "\ud83d", "\ude00\ud83d"})
    void refusesWhatNoUserIsCalled(String name) {
        assertThatThrownBy(() -> new Disconnect.User(name)).hasMessage(Disconnect.User.RULE);
    }

    @Test
    void refusesAUserWhoseNameIsTooLong() {
        assertThatThrownBy(() -> new Disconnect.User("x".repeat(257))).hasMessage(Disconnect.User.RULE);
        assertThatThrownBy(() -> new Disconnect.User("😀".repeat(257))).hasMessage(Disconnect.User.RULE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "AbCdEfGhIjKlMnOpQr_-0",
                "AbCdEfGhIjKlMnOpQr_-090",
                "AbCdEfGhIjKlMnOpQr_-0=",
                "AbCdEfGhIjKlMnOpQr+/09",
                "AbCdEfGhIjKlMnOpQr_-09\n"
            })
    void refusesWhatIsNoSession(String id) {
        assertThatThrownBy(() -> new Disconnect.Session(id)).hasMessage(Disconnect.Session.RULE);
    }
}
