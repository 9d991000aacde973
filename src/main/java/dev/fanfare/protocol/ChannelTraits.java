package dev.fanfare.protocol;

/**
 * What a channel is beside a live one.
 *
 * @param stored whether there is a history
 * @param last whether who subscribes gets the newest message at once
 * @param presence whether one may ask who is subscribed
 * @param joinLeave whether subscribers are told who comes and goes
 * @param ack whether consumers may acknowledge
 * @param conflate whether who is slow gets just the newest message
 */
public record ChannelTraits(
        boolean stored, boolean last, boolean presence, boolean joinLeave, boolean ack, boolean conflate) {
    /** Just a live one. */
    public static final ChannelTraits LIVE = new ChannelTraits(false, false, false, false, false, false);

    /** Whether each subscriber enters by the hub, and not the first one of a loop alone. */
    public boolean entersByHub() {
        return stored || presence;
    }
}
