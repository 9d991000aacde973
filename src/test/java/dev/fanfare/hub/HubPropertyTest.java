package dev.fanfare.hub;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fanfare.bus.LoopBatch;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jspecify.annotations.Nullable;

/** Whatever loops do, each sees one order: that in which the hub was asked. */
class HubPropertyTest {
    private static final int LOOPS = 3;
    private static final String LARGE = "x".repeat((int) Outboxes.LOOP_CREDIT / 2);

    @Property(tries = 400)
    void everyLoopSeesWhatWasAskedInTheOrderInWhichItWasAsked(@ForAll long seed) {
        Random random = new Random(seed);
        HubFixture fixture = new HubFixture().attach(0, 1, 2);
        Model model = new Model();
        List<List<String>> seen = lists();
        List<Queue<LoopBatch>> undelivered = List.of(new ArrayDeque<>(), new ArrayDeque<>(), new ArrayDeque<>());
        for (int step = 0; step < 60; step++) {
            step(random, fixture, model, undelivered);
            collect(fixture, seen, undelivered);
        }
        fixture.own.settle();
        collect(fixture, seen, undelivered);
        while (undelivered.stream().anyMatch(queue -> !queue.isEmpty())) {
            for (int loop = 0; loop < LOOPS; loop++) {
                acknowledge(fixture, loop, undelivered);
            }
            fixture.own.settle();
            collect(fixture, seen, undelivered);
        }
        assertThat(seen).isEqualTo(model.expected);
        assertThat(fixture.queuedForLoops()).isZero();
        assertThat(fixture.gauge("fanfare.channels")).isEqualTo((double) model.channels());
    }

    private static void step(Random random, HubFixture fixture, Model model, List<Queue<LoopBatch>> undelivered) {
        int loop = random.nextInt(LOOPS);
        String channel = "c" + random.nextInt(3);
        switch (random.nextInt(7)) {
            case 0 -> model.join(loop, channel, fixture.join(loop, channel));
            case 1 -> {
                fixture.leave(loop, channel);
                model.members.remove(loop + channel);
            }
            case 2 -> acknowledge(fixture, loop, undelivered);
            case 3 -> fixture.own.settle();
            case 4 -> model.publish(loop, null, "all", fixture.publish(loop, null, "all"));
            default -> {
                String text = random.nextInt(8) == 0 ? LARGE : "m" + random.nextInt();
                model.publish(loop, channel, text, fixture.publish(loop, channel, text));
            }
        }
    }

    private static void acknowledge(HubFixture fixture, int loop, List<Queue<LoopBatch>> undelivered) {
        LoopBatch batch = undelivered.get(loop).poll();
        if (batch != null) {
            fixture.delivered(loop, batch.bytes());
        }
    }

    private static void collect(HubFixture fixture, List<List<String>> seen, List<Queue<LoopBatch>> undelivered) {
        for (int loop = 0; loop < LOOPS; loop++) {
            for (LoopBatch batch : fixture.take(loop)) {
                seen.get(loop).addAll(HubFixture.words(batch));
                undelivered.get(loop).add(batch);
            }
        }
    }

    private static List<List<String>> lists() {
        return List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    }

    /** A hub for which nobody is ever behind. */
    private static final class Model {
        final Set<String> members = new TreeSet<>();
        final List<List<String>> expected = lists();

        void join(int loop, String channel, long ticket) {
            members.add(loop + channel);
            expected.get(loop).add("joined " + ticket);
        }

        void publish(int from, @Nullable String channel, String text, long ticket) {
            for (int loop = 0; loop < LOOPS; loop++) {
                if (channel == null || members.contains(loop + channel)) {
                    expected.get(loop).add(text);
                }
            }
            expected.get(from).add("published " + ticket);
        }

        long channels() {
            return members.stream()
                    .map(member -> member.substring(1))
                    .distinct()
                    .count();
        }
    }
}
