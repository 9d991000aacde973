package dev.fanfare.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class LedgerTest {

    private final Ledger ledger = new Ledger();

    @Test
    void findsNothingAmissWhenAllCameInOrder() {
        enter(0, 1, 2);

        assertAccount(3, 0, 0, 0);
    }

    @Test
    void countsWhatNeverCameAsLost() {
        enter(0, 2, 5);

        assertAccount(8, 5, 0, 0);
    }

    @Test
    void countsASecondCopyAsDoubled() {
        assertThat(ledger.enter(0)).isTrue();
        assertThat(ledger.enter(0)).isFalse();

        assertAccount(1, 0, 1, 0);
    }

    @Test
    void countsWhatCameAfterItsSuccessorAsOutOfOrderAndNotAsLost() {
        enter(0, 2, 1, 3);

        assertAccount(4, 0, 0, 1);
    }

    @Test
    void countsASecondCopyOfALateMessageAsDoubled() {
        enter(1, 0, 0);

        assertAccount(2, 0, 1, 1);
    }

    @Property
    void accountsForEveryMessageInWhateverOrder(
            @ForAll @Size(max = 60) List<@IntRange(max = 40) Integer> messages, @ForAll long seed) {
        Ledger any = new Ledger();
        int sent = 41;
        Collections.shuffle(messages, new Random(seed));

        long first = messages.stream().filter(any::enter).count();

        long distinct = messages.stream().collect(Collectors.toSet()).size();
        assertThat(first).isEqualTo(distinct);
        assertThat(any.lost(sent)).isEqualTo((int) (sent - distinct));
        assertThat(any.doubled()).isEqualTo((int) (messages.size() - distinct));
    }

    private void enter(int... sequences) {
        IntStream.of(sequences).forEach(ledger::enter);
    }

    private void assertAccount(int sent, int lost, int doubled, int outOfOrder) {
        assertThat(ledger.lost(sent)).isEqualTo(lost);
        assertThat(ledger.doubled()).isEqualTo(doubled);
        assertThat(ledger.outOfOrder()).isEqualTo(outOfOrder);
    }
}
