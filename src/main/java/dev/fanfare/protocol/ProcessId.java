package dev.fanfare.protocol;

import java.util.regex.Pattern;

/** What a process is called whose output is streamed: 1 to 128 of {@code A-Z a-z 0-9 _ . -}, but neither {@code .} nor {@code ..}. */
public record ProcessId(String value) {
    /** What an id has to look like, for those who are told that theirs does not. */
    public static final String RULE = "a process id is 1 to 128 of A-Z a-z 0-9 _ . -, but not . or ..";

    /** Whoever resolves an address takes {@code /process/..} for another place. */
    private static final Pattern PATTERN = Pattern.compile("(?!\\.{1,2}$)[A-Za-z0-9_.-]{1,128}");

    public ProcessId {
        if (!PATTERN.matcher(value).matches()) {
            throw new IllegalArgumentException(RULE);
        }
    }

    /**
     * The process that is called so.
     *
     * @throws ProtocolException where there can be none
     */
    public static ProcessId parse(String value) throws ProtocolException {
        try {
            return new ProcessId(value);
        } catch (IllegalArgumentException e) {
            throw new ProtocolException(
                    ErrorCode.INVALID_CHANNEL, "'" + ProtocolException.shorten(value) + "' is no process: " + RULE);
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
