package dev.fanfare.auth;

import dev.fanfare.auth.DeniedException.Reason;
import dev.fanfare.config.Auth.Jwt;
import dev.fanfare.config.ChannelPattern;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is asked of the claims of a token (RFC 7519, section 4.1), and who they say its bearer is. */
final class TokenClaims {
    /** For the clock of who has issued a token, which may be ahead. */
    private static final long LEEWAY = 5_000;

    /** The end of the year 9999: what lies beyond are not seconds. */
    private static final double LAST_SECOND = 253_402_300_799.0;

    private static final int LONGEST_USER = 256;
    private static final int MOST_PATTERNS = 1_000;

    private final @Nullable String issuer;
    private final @Nullable String audience;
    private final Clock clock;

    TokenClaims(Jwt configuration, Clock clock) {
        this.issuer = configuration.issuer();
        this.audience = configuration.audience();
        this.clock = clock;
    }

    /**
     * Whose they are.
     *
     * @param claims of a token whose signature is right
     * @throws DeniedException where they are not for here or for now
     */
    Identity identity(Map<String, Object> claims, String proof) {
        Long expiresAt = millis(claims, "exp");
        Long notBefore = millis(claims, "nbf");
        String user = user(claims.get("sub"));
        List<ChannelPattern> subscribe = patterns(claims.get("channels"));
        List<ChannelPattern> publish = patterns(claims.get("publish"));
        if (expiresAt == null || !isForHere(claims)) {
            throw new DeniedException(Reason.TOKEN_CLAIMS);
        }
        long now = clock.millis();
        if (expiresAt <= now) {
            throw new DeniedException(Reason.TOKEN_EXPIRED);
        }
        if (notBefore != null && notBefore > now + LEEWAY) {
            throw new DeniedException(Reason.TOKEN_NOT_YET_VALID);
        }
        return new Identity(Identity.Kind.TOKEN, user, claims, subscribe, publish, expiresAt, proof);
    }

    private boolean isForHere(Map<String, Object> claims) {
        Object audiences = claims.get("aud");
        return (issuer == null || issuer.equals(claims.get("iss")))
                && (audience == null
                        || audience.equals(audiences)
                        || (audiences instanceof List<?> list && list.contains(audience)));
    }

    /** A NumericDate: seconds, perhaps with a fraction. */
    private static @Nullable Long millis(Map<String, Object> claims, String name) {
        Object value = claims.get(name);
        if (value == null) {
            return null;
        }
        if (value instanceof Number seconds && Math.abs(seconds.doubleValue()) <= LAST_SECOND) {
            return (long) (seconds.doubleValue() * 1_000);
        }
        throw new DeniedException(Reason.TOKEN_CLAIMS);
    }

    private static @Nullable String user(@Nullable Object subject) {
        if (subject == null) {
            return null;
        }
        if (subject instanceof String user
                && !user.isEmpty()
                && user.length() <= LONGEST_USER
                && user.chars().noneMatch(Character::isISOControl)
                && StandardCharsets.UTF_8.newEncoder().canEncode(user)) {
            return user;
        }
        throw new DeniedException(Reason.TOKEN_CLAIMS);
    }

    private static List<ChannelPattern> patterns(@Nullable Object claim) {
        if (claim == null) {
            return List.of();
        }
        if (claim instanceof List<?> list && list.size() <= MOST_PATTERNS) {
            return list.stream().map(TokenClaims::pattern).toList();
        }
        throw new DeniedException(Reason.TOKEN_CLAIMS);
    }

    private static ChannelPattern pattern(Object item) {
        try {
            if (item instanceof String text) {
                return new ChannelPattern(text);
            }
        } catch (IllegalArgumentException e) {
            throw new DeniedException(Reason.TOKEN_CLAIMS);
        }
        throw new DeniedException(Reason.TOKEN_CLAIMS);
    }
}
