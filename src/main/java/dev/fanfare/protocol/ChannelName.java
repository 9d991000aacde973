package dev.fanfare.protocol;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The name of a channel: 1 to 256 of {@code A-Z a-z 0-9 _ . : -}. */
public record ChannelName(String value) {
    /** What a name has to look like, for those who are told that theirs does not. */
    public static final String RULE = "a channel name is 1 to 256 of A-Z a-z 0-9 _ . : -";

    private static final Pattern PATTERN = Pattern.compile("[A-Za-z0-9_.:-]{1,256}");
    private static final String PROCESS_PREFIX = "process:";
    private static final String USER_PREFIX = "user:";

    public ChannelName {
        if (!isValid(value)) {
            throw new IllegalArgumentException(RULE);
        }
    }

    /**
     * The channel of this name.
     *
     * @throws ProtocolException where there can be no such channel
     */
    public static ChannelName parse(String name) throws ProtocolException {
        try {
            return new ChannelName(name);
        } catch (IllegalArgumentException e) {
            throw new ProtocolException(
                    ErrorCode.INVALID_CHANNEL, "'" + ProtocolException.shorten(name) + "' is no channel: " + RULE);
        }
    }

    /** Whether there can be a channel of this name. */
    public static boolean isValid(String name) {
        return PATTERN.matcher(name).matches();
    }

    /** Whether it carries the output of a process, which sockets read and do not write. */
    public boolean isProcess() {
        return value.startsWith(PROCESS_PREFIX);
    }

    /** The channel that carries the output of a process. */
    public static ChannelName ofProcess(ProcessId process) {
        return new ChannelName(PROCESS_PREFIX + process.value());
    }

    /** The process whose output it carries. */
    String processId() {
        return value.substring(PROCESS_PREFIX.length());
    }

    /** The user whose own channel it is, or null. */
    public @Nullable String owner() {
        return value.startsWith(USER_PREFIX) ? value.substring(USER_PREFIX.length()) : null;
    }

    @Override
    public String toString() {
        return value;
    }
}
