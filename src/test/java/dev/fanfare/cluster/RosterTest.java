package dev.fanfare.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fanfare.protocol.ErrorCode;
import dev.fanfare.protocol.Member;
import dev.fanfare.protocol.ProtocolException;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RosterTest {
    private final ProtocolException away = new ProtocolException(ErrorCode.UNAVAILABLE, "away");
    private final Roster roster = new Roster();

    private static Member member(String session) {
        return new Member(session, null, null);
    }

    private Future<Void> join(String session) {
        return roster.join(member(session), true);
    }

    private Future<Void> leave(String session) {
        return roster.leave(member(session), true);
    }

    private List<String> next() {
        return roster.next(100).stream()
                .map(change -> change.verb() + " " + change.member().session())
                .toList();
    }

    @Test
    void tellsWhatHasChangedInItsOrderAndThenNothing() {
        join("a");
        join("b");
        assertThat(roster.next(1)).hasSize(1);
        roster.confirmed();
        assertThat(next()).containsExactly("JOIN b");
        roster.confirmed();
        assertThat(roster.hasChanges()).isFalse();
        assertThat(roster.present()).isEqualTo(2);
    }

    @Test
    void whoAsksIsAnsweredWhenItIsConfirmed() {
        Future<Void> joined = join("a");
        next();
        assertThat(joined.isComplete()).isFalse();
        roster.confirmed();
        assertThat(joined.succeeded()).isTrue();
    }

    @Test
    void whatChangesWhileItIsToldIsToldAfterwards() {
        join("a");
        next();
        Future<Void> left = leave("a");
        roster.confirmed();
        assertThat(left.isComplete()).isFalse();
        assertThat(next()).containsExactly("LEAVE a");
        roster.confirmed();
        assertThat(left.succeeded()).isTrue();
        assertThat(roster.isEmpty()).isTrue();
    }

    @Test
    void whoCameAndWentBeforeAnybodyCouldBeToldIsForgotten() {
        Future<Void> joined = join("a");
        roster.refuse(away);
        assertThat(joined.failed()).isTrue();
        assertThat(leave("a").succeeded()).isTrue();
        assertThat(roster.hasChanges()).isFalse();
        assertThat(roster.isEmpty()).isTrue();
        assertThat(roster.present()).isZero();
    }

    @Test
    void whatFailedIsToldAgainBeforeWhatCameLater() {
        Future<Void> first = join("a");
        next();
        Future<Void> second = join("b");
        roster.failed(away);
        assertThat(first.failed()).isTrue();
        assertThat(second.failed()).isTrue();
        assertThat(next()).containsExactly("JOIN a", "JOIN b");
    }

    @Test
    void whoIsKnownIsKeptWhereRedisMayHaveLostIt() {
        join("a");
        next();
        roster.confirmed();
        roster.retell();
        join("b");
        assertThat(next()).containsExactly("KEEP a", "JOIN b");
    }

    /** Else nobody would be told of its end. */
    @Test
    void whoIsKnownAndLeavesIsThereOnceMoreWhereRedisMayHaveLostIt() {
        join("a");
        next();
        roster.confirmed();
        leave("a");
        roster.retell();
        assertThat(next()).containsExactly("KEEP a", "LEAVE a");
    }

    @Test
    void whoWasSaidToHaveLeftJoinsAgain() {
        join("a");
        join("b");
        next();
        roster.confirmed();
        leave("b");
        roster.forgotten();
        assertThat(next()).containsExactlyInAnyOrder("JOIN a", "LEAVE b");
    }

    @Test
    void whoIsFoundAndNotHereLeaves() {
        join("a");
        next();
        roster.confirmed();
        roster.found(Map.of("a", true, "gone", true));
        assertThat(next()).containsExactly("LEAVE gone");
        roster.confirmed();
        assertThat(roster.present()).isEqualTo(1);
        leave("a");
        next();
        roster.confirmed();
        assertThat(roster.isEmpty()).isTrue();
    }

    @Test
    void whoComesBackAfterItWasFoundIsThere() {
        roster.found(Map.of("a", true));
        join("a");
        assertThat(roster.present()).isEqualTo(1);
        assertThat(next()).containsExactly("JOIN a");
    }

    @Test
    void itIsNotSettledBeforeItWasComparedWithWhatRedisMayHaveLost() {
        roster.retell();
        assertThat(roster.isSettled()).isFalse();
        roster.doubtful(false);
        assertThat(roster.isSettled()).isTrue();
    }

    @Test
    void whoIsSaidToHaveLeftWhileItIsToldOfIsNotTakenAsKnown() {
        join("a");
        next();
        roster.forgotten();
        roster.confirmed();
        assertThat(next()).containsExactly("JOIN a");
    }

    @Test
    void itIsSettledWhenTheChannelIsNotedAsLongAsThereIsAnybody() {
        assertThat(roster.isSettled()).isTrue();
        join("a");
        roster.notedFor("owner");
        next();
        roster.confirmed();
        assertThat(roster.isSettled()).isTrue();
        leave("a");
        next();
        roster.confirmed();
        assertThat(roster.isSettled()).isFalse();
        roster.notedFor(null);
        assertThat(roster.isSettled()).isTrue();
    }
}
