package dev.fanfare.protocol;

import org.jspecify.annotations.Nullable;

/**
 * Which part of a channel's history is to be read.
 *
 * @param after the messages behind this position, or in {@code reverse} those in front of it. Where it is null, or of another epoch, all
 * @param limit so many messages at most; 0 for the present position alone
 * @param bytes no more messages where those that are there have so many bytes of payload; there is one at least, where {@code limit} lets it
 * @param reverse whether the newest come first
 * @param seen up to where a hub has seen the history itself, or null. A history of the same epoch that ends before that has lost messages that were
 *     confirmed: it is begun anew, with another epoch
 * @param begins whether a channel without a history has one from then on, and one that is there is kept longer; else nothing is left behind, and where there is none
 *     the position is the beginning of an epoch that nobody has
 */
public record HistoryQuery(
        ChannelName channel,
        Retention retention,
        @Nullable Position after,
        int limit,
        int bytes,
        boolean reverse,
        @Nullable Position seen,
        boolean begins) {
    /** One that begins a history where there is none. */
    public HistoryQuery(
            ChannelName channel,
            Retention retention,
            @Nullable Position after,
            int limit,
            int bytes,
            boolean reverse,
            @Nullable Position seen) {
        this(channel, retention, after, limit, bytes, reverse, seen, true);
    }
}
