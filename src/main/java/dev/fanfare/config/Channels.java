package dev.fanfare.config;

import java.util.List;

/**
 * Who may subscribe and publish where, and what is kept of it.
 *
 * @param rules the first that matches a channel holds for it
 * @param otherwise what holds for a channel that none of them matches
 */
public record Channels(List<ChannelRule> rules, ChannelRule otherwise) {
    public Channels {
        rules = List.copyOf(rules);
    }

    static Channels of(Settings settings, boolean authRequired) {
        Rule usual = authRequired ? Rule.AUTHENTICATED : Rule.ANYONE;
        List<ChannelRule> rules = settings.sections("channels").stream()
                .map(section -> ChannelRule.of(section, usual))
                .toList();
        return new Channels(rules, ChannelRule.live(new ChannelPattern("*"), usual));
    }

    /** The rule of a channel. */
    public ChannelRule of(String channel) {
        for (ChannelRule rule : rules) {
            if (rule.match().matches(channel)) {
                return rule;
            }
        }
        return otherwise;
    }
}
