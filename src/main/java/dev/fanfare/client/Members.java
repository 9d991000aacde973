package dev.fanfare.client;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the members of a channel from the {@code data} that tells of them. */
final class Members {
    private Members() {}

    /** A list of members. */
    static List<Member> list(String json) {
        try (JsonParser parser = Json.FACTORY.createParser(json)) {
            List<Member> members = new ArrayList<>();
            if (parser.nextToken() == JsonToken.START_ARRAY) {
                while (parser.nextToken() == JsonToken.START_OBJECT) {
                    members.add(member(json, parser));
                }
            }
            return List.copyOf(members);
        } catch (IOException e) {
            throw new ClientException("not_understood", "no list of members came", e);
        }
    }

    /** One member. */
    static Member one(String json) {
        return list('[' + json + ']').get(0);
    }

    private static Member member(String json, JsonParser parser) throws IOException {
        String session = "";
        @Nullable String user = null;
        @Nullable String info = null;
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String field = parser.currentName();
            parser.nextToken();
            switch (field) {
                case "session" -> session = parser.getText();
                case "user" -> user = parser.getText();
                case "info" -> {
                    int start = (int) parser.currentTokenLocation().getCharOffset();
                    parser.skipChildren();
                    parser.finishToken();
                    info = json.substring(start, (int) parser.currentLocation().getCharOffset());
                }
                default -> parser.skipChildren();
            }
        }
        return new Member(session, user, info);
    }
}
