package dev.fanfare.auth;

import dev.fanfare.config.ChannelPattern;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who a client is, as far as it has shown.
 *
 * @param kind how it has shown it
 * @param user what the user is called, or null where there is none
 * @param claims what else is known; never null values
 * @param subscribe the channels that it may subscribe to beside those that the rules give it
 * @param publish the channels that it may publish to beside those that the rules give it
 * @param expiresAt until when it holds, in milliseconds since 1970; {@link #NEVER} for no end
 * @param proof by which its {@link Authenticator} knows later what was shown; no secret
 */
public record Identity(
        Kind kind,
        @Nullable String user,
        Map<String, Object> claims,
        List<ChannelPattern> subscribe,
        List<ChannelPattern> publish,
        long expiresAt,
        String proof) {
    /** The time at which what has no end expires. */
    public static final long NEVER = Long.MAX_VALUE;

    /** Who has shown nothing. */
    public static final Identity ANONYMOUS =
            new Identity(Kind.ANONYMOUS, null, Map.of(), List.of(), List.of(), NEVER, "");

    /** The ways to show who one is. */
    public enum Kind {
        ANONYMOUS,
        API_KEY,
        TOKEN
    }

    public Identity {
        claims = Map.copyOf(claims);
        subscribe = List.copyOf(subscribe);
        publish = List.copyOf(publish);
    }

    /** A user of whom an authenticator of one's own knows more than that. */
    public static Identity of(String user, Map<String, Object> claims, long expiresAt) {
        return new Identity(Kind.TOKEN, user, claims, List.of(), List.of(), expiresAt, "");
    }

    /** Whether a claim is there and neither false nor empty. */
    public boolean has(String claim) {
        Object value = claims.get(claim);
        return value instanceof Boolean truth
                ? truth
                : value instanceof CharSequence text
                        ? !text.isEmpty()
                        : value instanceof Collection<?> list
                                ? !list.isEmpty()
                                : value instanceof Map<?, ?> map ? !map.isEmpty() : value != null;
    }

    /** Whether a session of this one may go on as {@code fresh}: a user stays the same. */
    public boolean mayBecome(Identity fresh) {
        return kind == Kind.ANONYMOUS || (kind == fresh.kind && Objects.equals(user, fresh.user));
    }

    /** Whether {@code fresh} may do just what this one may, by all that can be known beforehand. */
    public boolean mayTheSameAs(Identity fresh) {
        return kind == fresh.kind
                && Objects.equals(user, fresh.user)
                && subscribe.equals(fresh.subscribe)
                && publish.equals(fresh.publish)
                && lasting().equals(fresh.lasting());
    }

    /** The claims but for those that are others in every token. */
    private Map<String, Object> lasting() {
        Map<String, Object> lasting = new HashMap<>(claims);
        lasting.keySet().removeAll(Set.of("exp", "iat", "nbf", "jti"));
        return lasting;
    }

    /** What logs call it: the name of an API key, or the user. */
    public String label() {
        return kind == Kind.API_KEY ? proof.split(" ", 3)[1] : String.valueOf(user);
    }

    /** Without claims: they are nobody's business in a log. */
    @Override
    public String toString() {
        return "Identity[" + kind + (user == null ? "" : ", " + user) + "]";
    }
}
