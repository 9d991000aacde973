package dev.fanfare.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fanfare.bus.ChannelInfo;
import dev.fanfare.bus.ChannelQuery;
import dev.fanfare.bus.Disconnect;
import dev.fanfare.bus.Page;
import dev.fanfare.bus.SessionInfo;
import dev.fanfare.bus.SessionQuery;
import dev.fanfare.bus.Unsubscribe;
import dev.fanfare.cluster.InstanceMessage.Answered;
import dev.fanfare.cluster.InstanceMessage.Asked;
import dev.fanfare.protocol.ChannelName;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What instances say to each other: whoever changes these texts makes instances of two versions not understand each other. */
class InstanceMessageTest {
    private static final String ID = "0123456789abcdef0123456789abcdef";
    private static final String SESSION = "AbCdEfGhIjKlMnOpQr_-09";

    private static Asked asked(Question<?> question) {
        return new Asked(ID, 7, question);
    }

    private static void isSpelled(InstanceMessage message, String text) {
        assertThat(message).hasToString(text);
        assertThat(InstanceMessage.parse(text)).isEqualTo(message);
    }

    @Test
    void areWordsOfAscii() {
        isSpelled(asked(new Question.Count(new ChannelName("news:a.b"))), "count " + ID + " 7 news:a.b");
        isSpelled(
                asked(new Question.End(new Disconnect.Session(SESSION))), "disconnect " + ID + " 7 session " + SESSION);
        isSpelled(asked(new Question.End(new Disconnect.User("ada"))), "disconnect " + ID + " 7 user YWRh");
        isSpelled(
                asked(new Question.End(new Disconnect.User("o'hara \"x\" | ü😀"))),
                "disconnect " + ID + " 7 user bydoYXJhICJ4IiB8IMO88J-YgA");
        isSpelled(
                asked(new Question.Leave(new Unsubscribe(new ChannelName("room:7"), new Disconnect.User("ada")))),
                "unsubscribe " + ID + " 7 room:7 user YWRh");
        isSpelled(
                asked(new Question.Channels(new ChannelQuery("news:", "", 100))), "channels " + ID + " 7 100 =news: =");
        isSpelled(
                asked(new Question.Sessions(new SessionQuery(new Disconnect.User("ada"), SESSION, 1_000))),
                "sessions " + ID + " 7 1000 =YWRh =" + SESSION);
        isSpelled(asked(new Question.Sessions(new SessionQuery(null, "", 1))), "sessions " + ID + " 7 1 = =");
        isSpelled(new Answered(7, ID, "402"), "answered 7 " + ID + " 402");
    }

    @Test
    void pagesAreSpelledEntryByEntry() {
        Page<ChannelInfo> channels = new Page<>(
                List.of(new ChannelInfo(new ChannelName("a"), 3), new ChannelInfo(new ChannelName("b:c"), 1)), true);
        assertThat(Wording.CHANNELS.write(channels)).isEqualTo("more a 3 b:c 1");
        assertThat(Wording.CHANNELS.read("more a 3 b:c 1")).isEqualTo(channels);
        assertThat(Wording.CHANNELS.read("end")).isEqualTo(new Page<>(List.of(), false));
        Page<SessionInfo> sessions = new Page<>(
                List.of(
                        new SessionInfo(SESSION, "ada ü", "json", "192.0.2.7", 1_790_000_000_000L, 3),
                        new SessionInfo(SESSION, null, "raw", "2001:db8::1", 0, 1)),
                false);
        String text =
                "end " + SESSION + " json 192.0.2.7 1790000000000 3 =YWRhIMO8 " + SESSION + " raw 2001:db8::1 0 1 =";
        assertThat(Wording.SESSIONS.write(sessions)).isEqualTo(text);
        assertThat(Wording.SESSIONS.read(text)).isEqualTo(sessions);
    }

    @Test
    void aPageThatIsTooLongIsCutAndSaysSo() {
        List<ChannelInfo> many = IntStream.range(0, 1_000)
                .mapToObj(i -> new ChannelInfo(new ChannelName("x".repeat(250) + i), 1))
                .toList();
        String text = Wording.CHANNELS.write(new Page<>(many, false));
        assertThat(text.length()).isLessThanOrEqualTo(InstanceMessage.MOST_ANSWER);
        Page<ChannelInfo> read = Wording.CHANNELS.read(text);
        assertThat(read.more()).isTrue();
        assertThat(many).startsWith(read.entries().toArray(ChannelInfo[]::new));
        assertThat(InstanceMessage.parse(new Answered(7, ID, text).toString())).isEqualTo(new Answered(7, ID, text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "End", "end a", "end a b", "end a 1 b", "more a! 1", "end  a 1", "end a 1 ", "end a -1"})
    void refusesWhatIsNoPage(String text) {
        assertThatThrownBy(() -> Wording.CHANNELS.read(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Provide
    static Arbitrary<String> users() {
        return Arbitraries.strings().ofMaxLength(300).filter(name -> {
            try {
                return new Disconnect.User(name).name().equals(name);
            } catch (IllegalArgumentException e) {
                return false;
            }
        });
    }

    @Property(tries = 500)
    void anyUserComesBack(@ForAll("users") String user) {
        Asked asked = asked(new Question.End(new Disconnect.User(user)));
        assertThat(asked.toString()).matches("[ -~]+");
        assertThat(InstanceMessage.parse(asked.toString())).isEqualTo(asked);
    }

    @Test
    void theLongestUserComesBack() {
        Asked asked = asked(new Question.End(new Disconnect.User("😀".repeat(256))));
        assertThat(InstanceMessage.parse(asked.toString())).isEqualTo(asked);
    }

    @Property(tries = 1_000)
    void anyOtherTextIsRefused(@ForAll String text) {
        assertThat(InstanceMessage.parse(text)).isNull();
        assertThat(InstanceMessage.parse("disconnect " + ID + " 7 user \n" + text))
                .isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "count",
                "answered",
                "disconnect",
                "count ID 7",
                "count ID 7 ",
                "count ID 7 a b",
                "count ID 7  a",
                "count ID -7 a",
                "count ID 1234567890123456789 a",
                "count id 7 a",
                "Count ID 7 a",
                " count ID 7 a",
                "count ID 7 a\n",
                "answered 7 ID",
                "answered 7 ID ",
                "answered 7 ID \u00fc",
                "channels ID 7 0 = =",
                "channels ID 7 1001 = =",
                "channels ID 7 10 =a",
                "channels ID 7 10 =a! =",
                "sessions ID 7 10 =YWRh =AbCdEfGhIjKlMnOpQr_-090",
                "sessions ID 7 10 =Cg =",
                "unsubscribe ID 7 a",
                "unsubscribe ID 7 a! user YWRh",
                "unsubscribe ID 7 a nobody",
                "answered seven ID 1",
                "leave ID 7 a",
                "disconnect ID 7 ada",
                "disconnect ID 7 user",
                "disconnect ID 7 user ",
                "disconnect ID 7 user a*b",
                "disconnect ID 7 user YWRh YWRh",
                "disconnect ID 7 user  YWRh",
                "disconnect ID 7 USER YWRh",
                "disconnect ID 7 user Cg",
                "disconnect ID 7 user /w==",
                "disconnect ID 7 user _w",
                "disconnect ID 7 user 7aC9",
                "disconnect ID 7 session",
                "disconnect ID 7 session YWRh",
                "disconnect ID 7 session AbCdEfGhIjKlMnOpQr_-09 ",
                "disconnect ID 7 session AbCdEfGhIjKlMnOpQr+/09"
            })
    void refusesWhatIsNone(String text) {
        assertThat(InstanceMessage.parse(text.replace("ID", ID))).isNull();
    }

    @Test
    void refusesANameThatIsTooLong() {
        assertThat(InstanceMessage.parse("disconnect " + ID + " 7 user " + "YWFh".repeat(86)))
                .isNull();
        assertThat(InstanceMessage.parse("disconnect " + ID + " 7 user " + "YWFh".repeat(100_000)))
                .isNull();
    }
}
