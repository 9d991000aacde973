import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** A stored channel, and all that anybody has seen of it. The lock of the {@link Chronicle} guards it. */
final class StoredChannel {
    /** One history of it. */
    static final class Epoch {
        final NavigableMap<Long, String> messages = new TreeMap<>();
        private final Map<String, Long> offsets = new HashMap<>();
        private final Map<String, NavigableMap<Integer, Long>> authors = new HashMap<>();
        /** The highest offset that a publisher was told. */
        long confirmed;
    }

    final String name;
    final int size;
    final Map<String, Epoch> epochs = new HashMap<>();

    StoredChannel(String name, int size) {
        this.name = name;
        this.size = size;
    }

    /** Takes that a message stands somewhere, and returns what is wrong with that, or nothing. */
    String note(Place place, String id) {
        Epoch epoch = epochs.computeIfAbsent(place.epoch(), name -> new Epoch());
        String there = epoch.messages.putIfAbsent(place.offset(), id);
        if (there != null && !there.equals(id)) {
            return "%s at %s of %s, where %s was before".formatted(id, place, name, there);
        }
        Long before = epoch.offsets.putIfAbsent(id, place.offset());
        if (before != null && before != place.offset()) {
            return "%s twice on %s: at %s and at %d".formatted(id, name, place, before);
        }
        return order(epoch, place.offset(), id);
    }

    /** What one publishes stands in its order. */
    private String order(Epoch epoch, long offset, String id) {
        int colon = id.indexOf(':');
        int number = Integer.parseInt(id.substring(colon + 1));
        NavigableMap<Integer, Long> own =
                epoch.authors.computeIfAbsent(id.substring(0, colon), author -> new TreeMap<>());
        own.put(number, offset);
        Map.Entry<Integer, Long> lower = own.lowerEntry(number);
        Map.Entry<Integer, Long> higher = own.higherEntry(number);
        boolean ordered =
                (lower == null || lower.getValue() < offset) && (higher == null || higher.getValue() > offset);
        return ordered ? "" : "%s at %d of %s, but %s and %s around it".formatted(id, offset, name, lower, higher);
    }
}
