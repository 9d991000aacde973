package dev.fanfare.bus;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.BinaryOperator;
import java.util.function.Function;

/**
 * The first part of a list that is ordered by a name.
 *
 * @param entries in that order
 * @param more whether there are others behind the last one
 */
public record Page<T>(List<T> entries, boolean more) {
    /** The most entries of a page. */
    public static final int MOST = 1_000;

    public Page {
        entries = List.copyOf(entries);
    }

    static void checkLimit(int limit) {
        if (limit < 1 || limit > MOST) {
            throw new IllegalArgumentException("the limit is from 1 to " + MOST);
        }
    }

    /**
     * The first of these.
     *
     * @param found in any order
     * @param same makes one entry of two that have the same name
     */
    static <T> Page<T> of(Iterable<T> found, Function<T, String> name, BinaryOperator<T> same, int limit) {
        TreeMap<String, T> first = new TreeMap<>();
        boolean more = false;
        for (T entry : found) {
            if (first.size() == limit && name.apply(entry).compareTo(first.lastKey()) > 0) {
                more = true;
                continue;
            }
            first.merge(name.apply(entry), entry, same);
            if (first.size() > limit) {
                first.pollLastEntry();
                more = true;
            }
        }
        return new Page<>(List.copyOf(first.values()), more);
    }

    /**
     * The first of what all of these are parts of. Behind the end of one that has more there may be entries that are not known, so nothing behind
     * that counts.
     */
    static <T> Page<T> merge(Iterable<Page<T>> pages, Function<T, String> name, BinaryOperator<T> same, int limit) {
        TreeMap<String, T> known = new TreeMap<>();
        List<String> ends = new ArrayList<>();
        for (Page<T> page : pages) {
            page.entries.forEach(entry -> known.merge(name.apply(entry), entry, same));
            if (page.more && !page.entries.isEmpty()) {
                ends.add(name.apply(page.entries.get(page.entries.size() - 1)));
            }
        }
        boolean more = !ends.isEmpty();
        ends.stream().min(String::compareTo).ifPresent(end -> known.tailMap(end, false)
                .clear());
        Page<T> first = of(known.values(), name, same, limit);
        return new Page<>(first.entries, first.more || more);
    }
}
