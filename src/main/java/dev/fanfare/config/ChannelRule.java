package dev.fanfare.config;

import java.time.Duration;

/**
 * What holds for the channels that a pattern matches.
 *
 * @param historySize how many messages are kept, 0 for none
 * @param historyTtl how long they are kept after the last one
 * @param last whether who subscribes gets the newest message at once
 * @param presence whether one may ask who is subscribed
 * @param joinLeave whether subscribers are told who comes and goes
 * @param ack whether consumers may acknowledge what they got
 * @param conflate whether who is slow gets just the newest message
 */
public record ChannelRule(
        ChannelPattern match,
        Rule subscribe,
        Rule publish,
        int historySize,
        Duration historyTtl,
        boolean last,
        boolean presence,
        boolean joinLeave,
        boolean ack,
        boolean conflate) {
    private static final int MOST_HISTORY = 100_000;
    private static final Duration SHORTEST_TTL = Duration.ofSeconds(1);
    private static final Duration LONGEST_TTL = Duration.ofDays(30);
    private static final Duration USUAL_TTL = Duration.ofHours(1);

    static ChannelRule live(ChannelPattern match, Rule usual) {
        return new ChannelRule(match, usual, usual, 0, USUAL_TTL, false, false, false, false, false);
    }

    static ChannelRule of(Section section, Rule usual) {
        boolean last = flag(section, "last");
        int size = section.get("history-size")
                .map(setting -> setting.integer(0, MOST_HISTORY))
                .orElse(0);
        ChannelRule rule = new ChannelRule(
                pattern(section.required("match")),
                section.get("subscribe").map(Rule::of).orElse(usual),
                section.get("publish").map(Rule::of).orElse(usual),
                last ? Math.max(1, size) : size,
                section.get("history-ttl")
                        .map(setting -> setting.duration(SHORTEST_TTL, LONGEST_TTL))
                        .orElse(USUAL_TTL),
                last,
                flag(section, "presence"),
                flag(section, "join-leave"),
                flag(section, "ack"),
                flag(section, "conflate"));
        needs(section, "history-ttl", rule.isStored(), "history-size");
        needs(section, "ack", rule.isStored(), "history-size");
        needs(section, "join-leave", rule.presence, "presence");
        return rule;
    }

    /** Whether there is a history. */
    public boolean isStored() {
        return historySize > 0;
    }

    private static boolean flag(Section section, String name) {
        return section.get(name).map(Setting::bool).orElse(false);
    }

    private static void needs(Section section, String name, boolean there, String other) {
        section.get(name)
                .filter(setting -> !there && !setting.text().equals("false"))
                .ifPresent(setting -> {
                    throw setting.refuse("needs " + other);
                });
    }

    private static ChannelPattern pattern(Setting setting) {
        try {
            return new ChannelPattern(setting.text());
        } catch (IllegalArgumentException e) {
            throw setting.refuse("is no pattern: " + e.getMessage());
        }
    }
}
