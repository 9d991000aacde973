package dev.fanfare.bus;

import dev.fanfare.protocol.ChannelName;
import java.util.regex.Pattern;

/**
 * Asks for channels that have subscribers, in the order of their names.
 *
 * @param prefix what their names begin with
 * @param after behind which name, empty for all
 * @param limit so many at most
 */
public record ChannelQuery(String prefix, String after, int limit) {
    /** What a prefix and a name have to look like, for those who are told that theirs do not. */
    public static final String RULE = "'prefix' and 'after' are up to 256 of A-Z a-z 0-9 _ . : -";

    private static final Pattern PATTERN = Pattern.compile("[A-Za-z0-9_.:-]{0,256}");

    public ChannelQuery {
        if (!PATTERN.matcher(prefix).matches() || !PATTERN.matcher(after).matches()) {
            throw new IllegalArgumentException(RULE);
        }
        Page.checkLimit(limit);
    }

    /** Whether a channel is asked for. */
    public boolean means(ChannelName channel) {
        return channel.value().startsWith(prefix) && channel.value().compareTo(after) > 0;
    }

    /** No name in front of this one is asked for. */
    public String from() {
        return after.compareTo(prefix) > 0 ? after : prefix;
    }

    /** Whether neither {@code channel}, which is not in front of {@link #from}, nor any behind it is asked for. */
    public boolean isOver(ChannelName channel) {
        return !channel.value().startsWith(prefix);
    }

    /** These, as the answer. */
    public Page<ChannelInfo> page(Iterable<ChannelInfo> found) {
        return Page.of(found, info -> info.channel().value(), ChannelInfo::and, limit);
    }

    /** The answers of several as one. */
    public Page<ChannelInfo> merge(Iterable<Page<ChannelInfo>> pages) {
        return Page.merge(pages, info -> info.channel().value(), ChannelInfo::and, limit);
    }
}
