package dev.fanfare.bus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fanfare.protocol.ChannelName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class PageTest {
    private static ChannelInfo channel(String name, long subscribers) {
        return new ChannelInfo(new ChannelName(name), subscribers);
    }

    @Test
    void endsWhereSomebodyHasMoreThatIsNotKnown() {
        ChannelQuery query = new ChannelQuery("", "", 10);
        Page<ChannelInfo> all = new Page<>(List.of(channel("a", 1), channel("d", 1)), false);
        Page<ChannelInfo> part = new Page<>(List.of(channel("a", 2), channel("b", 1)), true);
        assertThat(query.merge(List.of(all, part)))
                .isEqualTo(new Page<>(List.of(channel("a", 3), channel("b", 1)), true));
    }

    @Test
    void isOfThoseThatAreMeant() {
        ChannelQuery query = new ChannelQuery("a:", "a:b", 10);
        assertThat(query.means(new ChannelName("a:c"))).isTrue();
        assertThat(query.means(new ChannelName("a:b"))).isFalse();
        assertThat(query.means(new ChannelName("b"))).isFalse();
    }

    /** Each list holds the numbers of channels that have a subscriber on one loop. */
    @Property(tries = 300)
    void pagesOfAllLoopsTogetherAreTheWholeListInItsOrder(
            @ForAll @Size(min = 1, max = 4) List<@Size(max = 30) List<@IntRange(max = 50) Integer>> loops,
            @ForAll @IntRange(min = 1, max = 12) int limit) {
        Map<String, Long> expected = new TreeMap<>();
        loops.forEach(loop -> loop.forEach(number -> expected.merge("c" + number, 1L, Long::sum)));
        List<ChannelInfo> listed = new ArrayList<>();
        Page<ChannelInfo> page = new Page<>(List.of(), true);
        while (page.more()) {
            String after = listed.isEmpty()
                    ? ""
                    : listed.get(listed.size() - 1).channel().value();
            ChannelQuery query = new ChannelQuery("", after, limit);
            page = query.merge(
                    loops.stream().map(loop -> query.page(on(loop, query))).toList());
            assertThat(page.entries()).hasSizeLessThanOrEqualTo(limit);
            listed.addAll(page.entries());
        }
        assertThat(listed)
                .containsExactlyElementsOf(expected.entrySet().stream()
                        .map(entry -> channel(entry.getKey(), entry.getValue()))
                        .toList());
    }

    private static List<ChannelInfo> on(List<Integer> loop, ChannelQuery query) {
        Map<String, Long> counts = new HashMap<>();
        loop.forEach(number -> counts.merge("c" + number, 1L, Long::sum));
        return counts.entrySet().stream()
                .map(entry -> channel(entry.getKey(), entry.getValue()))
                .filter(info -> query.means(info.channel()))
                .toList();
    }
}
