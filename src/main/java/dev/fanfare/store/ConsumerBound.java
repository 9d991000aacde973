package dev.fanfare.store;

import dev.fanfare.protocol.ErrorCode;
import dev.fanfare.protocol.ProtocolException;
import java.util.Locale;

/** What keeps a new consumer out: how many a channel has, and how many of them are those of one user. All who are nobody are one. */
public enum ConsumerBound {
    CHANNEL(1_000, "a channel has %d consumers at most"),
    /** So that one user does not keep all others out. */
    USER(100, "a user has %d consumers of a channel at most");

    private final int most;
    private final String sentence;

    ConsumerBound(int most, String sentence) {
        this.most = most;
        this.sentence = sentence;
    }

    /** How many there may be. */
    public int most() {
        return most;
    }

    /** Its name in scripts. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** What is told to one too many. */
    public ProtocolException exceeded() {
        return new ProtocolException(ErrorCode.LIMIT_EXCEEDED, sentence.formatted(most));
    }
}
