package dev.fanfare.cluster;

import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which commands of a batch failed, and with what. The client tells them in one text with a line for each, and says
 * nothing of the others, which have succeeded.
 */
record Refusals(boolean all, Map<Integer, String> byIndex) {
    private static final Pattern LINE = Pattern.compile("(?m)^ERR \\[(\\d{1,9})] (.*)$");
    private static final String LOST = "CONNECTION_CLOSED";

    Refusals {
        byIndex = Map.copyOf(byIndex);
    }

    static Refusals of(Throwable cause) {
        Map<Integer, String> byIndex = new HashMap<>();
        Matcher matcher = LINE.matcher(String.valueOf(cause.getMessage()));
        while (matcher.find()) {
            byIndex.put(Integer.valueOf(matcher.group(1)), matcher.group(2));
        }
        return new Refusals(byIndex.isEmpty(), byIndex);
    }

    /** Whether Redis refuses since another server has the slot, or for now none. */
    static boolean hasMoved(String refusal) {
        return refusal.startsWith("MOVED") || refusal.startsWith("CLUSTERDOWN");
    }

    /**
     * The word in metrics for a message that was not confirmed.
     *
     * @param refusal what was said of it, or null where it is not known what became of it
     */
    static String word(@Nullable String refusal) {
        return refusal == null ? "relay_unconfirmed" : refusal.equals(Link.DOWN) ? "relay_down" : "relay_refused";
    }

    /** Whether the command at this place of the batch was carried out. */
    boolean succeeded(int index) {
        return !all && !byIndex.containsKey(index);
    }

    /** What Redis said of the command, or null where it said nothing. */
    @Nullable
    String refusal(int index) {
        String text = byIndex.get(index);
        return text == null || text.startsWith(LOST) ? null : text;
    }
}
