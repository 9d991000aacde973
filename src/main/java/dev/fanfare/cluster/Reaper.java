package dev.fanfare.cluster;

import dev.fanfare.metrics.BridgeMeters;
import dev.fanfare.protocol.ChannelName;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes the members of an owner that departed out of all channels. It may do so twice, or two may at once: a member leaves once. */
final class Reaper {
    private static final Logger LOG = LoggerFactory.getLogger(Reaper.class);

    private final MemberTable table;
    private final BridgeMeters meters;

    Reaper(MemberTable table, BridgeMeters meters) {
        this.table = table;
        this.meters = meters;
    }

    /** Goes through the channels once. One whose server does not answer keeps its members, and stays noted. */
    Future<Void> reap(String owner) {
        return reap(owner, "0");
    }

    private Future<Void> reap(String owner, String cursor) {
        return table.channels(owner, cursor).compose(part -> reap(owner, part.channels())
                .compose(done -> part.next().equals("0") ? Future.succeededFuture() : reap(owner, part.next())));
    }

    private Future<Void> reap(String owner, List<ChannelName> channels) {
        List<ChannelName> done = new ArrayList<>();
        List<Future<Long>> all = channels.stream()
                .map(channel -> table.reap(channel, owner)
                        .onSuccess(count -> {
                            meters.reaped(count);
                            done.add(channel);
                        })
                        .onFailure(cause -> LOG.atDebug().setCause(cause).log("a channel was not reaped")))
                .toList();
        return Future.join(all)
                .transform(over -> done.isEmpty() ? Future.succeededFuture() : table.forget(owner, done));
    }
}
