package dev.fanfare.protocol;

/** What a publication is to those who get it, and the {@code type} it has on {@code /ws}. */
public enum MessageType {
    EVENT("event"),
    /** Somebody has subscribed. */
    JOIN("join"),
    /** Somebody is not subscribed any more. */
    LEAVE("leave");

    private final String word;

    MessageType(String word) {
        this.word = word;
    }

    public String word() {
        return word;
    }
}
