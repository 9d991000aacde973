package dev.fanfare.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fanfare.cluster.Layout.Range;
import dev.fanfare.config.RedisUrl;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LayoutTest {
    private static RedisUrl server(int port) {
        return new RedisUrl(false, "redis.example", port, 0, new RedisUrl.Login("", ""));
    }

    private static Range range(int first, int last, int port) {
        return new Range(first, last, server(port));
    }

    @Test
    void aLoneServerHasEverything() {
        Layout layout = Layout.of(server(1));
        assertThat(layout.servers()).containsExactly(server(1));
        assertThat(layout.serverOf("foo")).isEqualTo(server(1));
    }

    @Test
    void everyNameIsOnTheServerOfItsSlot() {
        Layout layout = Layout.of(
                List.of(range(0, 5060, 1), range(5061, 5061, 2), range(5062, 12_181, 1), range(12_182, 16_383, 3)));
        assertThat(layout.serverOf("")).isEqualTo(server(1)); // slot 0
        assertThat(layout.serverOf("bar")).isEqualTo(server(2)); // 5061
        assertThat(layout.serverOf("foo")).isEqualTo(server(3)); // 12182
        assertThat(layout.serverOf("123456789")).isEqualTo(server(3)); // 12739
    }

    @Test
    void aServerIsNamedOnceHoweverManyRangesItHas() {
        Layout layout = Layout.of(List.of(range(8, 16_383, 2), range(0, 3, 1), range(6, 7, 1), range(4, 5, 2)));
        assertThat(layout.servers()).containsExactly(server(1), server(2));
    }

    @Test
    void theOrderInWhichANodeTellsOfThemMakesNoDifference() {
        List<Range> ranges = List.of(range(0, 99, 1), range(100, 199, 2), range(200, 16_383, 3));
        List<Range> otherOrder = ranges.stream().collect(Collectors.toList());
        Collections.reverse(otherOrder);
        assertThat(Layout.of(ranges).isSame(Layout.of(otherOrder))).isTrue();
    }

    @Test
    void aSlotElsewhereMakesAnotherLayout() {
        Layout layout = Layout.of(List.of(range(0, 99, 1), range(100, 16_383, 2)));
        assertThat(layout.isSame(Layout.of(List.of(range(0, 98, 1), range(99, 16_383, 2)))))
                .isFalse();
        assertThat(layout.isSame(Layout.of(List.of(range(0, 99, 1), range(100, 16_383, 3)))))
                .isFalse();
        assertThat(Layout.of(server(1)).isSame(Layout.of(List.of(range(0, 16_383, 1)))))
                .isTrue();
    }

    @Test
    void asManyServersAsRedisAllowsShareTheSlots() {
        List<Range> ranges = IntStream.range(0, 1000)
                .mapToObj(i -> range(Names.SLOTS * i / 1000, Names.SLOTS * (i + 1) / 1000 - 1, i))
                .toList();
        Layout layout = Layout.of(ranges);
        assertThat(layout.servers()).hasSize(1000);
        assertThat(layout.serverOf("foo")).isEqualTo(server(12_182 * 1000 / Names.SLOTS));
    }

    @Test
    void aSlotWithoutServerIsNoLayout() {
        assertThatThrownBy(() -> Layout.of(List.of())).hasMessage("no server has slot 0");
        assertThatThrownBy(() -> Layout.of(List.of(range(0, 5460, 1), range(5462, 16_383, 2))))
                .hasMessage("no server has slot 5461");
        assertThatThrownBy(() -> Layout.of(List.of(range(0, 16_382, 1)))).hasMessage("no server has slot 16383");
    }

    @Test
    void slotsThatThereAreNotAreNoRange() {
        assertThatThrownBy(() -> range(-1, 5, 1)).hasMessage("no range of slots: -1 to 5");
        assertThatThrownBy(() -> range(5, 4, 1)).hasMessage("no range of slots: 5 to 4");
        assertThatThrownBy(() -> range(0, 16_384, 1)).hasMessage("no range of slots: 0 to 16384");
    }
}
