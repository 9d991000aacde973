package dev.fanfare.cluster;

import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/** A program in Lua that Redis runs as one step. */
record Script(String text, String digest) {
    /** The beginning of those that look at the clock: {@code now}, in milliseconds since 1970. */
    static final String NOW = """
            local time = redis.call('TIME')
            local now = time[1] * 1000 + math.floor(time[2] / 1000)
            """;

    /** One that answers as Redis does. */
    static Script of(String text) {
        return new Script(text, digest(text));
    }

    /**
     * One that answers a list: 1 and what it has found, or 0 and an error, which as Redis's own would cost the whole batch its answers.
     *
     * @param body the inside of a function that returns a list
     */
    static Script inBatch(String body) {
        return of("""
                local function run()
                %s
                end
                local done, result = pcall(run)
                if done then
                  table.insert(result, 1, 1)
                  return result
                end
                return {0, type(result) == 'table' and result.err or tostring(result)}
                """.formatted(body));
    }

    private static String digest(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-1").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Carries it out on keys of one slot; its arguments are added to what is returned. */
    Request on(String... keys) {
        return request(false, List.of(keys));
    }

    /** @param known whether the server has seen it, so that its digest is enough */
    Request request(boolean known, List<String> keys) {
        Request request = Request.cmd(known ? Command.EVALSHA : Command.EVAL)
                .arg(known ? digest : text)
                .arg(keys.size());
        keys.forEach(request::arg);
        return request;
    }
}
