package dev.fanfare.config;

import java.util.regex.Pattern;

/** A pattern of channel names: each {@code *} in it stands for any characters, or none. */
public record ChannelPattern(String value) {
    /** What a pattern has to look like. */
    public static final String RULE = "a pattern is 1 to 256 of A-Z a-z 0-9 _ . : - and *";

    private static final Pattern PATTERN = Pattern.compile("[A-Za-z0-9_.:*-]{1,256}");

    public ChannelPattern {
        if (!PATTERN.matcher(value).matches()) {
            throw new IllegalArgumentException(RULE);
        }
    }

    /** Whether a channel's name is one of those; takes at most the product of both lengths, whatever the pattern. */
    public boolean matches(String name) {
        int at = 0;
        int in = 0;
        int star = -1;
        int starAt = 0;
        while (at < name.length()) {
            if (in < value.length() && value.charAt(in) == '*') {
                star = in++;
                starAt = at;
            } else if (in < value.length() && value.charAt(in) == name.charAt(at)) {
                in++;
                at++;
            } else if (star >= 0) {
                // The last star takes one character more.
                in = star + 1;
                at = ++starAt;
            } else {
                return false;
            }
        }
        while (in < value.length() && value.charAt(in) == '*') {
            in++;
        }
        return in == value.length();
    }
}
