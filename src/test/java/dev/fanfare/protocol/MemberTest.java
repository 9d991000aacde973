package dev.fanfare.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MemberTest {
    @Property
    void isReadAsItWasWritten(@ForAll String session, @ForAll String user, @ForAll String info) throws Exception {
        // What came over the network is UTF-8, so it has no halves of characters.
        String json = Json.quote(new String(info.getBytes(UTF_8), UTF_8));
        Member member = new Member(
                new String(session.getBytes(UTF_8), UTF_8),
                new String(user.getBytes(UTF_8), UTF_8),
                Payload.of(Payload.Kind.JSON, json.getBytes(UTF_8)));
        Member read = Member.parse(member.json().getBytes(UTF_8));
        assertThat(read.session()).isEqualTo(member.session());
        assertThat(read.user()).isEqualTo(member.user());
        assertThat(read.json()).isEqualTo(member.json());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"session\":\"s\"}",
                "{\"session\":\"s\",\"user\":\"u\"}",
                "{\"session\":\"s\",\"info\":{\"x\":  1.50,\"y\":[]}}",
                "{\"session\":\"s\",\"info\":-0.00}",
                "{\"session\":\"s\",\"info\":null}"
            })
    void whatThereIsNotIsLeftOutAndTheInfoStaysAsItWasSpelled(String json) throws Exception {
        assertThat(Member.parse(json.getBytes(UTF_8)).json()).isEqualTo(json);
    }

    @Test
    void fieldsOfLaterVersionsArePassedOver() throws Exception {
        Member member = Member.parse("{\"later\":{\"a\":[1]},\"session\":\"s\"}".getBytes(UTF_8));
        assertThat(member).isEqualTo(new Member("s", null, null));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "7", "{}", "{\"session\":1}", "{\"session\":\"s\",\"user\":null}", "{\"session\":\"s\"} 1"})
    void whatIsNoMemberIsRefused(String json) {
        assertThatThrownBy(() -> Member.parse(json.getBytes(UTF_8))).isInstanceOf(ProtocolException.class);
    }
}
