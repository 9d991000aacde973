import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** What one session published to one channel. */
final class Publications {
    final Session publisher;
    private final int channel;
    private final Map<Life, Reach> reaches = new HashMap<>();
    int count;
    long[] sentAt = new long[16];
    byte[] fates = new byte[16];

    Publications(Session publisher, int channel) {
        this.publisher = publisher;
        this.channel = channel;
    }

    int add(Fate fate, long now) {
        if (count == fates.length) {
            sentAt = Arrays.copyOf(sentAt, 2 * count);
            fates = Arrays.copyOf(fates, 2 * count);
        }
        sentAt[count] = now;
        fates[count] = (byte) fate.ordinal();
        return count++;
    }

    Fate fate(int number) {
        return Fate.values()[fates[number]];
    }

    boolean wasCarriedOut(int number) {
        return sentAt[number] <= publisher.carriedOutUntil;
    }

    /** The first that was sent at that time or later. */
    int firstSince(long time) {
        int found = Arrays.binarySearch(sentAt, 0, count, time);
        return found < 0 ? -found - 1 : found;
    }

    Reach reach(Life life) {
        return reaches.computeIfAbsent(life, to -> new Reach(this, to));
    }

    long code(int number) {
        return ((long) publisher.number << 32) | number;
    }

    String message(int number) {
        return new Content(publisher.isRaw(), publisher.number, channel, number).toString();
    }
}
