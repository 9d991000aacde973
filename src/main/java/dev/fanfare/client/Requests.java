package dev.fanfare.client;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What an application asks of the server, as commands. Any thread may ask.
 *
 * @param client whose connections they go over
 * @param commands where they wait
 */
record Requests(Reconnection client, Commands commands) {
    CompletableFuture<Published> publish(@Nullable String channel, String data, @Nullable String key) {
        Json.check("data", data);
        CommandText command = CommandText.command("publish")
                .string("channel", channel)
                .json("data", data)
                .string("key", key);
        return commands.ask(
                client, command, key != null, answer -> new Published(answer.position(), answer.local, answer.time()));
    }

    CompletableFuture<HistoryPage> history(String channel, HistoryQuery query) {
        CommandText command = CommandText.command("history")
                .string("channel", channel)
                .position("since", query.since())
                .json("limit", query.limit())
                .json("reverse", query.reverse());
        return commands.ask(client, command, true, answer -> {
            Position newest = answer.position();
            if (newest == null) {
                throw new ClientException("not_understood", "a history without a position came");
            }
            return new HistoryPage(answer.page(), newest);
        });
    }

    CompletableFuture<List<Member>> presence(String channel) {
        CommandText command = CommandText.command("presence").string("channel", channel);
        return commands.ask(client, command, true, answer -> Members.list(answer.data));
    }

    CompletableFuture<Long> presenceCount(String channel) {
        CommandText command =
                CommandText.command("presence").string("channel", channel).json("count", true);
        return commands.ask(client, command, true, answer -> answer.count);
    }

    CompletableFuture<@Nullable Void> token(String credential) {
        CommandText command = CommandText.command("token").string("data", credential);
        return commands.ask(client, command, false, answer -> null);
    }
}
