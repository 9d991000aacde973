package dev.fanfare.cli.bench;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a handshake brings beside itself.
 *
 * @param compression whether permessage-deflate is offered (RFC 7692)
 * @param credential the API key or token that is shown (RFC 6750, section 2.1)
 */
public record Offer(boolean compression, Optional<String> credential) {

    private static final Pattern CREDENTIAL = Pattern.compile("[A-Za-z0-9._~+/-]+=*");

    public Offer {
        if (!credential.map(text -> CREDENTIAL.matcher(text).matches()).orElse(true)) {
            // Not quoted: it may be one with a slip of the pen.
            throw new IllegalArgumentException("credential-file: what it holds is neither an API key nor a token");
        }
    }

    /** The headers for it, each with its end of line. */
    String headers() {
        return (compression ? "Sec-WebSocket-Extensions: permessage-deflate\r\n" : "")
                + credential
                        .map(shown -> "Authorization: Bearer " + shown + "\r\n")
                        .orElse("");
    }

    /** Without the credential. */
    @Override
    public String toString() {
        return "Offer[" + compression + "]";
    }
}
