package dev.fanfare.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventIdTest {
    private static final Position ONE = new Position("3qy-18_8s", 41);
    private static final Position TWO = new Position("e", Long.MAX_VALUE);

    @Test
    void whatWasToldIsUnderstood() throws ProtocolException {
        Map<ChannelName, Position> positions = new LinkedHashMap<>();
        positions.put(new ChannelName("a:b.c-d_e"), ONE);
        positions.put(new ChannelName("z"), TWO);
        String id = EventId.of(positions);
        assertThat(id).isEqualTo("a:b.c-d_e=3qy-18_8s:41,z=e:9223372036854775807");
        assertThat(EventId.parse(id, List.of("z", "a:b.c-d_e"))).isEqualTo(Map.of("a:b.c-d_e", ONE, "z", TWO));
    }

    @Test
    void theOnlyChannelNeedsNoNameAndMayHaveOne() throws ProtocolException {
        assertThat(EventId.parse(ONE.toString(), List.of("a"))).isEqualTo(Map.of("a", ONE));
        assertThat(EventId.parse("a=" + ONE, List.of("a"))).isEqualTo(Map.of("a", ONE));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ",",
                "e",
                "e:",
                ":1",
                "e:-1",
                "e:+1",
                "e:1.5",
                "e:1,",
                "a=e",
                "a=e:1,a=e:2",
                "e 1:1",
                "e:99999999999999999999"
            })
    void whatIsNoneIsRefused(String id) {
        assertThatThrownBy(() -> EventId.parse(id, List.of("a"))).isInstanceOf(ProtocolException.class);
    }

    @Test
    void anIdWithoutANameSaysNothingOfSeveralChannels() {
        assertThatThrownBy(() -> EventId.parse("e:1", List.of("a", "b"))).isInstanceOf(ProtocolException.class);
    }
}
