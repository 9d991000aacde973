package dev.fanfare.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fanfare.protocol.ChannelName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NamesTest {
    private final Names names = new Names("mine");

    @Test
    void everythingBeginsWithThePrefix() {
        assertThat(names.of(null)).isEqualTo("mine:broadcast");
        assertThat(names.of(new ChannelName("news"))).isEqualTo("mine:channel:news");
        assertThat(names.instance("0a1b")).isEqualTo("mine:instance:0a1b");
    }

    @Test
    void theKeysOfAChannelAreInItsSlot() {
        ChannelName news = new ChannelName("news");
        assertThat(names.of(news, "stream")).isEqualTo("{mine:channel:news}:stream");
        assertThat(Names.slot(names.of(news, "key:{x}"))).isEqualTo(Names.slot(names.of(news)));
    }

    @Test
    void noChannelIsCalledLikeBroadcastsOrAnInstance() {
        assertThat(names.of(new ChannelName("broadcast"))).isNotEqualTo(names.of(null));
        assertThat(names.of(new ChannelName("instance:0a1b"))).isNotEqualTo(names.instance("0a1b"));
    }

    /** What CLUSTER KEYSLOT of Redis 7.0 says; 12739 is 0x31C3, the check value of CRC-16/XMODEM. */
    @ParameterizedTest
    @CsvSource({
        "'', 0",
        "123456789, 12739",
        "foo, 12182",
        "user1000, 3443",
        "{user1000}.following, 3443",
        "{user1000}.followers, 3443",
        "foo{}{bar}, 8363",
        "foo{{bar}}zap, 4015",
        "foo{bar}{zap}, 5061",
        "foo{bar, 15278",
        "}foo{bar}, 5061",
        "grüße, 3194",
    })
    void aNameIsInTheSlotThatRedisPutsItIn(String name, int slot) {
        assertThat(Names.slot(name)).isEqualTo(slot);
    }
}
