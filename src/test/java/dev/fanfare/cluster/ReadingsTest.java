package dev.fanfare.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fanfare.protocol.ChannelName;
import dev.fanfare.protocol.Member;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ReadingsTest {
    private static final ChannelName ROOM = new ChannelName("room");
    private static final List<Member> NOBODY = List.of();
    private static final List<Member> ANN = List.of(new Member("ann", null, null));

    private final List<Promise<List<Member>>> asked = new ArrayList<>();
    private final Readings readings = new Readings(channel -> {
        Promise<List<Member>> answer = Promise.promise();
        asked.add(answer);
        return answer.future();
    });

    @Test
    void allWhoAskWhileOneIsUnderWayShareTheNext() {
        Future<List<Member>> first = readings.of(ROOM);
        List<Future<List<Member>>> others =
                IntStream.range(0, 100).mapToObj(i -> readings.of(ROOM)).toList();
        assertThat(asked).hasSize(1);
        asked.get(0).complete(NOBODY);
        assertThat(first.result()).isEqualTo(NOBODY);
        assertThat(others).noneMatch(Future::isComplete);
        assertThat(asked).hasSize(2);
        asked.get(1).complete(ANN);
        assertThat(others).allMatch(other -> other.result().equals(ANN));
        assertThat(asked).hasSize(2);
    }

    @Test
    void oneThatFailsFailsThoseWhoShareIt() {
        Future<List<Member>> first = readings.of(ROOM);
        Future<List<Member>> second = readings.of(ROOM);
        asked.get(0).fail("gone");
        assertThat(first.failed()).isTrue();
        asked.get(1).complete(ANN);
        assertThat(second.result()).isEqualTo(ANN);
        assertThat(readings.of(ROOM).isComplete()).isFalse();
        assertThat(asked).hasSize(3);
    }

    @Test
    void channelsDoNotWaitForEachOther() {
        readings.of(ROOM);
        readings.of(new ChannelName("den"));
        assertThat(asked).hasSize(2);
    }
}
