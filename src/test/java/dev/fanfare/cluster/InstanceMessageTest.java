package dev.fanfare.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fanfare.bus.Disconnect;
import dev.fanfare.cluster.InstanceMessage.Answered;
import dev.fanfare.cluster.InstanceMessage.Asked;
import dev.fanfare.protocol.ChannelName;
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

    private static Asked asked(Question question) {
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
        isSpelled(new Answered(7, ID, 402), "counted 7 " + ID + " 402");
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
                "counted",
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
                "counted 7 ID",
                "counted 7 ID -1",
                "counted 7 ID 1234567890123456789",
                "counted 7 ID 1 ",
                "counted seven ID 1",
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
