package dev.fanfare.protocol;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/**
 * The {@code id} of an event of an event stream: where the stream stood, as {@code EPOCH:OFFSET} where it has one channel, and as
 * {@code CHANNEL=EPOCH:OFFSET} for each with a history, separated by commas, where it has several.
 */
public final class EventId {
    private EventId() {}

    /** The positions of several channels. */
    public static String of(Map<ChannelName, Position> positions) {
        StringBuilder id = new StringBuilder(64 * positions.size());
        positions.forEach((channel, position) -> id.append(id.isEmpty() ? "" : ",")
                .append(channel.value())
                .append('=')
                .append(position.epoch())
                .append(':')
                .append(position.offset()));
        return id.toString();
    }

    /**
     * The positions that an id tells, by the names of their channels.
     *
     * @param channels those that are asked for; an id without a name is the position of the only one
     * @throws ProtocolException where it is none
     */
    public static Map<String, Position> parse(String id, Collection<String> channels) throws ProtocolException {
        Map<String, Position> positions = new HashMap<>();
        if (id.indexOf('=') < 0 && channels.size() == 1) {
            positions.put(channels.iterator().next(), position(id));
            return positions;
        }
        for (String entry : id.split(",", -1)) {
            int end = entry.indexOf('=');
            if (end < 0 || positions.put(entry.substring(0, end), position(entry.substring(end + 1))) != null) {
                throw malformed();
            }
        }
        return positions;
    }

    private static Position position(String text) throws ProtocolException {
        int colon = text.indexOf(':');
        String offset = text.substring(colon + 1);
        try {
            if (colon < 0 || offset.isEmpty() || !Character.isDigit(offset.charAt(0))) {
                throw malformed();
            }
            return new Position(text.substring(0, colon), Long.parseLong(offset));
        } catch (IllegalArgumentException e) {
            throw malformed();
        }
    }

    private static ProtocolException malformed() {
        return new ProtocolException(
                ErrorCode.BAD_REQUEST,
                "Last-Event-ID is EPOCH:OFFSET of the channel, or CHANNEL=EPOCH:OFFSET of each, separated by commas");
    }
}
