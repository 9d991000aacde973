package dev.fanfare;

import dev.fanfare.bus.Addresses;
import dev.fanfare.bus.Bus;
import dev.fanfare.bus.Directory;
import dev.fanfare.bus.Disconnector;
import dev.fanfare.bus.Intake;
import dev.fanfare.bus.Loops;
import dev.fanfare.bus.Receipt;
import dev.fanfare.bus.Submission;
import dev.fanfare.config.ChannelRule;
import dev.fanfare.config.Channels;
import dev.fanfare.protocol.ChannelName;
import dev.fanfare.protocol.ErrorCode;
import dev.fanfare.protocol.HistoryPage;
import dev.fanfare.protocol.HistoryQuery;
import dev.fanfare.protocol.Member;
import dev.fanfare.protocol.Position;
import dev.fanfare.protocol.ProtocolException;
import dev.fanfare.protocol.Publication;
import dev.fanfare.protocol.Retention;
import io.vertx.core.Future;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the application around an instance asks of it, by any thread: nobody is asked whether that is allowed. Futures fail with a {@link ProtocolException}. */
final class Operator {
    /** How large a part of a history may be, in bytes of payload. */
    private static final int MOST_READ = 16 << 20;

    private final Bus bus;
    private final Loops loops;
    private final Disconnector disconnector;
    private final Directory directory;
    private final Intake intake;
    private volatile Channels channels;

    /** @param bridged whether there is a bridge to other instances */
    Operator(Bus bus, Loops loops, Channels channels, Intake intake, boolean bridged) {
        this.intake = intake;
        this.bus = bus;
        this.loops = loops;
        this.channels = channels;
        this.disconnector = new Disconnector(bus, loops, bridged);
        this.directory = new Directory(bus, loops, bridged);
    }

    /** Other rules hold from now on. */
    void reconfigure(Channels changed) {
        channels = changed;
    }

    /** Publishes by a loop; what one thread publishes to one channel keeps its order. */
    Future<Receipt> publish(Publication publication, @Nullable String key) {
        Submission submission = new Submission(publication, key);
        ChannelName channel = publication.channel();
        // Of one channel all go by the same loop.
        int loop = channel == null ? 0 : Math.floorMod(channel.hashCode(), loops.count());
        return intake.admit(publication, () -> bus.ask(Addresses.submit(loop), submission));
    }

    Future<HistoryPage> history(ChannelName channel, @Nullable Position since, int limit, boolean reverse) {
        ChannelRule rule = channels.of(channel.value());
        if (!rule.isStored()) {
            return refused("'" + channel + "' has no history");
        }
        Retention retention = new Retention(rule.historySize(), rule.historyTtl());
        return bus.ask(
                Addresses.HISTORY, new HistoryQuery(channel, retention, since, limit, MOST_READ, reverse, null, false));
    }

    Future<List<Member>> presence(ChannelName channel) {
        return channels.of(channel.value()).presence()
                ? bus.ask(Addresses.PRESENCE, channel)
                : refused("'" + channel + "' has no presence");
    }

    private static <T> Future<T> refused(String sentence) {
        return Future.failedFuture(new ProtocolException(ErrorCode.BAD_REQUEST, sentence));
    }

    Disconnector disconnector() {
        return disconnector;
    }

    Directory directory() {
        return directory;
    }
}
