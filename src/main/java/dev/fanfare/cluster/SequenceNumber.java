package dev.fanfare.cluster;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a message stands among those that one instance relayed to one channel.
 *
 * @param start when the instance began to count them, in milliseconds since 1970
 * @param number 1 for the first since then
 */
record SequenceNumber(long start, long number) {
    private static final Pattern TEXT = Pattern.compile("(\\d{1,18})-(\\d{1,18})");

    /** As it travels.
     *
     * @throws EnvelopeException where it is none */
    static SequenceNumber parse(String text) throws EnvelopeException {
        Matcher matcher = TEXT.matcher(text);
        if (!matcher.matches()) {
            throw new EnvelopeException(EnvelopeException.Reason.MALFORMED, "no sequence");
        }
        return new SequenceNumber(Long.parseLong(matcher.group(1)), Long.parseLong(matcher.group(2)));
    }

    @Override
    public String toString() {
        return start + "-" + number;
    }
}
