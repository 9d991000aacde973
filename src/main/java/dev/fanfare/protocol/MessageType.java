package dev.fanfare.protocol;

import org.jspecify.annotations.Nullable;

/** What a publication is to those who get it. */
public enum MessageType {
    /** What anybody published. */
    EVENT("event", "event", null),
    /** Somebody has subscribed. */
    JOIN("join", "join", null),
    /** Somebody is not subscribed any more. */
    LEAVE("leave", "leave", null),
    /** What a process wrote to its standard output. */
    PROCESS_OUTPUT("process_output", "process_output", "stdout"),
    /** What a process wrote to its standard error. */
    PROCESS_ERROR("process_error", "process_output", "stderr"),
    /** What became of a process. */
    PROCESS_STATUS("process_status", "process_status", null);

    private final String word;
    private final String type;
    private final @Nullable String stream;

    MessageType(String word, String type, @Nullable String stream) {
        this.word = word;
        this.type = type;
        this.stream = stream;
    }

    /** By which it is told from all others, between instances. */
    public String word() {
        return word;
    }

    /** The {@code type} that it has for clients. */
    public String type() {
        return type;
    }

    /** The {@code stream} of a process that it is from, or null. */
    public @Nullable String stream() {
        return stream;
    }

    /** Whether it is of a process. */
    boolean isProcess() {
        return stream != null || this == PROCESS_STATUS;
    }

    /** Whether raw sockets get it: that is what somebody wrote, and no report of something. */
    public boolean isRaw() {
        return this == EVENT || stream != null;
    }
}
