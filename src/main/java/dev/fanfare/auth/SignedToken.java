package dev.fanfare.auth;

import dev.fanfare.auth.DeniedException.Reason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A JSON Web Token as a JWS in compact serialization (RFC 7515, section 7.1), taken apart and not yet verified. Of its header nothing is used but
 * {@code alg}, {@code kid} and {@code typ}: keys, certificates and addresses of them that a token brings along are its own word for itself.
 *
 * @param keyId the key that it says it is signed with, or null
 * @param algorithm by which it says it is signed
 */
@SuppressWarnings("ArrayRecordComponent") // never compared as a record
record SignedToken(
        @Nullable String keyId,
        SigningAlgorithm algorithm,
        Map<String, Object> claims,
        byte[] signingInput,
        byte[] signature) {
    private static final int LONGEST = 16 * 1024;
    private static final int SEGMENTS = 3;

    /** A JWT, or an access token that is one (RFC 9068). */
    private static final Pattern TYPE = Pattern.compile("(application/)?(at\\+)?jwt", Pattern.CASE_INSENSITIVE);

    /** @throws DeniedException where it is none that could be verified */
    static SignedToken parse(String text) {
        if (text.length() > LONGEST) {
            throw malformed();
        }
        if (text.indexOf('.') < 0) {
            // Rather a key, and none that is known.
            throw new DeniedException(Reason.CREDENTIAL_UNKNOWN);
        }
        String[] segments = text.split("\\.", -1);
        if (segments.length != SEGMENTS || segments[2].isEmpty()) {
            throw malformed();
        }
        Map<String, Object> header = object(segments[0]);
        Map<String, Object> claims = object(segments[1]);
        byte[] signature = base64(segments[2]);
        if (header.containsKey("typ") && !TYPE.matcher(text(header, "typ")).matches()) {
            throw malformed();
        }
        // All that a header calls critical would have to be understood (RFC 7515, section 4.1.11), and nothing is.
        if (header.containsKey("crit")) {
            throw malformed();
        }
        String keyId = header.containsKey("kid") ? text(header, "kid") : null;
        SigningAlgorithm algorithm = SigningAlgorithm.of(text(header, "alg"));
        if (algorithm == null) {
            throw new DeniedException(Reason.CREDENTIAL_UNKNOWN);
        }
        byte[] signingInput = text.substring(0, text.lastIndexOf('.')).getBytes(StandardCharsets.US_ASCII);
        return new SignedToken(keyId, algorithm, claims, signingInput, signature);
    }

    private static String text(Map<String, Object> header, String name) {
        if (header.get(name) instanceof String text) {
            return text;
        }
        throw malformed();
    }

    private static Map<String, Object> object(String segment) {
        try {
            return StrictJson.object(base64(segment));
        } catch (IOException e) {
            throw malformed();
        }
    }

    /** Refuses what another spelling of the same bytes would be: padding, and bits behind the last byte. */
    private static byte[] base64(String segment) {
        try {
            byte[] bytes = Base64.getUrlDecoder().decode(segment);
            if (Base64.getUrlEncoder().withoutPadding().encodeToString(bytes).equals(segment)) {
                return bytes;
            }
        } catch (IllegalArgumentException e) {
            throw malformed();
        }
        throw malformed();
    }

    private static DeniedException malformed() {
        return new DeniedException(Reason.CREDENTIAL_MALFORMED);
    }

    /** Without anything that it holds. */
    @Override
    public String toString() {
        return "SignedToken[" + algorithm + "]";
    }
}
