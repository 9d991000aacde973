package dev.fanfare.protocol;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Reads a member from JSON; its {@code info} is kept as the part of the input where it stands. */
final class MemberReader {
    private final byte[] input;

    private @Nullable String session;
    private @Nullable String user;
    private @Nullable Payload info;

    MemberReader(byte[] input) {
        this.input = input;
    }

    Member read() throws ProtocolException {
        try (JsonParser parser = Json.FACTORY.createParser(input)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw bad("a member is a JSON object");
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                readField(parser.currentName(), parser.nextToken(), parser);
            }
            if (session == null || parser.nextToken() != null) {
                throw bad("a member has a 'session', and nothing stands behind it");
            }
            return new Member(session, user, info);
        } catch (IOException e) {
            throw Json.malformed(e);
        }
    }

    private void readField(String field, JsonToken value, JsonParser parser) throws IOException, ProtocolException {
        switch (field) {
            case "session" -> session = string(value, parser);
            case "user" -> user = string(value, parser);
            case "info" -> {
                int start = (int) parser.currentTokenLocation().getByteOffset();
                parser.skipChildren();
                parser.finishToken();
                int end = (int) parser.currentLocation().getByteOffset();
                info = Payload.slice(Payload.Kind.JSON, input, start, end - start);
            }
            default -> parser.skipChildren();
        }
    }

    private static String string(JsonToken value, JsonParser parser) throws IOException, ProtocolException {
        if (value != JsonToken.VALUE_STRING) {
            throw bad("'session' and 'user' of a member are strings");
        }
        return parser.getText();
    }

    private static ProtocolException bad(String sentence) {
        return new ProtocolException(ErrorCode.BAD_REQUEST, sentence);
    }
}
