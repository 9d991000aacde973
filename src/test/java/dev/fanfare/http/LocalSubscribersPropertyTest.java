package dev.fanfare.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fanfare.http.LoopFixture.CountingFormat;
import dev.fanfare.http.LoopFixture.Recorder;
import dev.fanfare.protocol.ChannelName;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jspecify.annotations.Nullable;

/** Whatever comes when, each subscriber gets exactly what was delivered between its add and its remove, in order. */
class LocalSubscribersPropertyTest {
    private static final List<String> CHANNELS = List.of("a", "b");
    private static final String LARGE = "x".repeat(100_000);

    /** What the loop ought to do, without batches. */
    private static final class Model {
        final Set<String> subscribed = new HashSet<>();
        final List<StringBuilder> expected =
                IntStream.range(0, 4).mapToObj(i -> new StringBuilder()).toList();
        final int[] encoded = {0, 0};

        void deliver(@Nullable String channel, String text) {
            boolean[] wanted = {false, false};
            for (int i = 0; i < 4; i++) {
                if (channel == null || subscribed.contains(channel + i)) {
                    expected.get(i).append(text).append(';');
                    wanted[i % 2] = true;
                }
            }
            for (int format = 0; format < 2; format++) {
                encoded[format] += wanted[format] ? 1 : 0;
            }
        }
    }

    @Property(tries = 500)
    void everySubscriberGetsWhatCameWhileItWasSubscribed(@ForAll long seed) {
        Random random = new Random(seed);
        LoopFixture fixture = new LoopFixture();
        List<CountingFormat> formats = List.of(new CountingFormat(), new CountingFormat());
        List<Recorder> recorders = IntStream.range(0, 4)
                .mapToObj(i -> new Recorder(formats.get(i % 2)))
                .toList();
        recorders.forEach(fixture.subscribers::enter);
        Model model = new Model();
        for (int step = 0; step < 80; step++) {
            int who = random.nextInt(4);
            String channel = CHANNELS.get(random.nextInt(2));
            switch (random.nextInt(7)) {
                case 0 -> {
                    fixture.subscribe(channel, recorders.get(who));
                    model.subscribed.add(channel + who);
                }
                case 1 -> {
                    fixture.subscribers.remove(new ChannelName(channel), recorders.get(who));
                    model.subscribed.remove(channel + who);
                }
                case 2 -> fixture.own.turn();
                case 3 -> {
                    fixture.own.settle(); // between a channel and a broadcast, and between channels, there is no order
                    deliver(fixture, model, null, "all" + step);
                    fixture.own.settle();
                }
                default -> {
                    String text = random.nextInt(10) == 0 ? LARGE : "m" + step;
                    settleOther(fixture, channel);
                    deliver(fixture, model, channel, text);
                }
            }
        }
        fixture.own.settle();
        assertThat(Stream.of(0, 1, 2, 3).map(i -> recorders.get(i).got.toString()))
                .containsExactlyElementsOf(
                        model.expected.stream().map(StringBuilder::toString).toList());
        assertThat(formats.stream().map(format -> format.encoded)).containsExactly(model.encoded[0], model.encoded[1]);
        assertThat(fixture.subscriptions()).isEqualTo(model.subscribed.size());
        fixture.assertAllReleased();
    }

    private String last = "";

    /** Between channels no order is promised: a tick ends where the channel changes, so that one may be compared. */
    private void settleOther(LoopFixture fixture, String channel) {
        if (!channel.equals(last)) {
            fixture.own.settle();
            last = channel;
        }
    }

    private static void deliver(LoopFixture fixture, Model model, @Nullable String channel, String text) {
        model.deliver(channel, text);
        fixture.subscribers.deliver(LoopFixture.message(channel, text));
    }
}
