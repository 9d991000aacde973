package dev.fanfare.protocol;

import org.jspecify.annotations.Nullable;

/**
 * A subscriber, as others on the channel see it.
 *
 * @param session the id of its session
 * @param user who it has shown to be, or null
 * @param info what is said of it, JSON of at most {@link #MOST_INFO} bytes, or null
 */
public record Member(
        String session, @Nullable String user, @Nullable Payload info) {
    /** How long {@code info} may be, in bytes. */
    public static final int MOST_INFO = 1024;

    /** As others see it. */
    public String json() {
        return "{\"session\":" + Json.quote(session)
                + (user == null ? "" : ",\"user\":" + Json.quote(user))
                + (info == null ? "" : ",\"info\":" + info.asString())
                + '}';
    }

    /**
     * The member that {@link #json} tells of.
     *
     * @param json which the caller gives away
     * @throws ProtocolException where it tells of none
     */
    public static Member parse(byte[] json) throws ProtocolException {
        return new MemberReader(json).read();
    }
}
