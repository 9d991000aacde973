import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a message says: all of it follows from who published it, where, and as which of his messages there, which
 * stand at its beginning.
 *
 * @param intact whether what came is what that publisher sent
 */
record Content(boolean raw, int session, int channel, int number, boolean intact) {
    private static final Pattern HEAD = Pattern.compile("([rj])(\\d{1,9}):(\\d{1,9}):(\\d{1,9});");
    private static final String[] SYLLABLES = {
        "fan", "fare ", "\"", "\\", "\n", "\t", "\u0001", "ä", "\u20ac", "🎺", "/", "{", "<", "\u007f", "0123456789"
    };

    /** What somebody publishes. */
    Content(boolean raw, int session, int channel, int number) {
        this(raw, session, channel, number, true);
    }

    static Content ofText(String text) {
        Content content = read(text);
        return content.with(!content.isBinary() && text.equals(content.text()));
    }

    static Content ofBytes(byte[] bytes) {
        Content content = read(new String(bytes, StandardCharsets.ISO_8859_1));
        return content.with(content.isBinary() && Arrays.equals(bytes, content.bytes()));
    }

    /** Reads data as it stands in an event: what was published in JSON has to be spelled as it was. */
    static Content ofData(String data) {
        Content content = read(data);
        return content.with(!content.isBinary()
                && (content.raw ? Json.unquoted(data).equals(content.text()) : data.equals(content.spelled())));
    }

    private static Content read(String text) {
        Matcher head = HEAD.matcher(text.substring(0, Math.min(text.length(), 60)));
        if (!head.find()) {
            return new Content(false, -1, 0, -1, false);
        }
        return new Content(
                head.group(1).equals("r"),
                Integer.parseInt(head.group(2)),
                Integer.parseInt(head.group(3)),
                Integer.parseInt(head.group(4)),
                false);
    }

    private Content with(boolean isIntact) {
        return new Content(raw, session, channel, number, isIntact);
    }

    boolean isBinary() {
        return raw && number % 3 == 2;
    }

    private boolean isObject() {
        return !raw && number % 5 == 4;
    }

    private Random random() {
        return new Random(number * 1_000_003L + session * 31L + channel);
    }

    private String head() {
        return "%c%d:%d:%d;".formatted(raw ? 'r' : 'j', session, channel, number);
    }

    private String said() {
        Random random = random();
        StringBuilder said = new StringBuilder(head());
        for (int left = number % 50 == 49 ? 2000 : random.nextInt(40); left > 0; left--) {
            said.append(SYLLABLES[random.nextInt(SYLLABLES.length)]);
        }
        return said.toString();
    }

    /** As a raw socket gets it, unless it is binary. */
    String text() {
        return isObject() ? spelled() : said();
    }

    /** As it is published in JSON. */
    String spelled() {
        String quoted = Json.quoted(said(), number % 2 == 0);
        return isObject() ? "{ \"m\" : " + quoted + ",\"x\":[1.50 ,1e3],\"m2\":null }" : quoted;
    }

    /** As it is published on a raw socket. */
    byte[] bytes() {
        if (!isBinary()) {
            return text().getBytes(StandardCharsets.UTF_8);
        }
        byte[] bytes = new byte[30 + random().nextInt(300)];
        random().nextBytes(bytes);
        byte[] head = head().getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(head, 0, bytes, 0, head.length);
        return bytes;
    }

    @Override
    public String toString() {
        return "message " + head();
    }
}
