package dev.fanfare.protocol;

import java.nio.charset.StandardCharsets;
import java.util.Set;

/**
 * A line that a process wrote, without its end: what a {@code process_output} carries. A line feed ends lines, so there is none in it; a carriage return within it is
 * part of it, as progress bars print.
 *
 * @param type whether it was written to standard output or to standard error
 * @param payload its text, or that as JSON
 */
public record ProcessLine(MessageType type, Payload payload) {
    /** The fields that one may have. */
    public static final Set<String> FIELDS = Set.of("data", "stream");

    private static final String RULE = "a line has no line feed: it is sent without its end, and several as several";

    /** A line that a process wrote to its standard output. */
    public static ProcessLine output(String text) {
        return of(MessageType.PROCESS_OUTPUT, text);
    }

    /** The same to its standard error. */
    public static ProcessLine error(String text) {
        return of(MessageType.PROCESS_ERROR, text);
    }

    private static ProcessLine of(MessageType type, String text) {
        if (text.indexOf('\n') >= 0) {
            throw new IllegalArgumentException(RULE);
        }
        return new ProcessLine(type, Payload.of(Payload.Kind.TEXT, text.getBytes(StandardCharsets.UTF_8)));
    }

    /**
     * The line that these fields tell.
     *
     * @throws ProtocolException where they tell none
     */
    public static ProcessLine of(JsonFields fields) throws ProtocolException {
        try {
            of(type(fields), fields.text("data"));
            return new ProcessLine(type(fields), fields.data("data"));
        } catch (IllegalArgumentException e) {
            throw bad(String.valueOf(e.getMessage()));
        }
    }

    private static MessageType type(JsonFields fields) throws ProtocolException {
        String stream = fields.optionalText("stream");
        if (stream == null || stream.equals(MessageType.PROCESS_OUTPUT.stream())) {
            return MessageType.PROCESS_OUTPUT;
        }
        if (stream.equals(MessageType.PROCESS_ERROR.stream())) {
            return MessageType.PROCESS_ERROR;
        }
        throw bad("'stream' is stdout or stderr");
    }

    private static ProtocolException bad(String sentence) {
        return new ProtocolException(ErrorCode.BAD_REQUEST, sentence);
    }
}
