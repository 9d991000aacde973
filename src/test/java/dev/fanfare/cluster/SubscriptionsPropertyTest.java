package dev.fanfare.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class SubscriptionsPropertyTest {
    /** Whatever is subscribed to, left, lost and answered in whatever order, in the end Redis has what is wanted. */
    @Property(tries = 2_000)
    void redisIsSubscribedToWhatIsWanted(@ForAll @Size(max = 60) List<@IntRange(max = 20) Integer> steps) {
        PubSubServer server = new PubSubServer();
        Set<String> wanted = new HashSet<>();
        for (int step : steps) {
            String channel = "c" + step % 4;
            if (step < 8) {
                server.subscriptions.add(channel, step % 2 == 0);
                wanted.add(channel);
            } else if (step < 16) {
                server.subscriptions.remove(channel);
                wanted.remove(channel);
            } else if (step < 18) {
                server.send();
            } else if (step < 20) {
                server.answerOne();
            } else {
                server.lose();
            }
        }
        server.send();
        server.heard.clear();
        server.answerAll();
        assertThat(server.subscribed).isEqualTo(wanted);
        assertThat(server.subscriptions.isSettled()).isTrue();
        server.commands.clear();
        server.lose();
        server.send();
        server.answerAll();
        assertThat(server.subscribed).as("after another connection").isEqualTo(wanted);
        assertThat(server.heard)
                .containsAll(wanted.stream().map(name -> "confirmed " + name).toList());
    }
}
