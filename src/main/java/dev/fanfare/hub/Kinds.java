package dev.fanfare.hub;

import dev.fanfare.config.ChannelRule;
import dev.fanfare.config.Channels;
import dev.fanfare.protocol.ChannelName;
import dev.fanfare.protocol.ChannelTraits;
import dev.fanfare.protocol.Retention;
import java.util.Optional;

/** What the rules say that channels are. Belongs to the hub's event loop. */
final class Kinds {
    private Channels rules;
    private boolean allLive;

    Kinds(Channels rules) {
        this.rules = rules;
        replace(rules);
    }

    /** From now on other rules hold: for a channel that has subscribers in so far as it keeps what it is. */
    void replace(Channels others) {
        rules = others;
        allLive = others.rules().stream().noneMatch(ChannelRule::isStored);
    }

    ChannelTraits traits(ChannelName channel) {
        ChannelRule rule = rules.of(channel.value());
        return new ChannelTraits(
                rule.isStored(), rule.last(), rule.presence(), rule.joinLeave(), rule.ack(), rule.conflate());
    }

    /** How much is kept of a channel; empty where it is nothing. */
    Optional<Retention> retention(ChannelName channel) {
        if (allLive) {
            return Optional.empty();
        }
        ChannelRule rule = rules.of(channel.value());
        return rule.isStored() ? Optional.of(new Retention(rule.historySize(), rule.historyTtl())) : Optional.empty();
    }
}
