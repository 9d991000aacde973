import java.util.Map;

/** A message of a stored channel as it came: which it is, and at which offset. */
record Note(long offset, String id) {
    /** An event, whose data is a string that begins with the id. */
    static Note of(Map<String, String> event) {
        String data = Json.unquoted(event.get("data"));
        return new Note(Long.parseLong(event.getOrDefault("offset", "-1")), data.substring(0, data.indexOf(' ')));
    }
}
