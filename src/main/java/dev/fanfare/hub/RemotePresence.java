package dev.fanfare.hub;

import dev.fanfare.bus.Addresses;
import dev.fanfare.bus.Bus;
import dev.fanfare.bus.PresenceChange;
import dev.fanfare.protocol.ChannelName;
import dev.fanfare.protocol.Member;
import dev.fanfare.store.Presence;
import io.vertx.core.Future;
import java.util.List;

/** The presence that the bridge keeps. */
record RemotePresence(Bus bus) implements Presence {
    @Override
    public Future<Void> join(ChannelName channel, Member member, boolean announced) {
        return bus.ask(Addresses.PRESENCE_CHANGE, new PresenceChange(channel, member, true, announced));
    }

    @Override
    public Future<Void> leave(ChannelName channel, Member member, boolean announced) {
        return bus.ask(Addresses.PRESENCE_CHANGE, new PresenceChange(channel, member, false, announced));
    }

    @Override
    public Future<List<Member>> members(ChannelName channel) {
        return bus.ask(Addresses.PRESENCE, channel);
    }

    @Override
    public Future<Long> count(ChannelName channel) {
        return bus.ask(Addresses.PRESENCE_COUNT, channel);
    }
}
