package dev.fanfare.config;

import java.util.List;

/**
 * Who may subscribe and publish where.
 *
 * @param rules the first that matches a channel holds for it
 * @param otherwise what holds for a channel that none of them matches
 */
public record Channels(List<ChannelRule> rules, ChannelRule otherwise) {
    public Channels {
        rules = List.copyOf(rules);
    }

    /** What holds for the channels that a pattern matches. */
    public record ChannelRule(ChannelPattern match, Rule subscribe, Rule publish) {}

    static Channels of(Settings settings, boolean authRequired) {
        Rule usual = authRequired ? Rule.AUTHENTICATED : Rule.ANYONE;
        List<ChannelRule> rules = settings.sections("channels").stream()
                .map(section -> new ChannelRule(
                        pattern(section.required("match")),
                        section.get("subscribe").map(Rule::of).orElse(usual),
                        section.get("publish").map(Rule::of).orElse(usual)))
                .toList();
        return new Channels(rules, new ChannelRule(new ChannelPattern("*"), usual, usual));
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

    private static ChannelPattern pattern(Setting setting) {
        try {
            return new ChannelPattern(setting.text());
        } catch (IllegalArgumentException e) {
            throw setting.refuse("is no pattern: " + e.getMessage());
        }
    }
}
