package dev.fanfare.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Instant;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * A message as it came from the server.
 *
 * @param type {@code event}; on channels of processes {@code process_output} and {@code process_status}; or any other word, where
 *     {@link ReconnectingClient#send} asked for it
 * @param channel {@code null} for a broadcast
 * @param data JSON, as its publisher spelled it
 * @param position where it stands, on a channel with a history
 * @param timestamp when the server ordered it
 * @param stream {@code stdout} or {@code stderr}, for the output of a process
 * @param encoding {@code base64} where the message was binary
 * @param json all of it, as it came
 */
public record Message(
        String type,
        @Nullable String channel,
        String data,
        @Nullable Position position,
        Instant timestamp,
        @Nullable String stream,
        @Nullable String encoding,
        String json) {
    /** The text of {@code data}, where that is a JSON string; else {@code data} as it is. */
    public String text() {
        return Json.text(data);
    }

    /** The bytes of a message that was binary; else the {@link #text()} in UTF-8. */
    public byte[] bytes() {
        return "base64".equals(encoding) ? Base64.getDecoder().decode(text()) : text().getBytes(UTF_8);
    }
}
