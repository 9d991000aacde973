package dev.fanfare.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WordsTest {

    @Test
    void aNameHas1To256Characters() {
        assertThat(new ChannelName("a").value()).isEqualTo("a");
        assertThat(new ChannelName("a".repeat(256)).value()).hasSize(256);
        refused("");
        refused("a".repeat(257));
    }

    @Test
    void aNameIsMadeOfLettersDigitsAndFourSigns() {
        String allowed = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.:-";
        IntStream.range(0, 0x3000).mapToObj(Character::toString).forEach(character -> {
            if (allowed.contains(character)) {
                assertThat(new ChannelName(character).value()).isEqualTo(character);
            } else {
                refused(character);
            }
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\n", "\na", "a b", "a/b"})
    void aNameIsRefusedForOneWrongCharacter(String name) {
        refused(name);
    }

    private static void refused(String name) {
        assertThatThrownBy(() -> new ChannelName(name)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ChannelName.parse(name))
                .isInstanceOfSatisfying(
                        ProtocolException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_CHANNEL));
    }

    @Test
    void aSentenceQuotesNoMoreThanAPartAndCutsNoPair() {
        assertThat(ProtocolException.shorten("a".repeat(64))).isEqualTo("a".repeat(64));
        assertThat(ProtocolException.shorten("a".repeat(65))).isEqualTo("a".repeat(64) + "…");
        assertThat(ProtocolException.shorten("a".repeat(63) + "😀")).isEqualTo("a".repeat(63) + "…");
    }

    @Test
    void channelsOfProcessesAreKnownByTheirPrefix() {
        assertThat(new ChannelName("process:1").isProcess()).isTrue();
        assertThat(new ChannelName("processes").isProcess()).isFalse();
        assertThat(new ChannelName("a:process:1").isProcess()).isFalse();
    }

    @Test
    void theCodesThatMayBeSentAreThoseOfTheRegistry() {
        Set<Integer> never = Set.of(1004, 1005, 1006);
        for (int code = 0; code <= 65_535; code++) {
            boolean may = (code >= 1000 && code < 1015 && !never.contains(code)) || (code >= 3000 && code < 5000);
            assertThat(CloseCode.mayBeSent(code)).as("%d", code).isEqualTo(may);
        }
    }

    @Test
    void everyCloseCodeMayBeSentAndHasAWordOfItsOwn() {
        assertThat(CloseCode.values()).allMatch(code -> CloseCode.mayBeSent(code.code()));
        assertThat(Stream.of(CloseCode.values()).map(CloseCode::word)).doesNotHaveDuplicates();
        assertThat(Stream.of(CloseCode.values()).map(CloseCode::code)).doesNotHaveDuplicates();
    }

    @Test
    void everyErrorCodeIsOneThatClientsWereToldOf() {
        assertThat(Stream.of(ErrorCode.values()).map(ErrorCode::word))
                .doesNotHaveDuplicates()
                .isSubsetOf(
                        "bad_request",
                        "unknown_type",
                        "invalid_channel",
                        "unauthorised",
                        "not_subscribed",
                        "limit_exceeded",
                        "rate_limited",
                        "too_large",
                        "unavailable",
                        "unrecoverable");
    }

    @Test
    void aRawSocketIsClosedAsClientsWereTold() {
        assertThat(ErrorCode.RATE_LIMITED.closeCode().code()).isEqualTo(1008);
        assertThat(ErrorCode.UNAVAILABLE.closeCode().code()).isEqualTo(1013);
    }
}
