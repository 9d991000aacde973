package dev.fanfare.cluster;

import dev.fanfare.protocol.ChannelName;
import dev.fanfare.protocol.Member;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * The lists of members that are being read, one of a channel at a time. All who ask while one is under way share the next, which has whatever was
 * before they asked. Belongs to the bridge's event loop.
 */
final class Readings {
    private final Function<ChannelName, Future<List<Member>>> table;
    private final Set<ChannelName> underWay = new HashSet<>();
    private final Map<ChannelName, Promise<List<Member>>> next = new HashMap<>();

    /** @param table reads the members of a channel */
    Readings(Function<ChannelName, Future<List<Member>>> table) {
        this.table = table;
    }

    /** The members of a channel, as they are now or a little later. */
    Future<List<Member>> of(ChannelName channel) {
        Promise<List<Member>> answer = next.computeIfAbsent(channel, asked -> Promise.promise());
        if (!underWay.contains(channel)) {
            begin(channel);
        }
        return answer.future();
    }

    private void begin(ChannelName channel) {
        Promise<List<Member>> answer = next.remove(channel);
        if (answer != null) {
            underWay.add(channel);
            table.apply(channel)
                    .onComplete(over -> {
                        underWay.remove(channel);
                        begin(channel);
                    })
                    .onComplete(answer);
        }
    }
}
