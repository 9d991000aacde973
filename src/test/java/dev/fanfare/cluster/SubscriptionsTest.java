package dev.fanfare.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SubscriptionsTest {
    private final PubSubServer server = new PubSubServer();

    @Test
    void severalChannelsGoInOneCommandAndShardedOnesInOneEach() {
        server.subscriptions.add("a", false);
        server.subscriptions.add("b", false);
        server.subscriptions.add("s", true);
        server.subscriptions.add("t", true);
        server.send();
        assertThat(server.commands).containsExactlyInAnyOrder("subscribe a b", "ssubscribe s", "ssubscribe t");
        assertThat(server.subscriptions.isSettled()).isFalse();
        server.answerAll();
        assertThat(server.heard).containsExactlyInAnyOrder("confirmed a", "confirmed b", "confirmed s", "confirmed t");
        assertThat(server.subscriptions.isSettled()).isTrue();
    }

    @Test
    void whatChangesTwiceBeforeItIsSentIsNotSent() {
        server.subscriptions.add("a", false);
        server.subscriptions.remove("a");
        server.send();
        assertThat(server.commands).isEmpty();
        assertThat(server.subscriptions.isSettled()).isTrue();
    }

    @Test
    void whatIsLeftAndWantedAgainBeforeThatIsSentIsConfirmedAtOnce() {
        server.subscriptions.add("a", false);
        server.send();
        server.answerAll();
        server.heard.clear();
        server.subscriptions.remove("a");
        server.subscriptions.add("a", false);
        server.send();
        assertThat(server.commands).containsExactly("subscribe a");
        assertThat(server.heard).containsExactly("confirmed a");
    }

    @Test
    void anUnsubscriptionThatIsRefusedIsTold() {
        server.subscriptions.add("a", false);
        server.send();
        server.answerAll();
        server.heard.clear();
        server.subscriptions.remove("a");
        server.send();
        server.subscriptions.refused("NOPERM", request -> {});
        assertThat(server.heard).containsExactly("refused a NOPERM");
    }

    @Test
    void onlyTheLastSubscriptionOfAChannelCounts() {
        server.subscriptions.add("a", false);
        server.send();
        server.subscriptions.remove("a");
        server.send();
        server.subscriptions.add("a", false);
        server.send();
        server.answerOne();
        server.answerOne();
        assertThat(server.heard).isEmpty();
        server.answerOne();
        assertThat(server.heard).containsExactly("confirmed a");
    }

    @Test
    void oneThatIsRefusedSpoilsItForNoOther() {
        server.refused.add("b");
        List.of("a", "b", "c").forEach(name -> server.subscriptions.add(name, false));
        server.send();
        server.answerAll();
        assertThat(server.heard).containsExactlyInAnyOrder("confirmed a", "refused b NOPERM", "confirmed c");
        assertThat(server.subscribed).containsExactlyInAnyOrder("a", "c");
        assertThat(server.subscriptions.isSettled()).isTrue();
    }

    @Test
    void aSlotThatHasMovedIsTold() {
        server.subscriptions.add("s", true);
        server.send();
        server.answerAll();
        server.heard.clear();
        server.subscriptions.answered(false, "s");
        assertThat(server.heard).containsExactly("moved s");

        server.refusal = "MOVED 5 127.0.0.1:7000";
        server.refused.add("s");
        server.subscriptions.add("s", true);
        server.send();
        server.answerAll();
        assertThat(server.heard).containsExactly("moved s", "moved s");
    }

    @Test
    void everythingThatIsWantedIsSentAgainOnTheNextConnection() {
        List.of("a", "b", "c").forEach(name -> server.subscriptions.add(name, false));
        server.send();
        server.answerOne();
        server.subscriptions.remove("b");
        server.lose();
        server.send();
        assertThat(server.commands).containsExactly("subscribe a b c", "subscribe a c");
    }
}
