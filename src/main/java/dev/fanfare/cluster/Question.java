package dev.fanfare.cluster;

import dev.fanfare.bus.ChannelInfo;
import dev.fanfare.bus.ChannelQuery;
import dev.fanfare.bus.Disconnect;
import dev.fanfare.bus.Loops;
import dev.fanfare.bus.Page;
import dev.fanfare.bus.SessionInfo;
import dev.fanfare.bus.SessionQuery;
import dev.fanfare.bus.Unsubscribe;
import dev.fanfare.protocol.ChannelName;
import io.vertx.core.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the instances are asked.
 *
 * @param <A> the type of the answers
 */
sealed interface Question<A> {
    /** Its first word, as it travels. */
    String verb();

    /** What stands behind that: words of ASCII, whatever it is about. */
    String object();

    /** The answer of this instance. */
    Future<A> answer(Loops loops);

    /** How an answer travels. */
    Wording<A> wording();

    /** The question of these words; null where they are none. */
    static @Nullable Question<?> of(String verb, String object) {
        try {
            return switch (verb) {
                case Count.VERB -> new Count(new ChannelName(object));
                case End.VERB -> new End(Words.whom(object));
                case Leave.VERB -> Leave.of(object);
                case Channels.VERB -> Channels.of(object);
                case Sessions.VERB -> Sessions.of(object);
                default -> null;
            };
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private static Matcher match(Pattern pattern, String object) {
        Matcher matcher = pattern.matcher(object);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("not these words");
        }
        return matcher;
    }

    /** How many subscribers a channel has. */
    record Count(ChannelName channel) implements Question<Long> {
        private static final String VERB = "count";

        @Override
        public String verb() {
            return VERB;
        }

        @Override
        public String object() {
            return channel.value();
        }

        @Override
        public Future<Long> answer(Loops loops) {
            return loops.subscribers(channel);
        }

        @Override
        public Wording<Long> wording() {
            return Wording.NUMBER;
        }
    }

    /** To end sessions: how many were ended. */
    record End(Disconnect whom) implements Question<Long> {
        private static final String VERB = "disconnect";

        @Override
        public String verb() {
            return VERB;
        }

        @Override
        public String object() {
            return Words.of(whom);
        }

        @Override
        public Future<Long> answer(Loops loops) {
            return loops.disconnect(whom);
        }

        @Override
        public Wording<Long> wording() {
            return Wording.NUMBER;
        }
    }

    /** To take a channel from sessions: from how many it was taken. */
    record Leave(Unsubscribe what) implements Question<Long> {
        private static final String VERB = "unsubscribe";
        private static final Pattern OBJECT = Pattern.compile("(\\S+) (.+)");

        private static Leave of(String object) {
            Matcher matcher = match(OBJECT, object);
            return new Leave(new Unsubscribe(new ChannelName(matcher.group(1)), Words.whom(matcher.group(2))));
        }

        @Override
        public String verb() {
            return VERB;
        }

        @Override
        public String object() {
            return what.channel().value() + ' ' + Words.of(what.whom());
        }

        @Override
        public Future<Long> answer(Loops loops) {
            return loops.unsubscribe(what);
        }

        @Override
        public Wording<Long> wording() {
            return Wording.NUMBER;
        }
    }

    /** Which channels have subscribers. */
    record Channels(ChannelQuery query) implements Question<Page<ChannelInfo>> {
        private static final String VERB = "channels";
        private static final Pattern OBJECT = Pattern.compile("(\\d{1,4}) =(\\S*) =(\\S*)");

        private static Channels of(String object) {
            Matcher matcher = match(OBJECT, object);
            return new Channels(
                    new ChannelQuery(matcher.group(2), matcher.group(3), Integer.parseInt(matcher.group(1))));
        }

        @Override
        public String verb() {
            return VERB;
        }

        @Override
        public String object() {
            return query.limit() + " =" + query.prefix() + " =" + query.after();
        }

        @Override
        public Future<Page<ChannelInfo>> answer(Loops loops) {
            return loops.channels(query);
        }

        @Override
        public Wording<Page<ChannelInfo>> wording() {
            return Wording.CHANNELS;
        }
    }

    /** Which sessions there are. */
    record Sessions(SessionQuery query) implements Question<Page<SessionInfo>> {
        private static final String VERB = "sessions";
        private static final Pattern OBJECT = Pattern.compile("(\\d{1,4}) =(\\S*) =(\\S*)");

        private static Sessions of(String object) {
            Matcher matcher = match(OBJECT, object);
            String user = matcher.group(2);
            return new Sessions(new SessionQuery(
                    user.isEmpty() ? null : new Disconnect.User(Words.text(user)),
                    matcher.group(3),
                    Integer.parseInt(matcher.group(1))));
        }

        @Override
        public String verb() {
            return VERB;
        }

        @Override
        public String object() {
            Disconnect.User user = query.user();
            return query.limit() + " =" + (user == null ? "" : Words.of(user.name())) + " =" + query.after();
        }

        @Override
        public Future<Page<SessionInfo>> answer(Loops loops) {
            return loops.sessions(query);
        }

        @Override
        public Wording<Page<SessionInfo>> wording() {
            return Wording.SESSIONS;
        }
    }
}
