package dev.fanfare.cluster;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What one instance says to another, over the channel that the other alone is subscribed to: words of ASCII. */
sealed interface InstanceMessage {
    /** How long an answer may be, in characters. */
    int MOST_ANSWER = 128 << 10;

    /** The message that a text is; null where it is none. */
    static @Nullable InstanceMessage parse(String text) {
        InstanceMessage answered = Answered.of(text);
        return answered != null ? answered : Asked.of(text);
    }

    /**
     * An instance asks.
     *
     * @param ticket by which it knows the answer
     */
    record Asked(String instance, long ticket, Question<?> question) implements InstanceMessage {
        private static final Pattern TEXT =
                Pattern.compile("([a-z]{1,16}) ([0-9a-f]{32}) (\\d{1,18}) ([!-~][ -~]{0,1999})");

        private static @Nullable Asked of(String text) {
            Matcher matcher = TEXT.matcher(text);
            Question<?> question = matcher.matches() ? Question.of(matcher.group(1), matcher.group(4)) : null;
            return question == null ? null : new Asked(matcher.group(2), Long.parseLong(matcher.group(3)), question);
        }

        @Override
        public String toString() {
            return question.verb() + ' ' + instance + ' ' + ticket + ' ' + question.object();
        }
    }

    /**
     * An instance answers.
     *
     * @param ticket of the question
     * @param text as the {@link Wording} of that question has it
     */
    record Answered(long ticket, String instance, String text) implements InstanceMessage {
        private static final Pattern TEXT =
                Pattern.compile("answered (\\d{1,18}) ([0-9a-f]{32}) ([!-~][ -~]{0," + (MOST_ANSWER - 1) + "})");

        private static @Nullable Answered of(String text) {
            Matcher matcher = TEXT.matcher(text);
            return matcher.matches()
                    ? new Answered(Long.parseLong(matcher.group(1)), matcher.group(2), matcher.group(3))
                    : null;
        }

        @Override
        public String toString() {
            return "answered " + ticket + ' ' + instance + ' ' + text;
        }
    }
}
