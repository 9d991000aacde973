package dev.fanfare.cluster;

import dev.fanfare.bus.ChannelInfo;
import dev.fanfare.bus.Page;
import dev.fanfare.bus.SessionInfo;
import dev.fanfare.protocol.ChannelName;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * How answers of one type travel: as words of ASCII, {@link InstanceMessage#MOST_ANSWER} characters at most.
 *
 * @param <A> the type of the answers
 */
interface Wording<A> {
    /** A number. */
    Wording<Long> NUMBER = new Wording<>() {
        @Override
        public String write(Long answer) {
            return answer.toString();
        }

        @Override
        public Long read(String text) {
            return number(text);
        }
    };

    /** A page of channels: each its name, and how many subscribers it has. */
    Wording<Page<ChannelInfo>> CHANNELS = new Pages<>(
            2,
            info -> info.channel().value() + ' ' + info.subscribers(),
            words -> new ChannelInfo(new ChannelName(words.get(0)), number(words.get(1))));

    /** A page of sessions; behind the {@code =} stands the user in Base64url, or nothing. */
    Wording<Page<SessionInfo>> SESSIONS = new Pages<>(
            6,
            info -> String.join(
                    " ",
                    info.id(),
                    info.protocol(),
                    info.address(),
                    Long.toString(info.connectedAt()),
                    Integer.toString(info.channels()),
                    "=" + (info.user() == null ? "" : Words.of(info.user()))),
            words -> new SessionInfo(
                    words.get(0),
                    words.get(5).length() == 1 ? null : Words.text(words.get(5).substring(1)),
                    words.get(1),
                    words.get(2),
                    number(words.get(3)),
                    (int) number(words.get(4))));

    String write(A answer);

    /**
     * The answer of these words.
     *
     * @throws IllegalArgumentException where they are none
     */
    A read(String text);

    private static long number(String word) {
        if (!word.matches("\\d{1,18}")) {
            throw new IllegalArgumentException("no number");
        }
        return Long.parseLong(word);
    }

    /**
     * Pages: a first word that tells whether there is more, and so many words for each entry. What does not fit is left out, and then there is more.
     *
     * @param <T> the type of the entries
     */
    record Pages<T>(int words, Function<T, String> writer, Function<List<String>, T> reader)
            implements Wording<Page<T>> {
        private static final String MORE = "more";
        private static final String END = "end";

        @Override
        public String write(Page<T> page) {
            StringBuilder entries = new StringBuilder();
            boolean more = page.more();
            for (T entry : page.entries()) {
                String next = ' ' + writer.apply(entry);
                if (MORE.length() + entries.length() + next.length() > InstanceMessage.MOST_ANSWER) {
                    more = true;
                    break;
                }
                entries.append(next);
            }
            return (more ? MORE : END) + entries;
        }

        @Override
        public Page<T> read(String text) {
            List<String> all = List.of(text.split(" ", -1));
            if ((all.size() - 1) % words != 0 || !List.of(MORE, END).contains(all.get(0))) {
                throw new IllegalArgumentException("no page");
            }
            List<T> entries = new ArrayList<>();
            for (int i = 1; i < all.size(); i += words) {
                entries.add(reader.apply(all.subList(i, i + words)));
            }
            return new Page<>(entries, all.get(0).equals(MORE));
        }
    }
}
