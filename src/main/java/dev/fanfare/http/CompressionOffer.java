package dev.fanfare.http;

import dev.fanfare.protocol.ErrorCode;
import dev.fanfare.protocol.ProtocolException;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Negotiates permessage-deflate (RFC 7692, section 7.1). No context is used from message to message in either direction,
 * and what we write may need the largest window: an offer that wants a smaller one is declined, and so is one that is not
 * understood.
 */
final class CompressionOffer {
    private static final String SPACE = "[ \\t]*+";
    private static final String CHARACTER = "[A-Za-z0-9!#$%&'*+.^_`|~-]";
    private static final String TOKEN = SPACE + "(" + CHARACTER + "++)" + SPACE;
    private static final String QUOTED_TOKEN = SPACE + "\"((?:\\\\?+" + CHARACTER + ")++)\"" + SPACE;
    private static final Pattern EXTENSION = Pattern.compile(TOKEN);
    private static final Pattern PARAMETER = Pattern.compile(TOKEN + "(?:=(?:" + TOKEN + "|" + QUOTED_TOKEN + "))?+");

    private static final String NAME = "permessage-deflate";
    private static final String SERVER_WINDOW = "server_max_window_bits";
    private static final String ANSWER = NAME + "; server_no_context_takeover; client_no_context_takeover";

    /** What the value of each parameter may be; the empty one is none. */
    private static final Map<String, Predicate<String>> PARAMETERS = Map.of(
            "server_no_context_takeover",
            String::isEmpty,
            "client_no_context_takeover",
            String::isEmpty,
            "client_max_window_bits",
            Pattern.compile("|[89]|1[0-5]").asMatchPredicate(),
            SERVER_WINDOW,
            "15"::equals);

    private CompressionOffer() {}

    /**
     * What is answered to the first offer that can be honoured, if there is one.
     *
     * @param headers the values of {@code Sec-WebSocket-Extensions}
     * @throws ProtocolException where they break the grammar (RFC 6455, section 9.1), but for a list without elements:
     *     there are clients that send it for none
     */
    static Optional<String> answer(List<String> headers) throws ProtocolException {
        Optional<String> answer = Optional.empty();
        for (String header : headers) {
            for (String offer : header.split(",", -1)) {
                if (!offer.isBlank()) {
                    Optional<String> own = answer(offer);
                    answer = answer.isPresent() ? answer : own;
                }
            }
        }
        return answer;
    }

    /** Quoted values are tokens too, so a separator is nothing else anywhere. */
    private static Optional<String> answer(String offer) throws ProtocolException {
        String[] parts = offer.split(";", -1);
        boolean acceptable = match(EXTENSION, parts[0]).group(1).equalsIgnoreCase(NAME);
        Set<String> names = new HashSet<>();
        for (int i = 1; i < parts.length; i++) {
            Matcher parameter = match(PARAMETER, parts[i]);
            String name = parameter.group(1).toLowerCase(Locale.ROOT);
            Predicate<String> rule = PARAMETERS.get(name);
            acceptable &= names.add(name) && rule != null && rule.test(value(parameter));
        }
        if (!acceptable) {
            return Optional.empty();
        }
        return Optional.of(names.contains(SERVER_WINDOW) ? ANSWER + "; " + SERVER_WINDOW + "=15" : ANSWER);
    }

    private static Matcher match(Pattern pattern, String text) throws ProtocolException {
        Matcher matcher = pattern.matcher(text);
        if (!matcher.matches()) {
            throw new ProtocolException(ErrorCode.BAD_REQUEST, "no valid Sec-WebSocket-Extensions header");
        }
        return matcher;
    }

    private static String value(Matcher parameter) {
        String quoted = parameter.group(3);
        return quoted == null ? Objects.requireNonNullElse(parameter.group(2), "") : quoted.replace("\\", "");
    }
}
