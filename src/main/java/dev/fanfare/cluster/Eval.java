package dev.fanfare.cluster;

import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;

/** A script in Lua that Redis carries out as one command, and answers as it is. */
record Eval(String text) {
    /** The beginning of those that look at the clock: {@code now}, in milliseconds since 1970. */
    static final String NOW = """
            local time = redis.call('TIME')
            local now = time[1] * 1000 + math.floor(time[2] / 1000)
            """;

    /** Carries it out on keys of one slot; its arguments are added to what is returned. */
    Request on(String... keys) {
        Request request = Request.cmd(Command.EVAL).arg(text).arg(keys.length);
        for (String key : keys) {
            request.arg(key);
        }
        return request;
    }
}
