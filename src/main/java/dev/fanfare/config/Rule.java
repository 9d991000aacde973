package dev.fanfare.config;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Who may do a thing: {@code anyone}, {@code authenticated}, {@code claim:NAME} or {@code nobody}.
 *
 * @param who the kind
 * @param claim the name of the claim for {@link Who#CLAIM}, otherwise null
 */
public record Rule(Who who, @Nullable String claim) {
    /** The kinds of rules. */
    public enum Who {
        ANYONE,
        AUTHENTICATED,
        CLAIM,
        NOBODY
    }

    /** Who has shown who he is. */
    public static final Rule AUTHENTICATED = new Rule(Who.AUTHENTICATED, null);

    /** Everybody. */
    public static final Rule ANYONE = new Rule(Who.ANYONE, null);

    private static final Pattern CLAIM = Pattern.compile("claim:[A-Za-z0-9_.-]+");

    static Rule of(Setting setting) {
        if (CLAIM.matcher(setting.text()).matches()) {
            return new Rule(Who.CLAIM, setting.text().substring("claim:".length()));
        }
        return switch (setting.text()) {
            case "anyone" -> ANYONE;
            case "authenticated" -> AUTHENTICATED;
            case "nobody" -> new Rule(Who.NOBODY, null);
            default -> throw setting.refuse("is none of anyone, authenticated, claim:NAME, nobody");
        };
    }
}
