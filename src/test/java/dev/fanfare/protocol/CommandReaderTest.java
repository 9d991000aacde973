package dev.fanfare.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CommandReaderTest {
    private static final CommandId ID = new CommandId("\"a\"");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "null",
                "[]",
                "\"ping\"",
                "5",
                "ping",
                "{",
                "}",
                "{}",
                "{'type':'ping'}",
                "{type:\"ping\"}",
                "{\"type\":\"ping\"} x",
                "{\"type\":\"ping\"}{}",
                "{\"type\":\"ping\"},",
                "{\"type\" \"ping\"}",
                "{\"type\":\"ping\" \"data\":1}",
                "{\"type\":5}",
                "{\"type\":null}",
                "{\"type\":{\"type\":\"ping\"}}"
            })
    void refusesWhatIsNoCommand(String json) {
        refused(json, null, ErrorCode.BAD_REQUEST);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "01",
                "-",
                "+1",
                ".5",
                "5.",
                "1e",
                "0x1",
                "NaN",
                "Infinity",
                "tru",
                "True",
                "nul",
                "'a'",
                "\"a",
                "\"\\x\"",
                "\"\\u12\"",
                "\"a\nb\"",
                "\"\u0000\"",
                "[1,]",
                "[,1]",
                "[1 2]",
                "{\"a\"}",
                "{\"a\":}",
                "{\"a\":1,}",
                "{1:2}",
                "[}",
                "]",
                "",
                "1 /* no */",
                "// no\n1",
                "# no\n1"
            })
    void refusesInvalidJsonWithTheIdThatCameBefore(String value) {
        refused("{\"id\":\"a\",\"type\":\"publish\",\"data\":" + value + "}", ID, ErrorCode.BAD_REQUEST);
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-16LE", "UTF-16BE", "UTF-16", "UTF-32LE", "UTF-32BE"})
    void readsUtf8AndNothingElse(String charset) {
        byte[] bytes = "{\"type\":\"ping\"}".getBytes(Charset.forName(charset));
        assertThat(new CommandReader(bytes).read()).isInstanceOf(Command.Refused.class);
    }

    @Test
    void refusesAByteOrderMark() {
        refused("\uFEFF{\"type\":\"ping\"}", null, ErrorCode.BAD_REQUEST);
    }

    @Test
    void refusesNulsAroundTheCommand() {
        refused("\0{\"type\":\"ping\"}", null, ErrorCode.BAD_REQUEST);
        refused("{\"type\":\"ping\"}\0", null, ErrorCode.BAD_REQUEST);
    }

    @Test
    void refusesNestingBeyondAThousand() {
        assertThat(read(publish("[".repeat(999) + "]".repeat(999)))).isInstanceOf(Command.Publish.class);
        refused(publish("[".repeat(1000) + "]".repeat(1000)), ID, ErrorCode.BAD_REQUEST);
        refused(publish("[".repeat(60_000)), ID, ErrorCode.BAD_REQUEST);
    }

    private static String publish(String data) {
        return "{\"id\":\"a\",\"type\":\"publish\",\"data\":" + data + "}";
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.0", "1e3", "true", "null", "{}", "[1]"})
    void refusesIdsThatAreNeitherStringNorInteger(String id) {
        refused("{\"id\":" + id + ",\"type\":\"ping\"}", null, ErrorCode.BAD_REQUEST);
    }

    @ParameterizedTest
    @ValueSource(strings = {"id", "type", "channel", "data", "channels", "other"})
    void refusesDoubledFields(String field) {
        Command read = read("{\"type\":\"ping\",\"" + field + "\":\"ping\",\"" + field + "\":\"ping\"}");
        assertThat(read).isInstanceOfSatisfying(Command.Refused.class, refused -> assertThat(
                        refused.error().code())
                .isEqualTo(ErrorCode.BAD_REQUEST));
    }

    @Test
    void namesTheIdThatStandsBehindTheError() {
        refused("{\"type\":\"publish\",\"channel\":5,\"id\":\"a\"}", ID, ErrorCode.BAD_REQUEST);
        refused("{\"type\":\"dance\",\"id\":\"a\"}", ID, ErrorCode.UNKNOWN_TYPE);
        refused("{\"type\":\"publish\",\"id\":\"a\"}", ID, ErrorCode.BAD_REQUEST);
        refused("{\"type\":\"publish\",\"data\":1,\"channel\":\"a b\",\"id\":\"a\"}", ID, ErrorCode.INVALID_CHANNEL);
    }

    private static Command.Wish wish(String name) {
        return new Command.Wish(name);
    }

    @Test
    void readsSubscriptions() {
        assertThat(read("{\"type\":\"subscribe\",\"channel\":\"c\"}"))
                .isEqualTo(new Command.Subscribe(null, List.of(wish("c")), false));
        assertThat(read("{\"type\":\"subscribe\",\"data\":\"c\"}"))
                .isEqualTo(new Command.Subscribe(null, List.of(wish("c")), false));
        assertThat(
                        read(
                                "{\"type\":\"subscribe\",\"id\":\"a\",\"channels\":[\"c\",{\"x\":[1],\"channel\":\"d\"},\" \"]}"))
                .isEqualTo(new Command.Subscribe(ID, List.of(wish("c"), wish("d"), wish(" ")), true));
    }

    @Test
    void readsWhatASubscriptionBeginsWith() {
        Payload info = Payload.of(Payload.Kind.JSON, "[1]".getBytes(StandardCharsets.UTF_8));
        Command.Subscribe one =
                (Command.Subscribe) read("{\"type\":\"subscribe\",\"channel\":\"c\",\"info\":[1],\"consumer\":\"me\","
                        + "\"recover\":{\"offset\":3,\"x\":[{}],\"epoch\":\"e\"}}");
        assertThat(one.wishes().get(0))
                .usingRecursiveComparison()
                .isEqualTo(new Command.Wish("c", new Position("e", 3), "me", info, null));
        assertThat(read("{\"type\":\"subscribe\",\"channel\":\"c\",\"recover\":null,\"info\":null}"))
                .isEqualTo(new Command.Subscribe(null, List.of(wish("c")), false));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"recover\":1",
                "\"recover\":{}",
                "\"recover\":{\"epoch\":\"e\"}",
                "\"recover\":{\"epoch\":\"e\",\"offset\":-1}",
                "\"recover\":{\"epoch\":\"e\",\"offset\":1.5}",
                "\"recover\":{\"epoch\":\"e\",\"offset\":99999999999999999999}",
                "\"recover\":{\"epoch\":\"e f\",\"offset\":1}",
                "\"recover\":{\"epoch\":7,\"offset\":1}",
                "\"consumer\":7",
                "\"consumer\":\"\"",
                "\"consumer\":\"a b\""
            })
    void refusesABrokenBeginningAloneInAList(String field) {
        refused("{\"type\":\"subscribe\",\"channel\":\"c\"," + field + ",\"id\":\"a\"}", ID, ErrorCode.BAD_REQUEST);
        Command.Subscribe list = (Command.Subscribe)
                read("{\"type\":\"subscribe\",\"channels\":[{\"channel\":\"c\"," + field + "},\"d\"]}");
        assertThat(list.wishes().get(0).error()).isNotNull();
        assertThat(list.wishes().get(1)).isEqualTo(wish("d"));
    }

    @Test
    void readsWhatIsAskedOfWhatIsKept() {
        ChannelName c = new ChannelName("c");
        assertThat(read("{\"type\":\"history\",\"channel\":\"c\"}"))
                .isEqualTo(new Command.History(null, c, null, 100, false));
        assertThat(read("{\"type\":\"history\",\"channel\":\"c\",\"limit\":1000,\"reverse\":true,"
                        + "\"since\":{\"epoch\":\"e\",\"offset\":0}}"))
                .isEqualTo(new Command.History(null, c, new Position("e", 0), 1000, true));
        assertThat(read("{\"type\":\"presence\",\"channel\":\"c\",\"count\":true}"))
                .isEqualTo(new Command.Presence(null, c, true));
        assertThat(read("{\"type\":\"ack\",\"channel\":\"c\",\"offset\":12}"))
                .isEqualTo(new Command.Acknowledge(null, c, 12));
        for (String broken : List.of(
                "\"history\",\"limit\":0",
                "\"history\",\"limit\":1001",
                "\"history\",\"limit\":\"5\"",
                "\"history\",\"reverse\":1",
                "\"presence\",\"count\":\"yes\"",
                "\"ack\"",
                "\"ack\",\"offset\":-1",
                "\"publish\",\"data\":1,\"key\":\"\"",
                "\"publish\",\"data\":1,\"key\":5",
                "\"publish\",\"data\":1,\"key\":\"" + "é".repeat(65) + "\"")) {
            refused("{\"channel\":\"c\",\"id\":\"a\",\"type\":" + broken + "}", ID, ErrorCode.BAD_REQUEST);
        }
    }

    @Test
    void readsEscapesInANameWhereverItStands() {
        Command.Subscribe c = new Command.Subscribe(null, List.of(wish("c")), false);
        assertThat(read("{\"type\":\"subscribe\",\"channel\":\"\\u0063\"}")).isEqualTo(c);
        assertThat(read("{\"type\":\"subscribe\",\"data\":\"\\u0063\"}")).isEqualTo(c);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"c\"", "{}", "null", "[1]", "[null]", "[[\"c\"]]", "[{}]", "[{\"channel\":1}]"})
    void refusesListsThatAreNotOfNames(String channels) {
        refused("{\"type\":\"subscribe\",\"channels\":" + channels + ",\"id\":\"a\"}", ID, ErrorCode.BAD_REQUEST);
    }

    @Test
    void readsTheOtherCommands() {
        assertThat(read("{\"type\":\"unsubscribe\",\"channel\":\"c\"}"))
                .isEqualTo(new Command.Unsubscribe(null, new ChannelName("c")));
        assertThat(read("{\"type\":\"ping\",\"id\":17}")).isEqualTo(new Command.Ping(new CommandId("17")));
        assertThat(read("{\"type\":\"publish\",\"data\":null}"))
                .isInstanceOfSatisfying(Command.Publish.class, publish -> assertThat(publish.channel())
                        .isNull());
    }

    private static void refused(String json, @Nullable CommandId id, ErrorCode code) {
        assertThat(read(json)).isInstanceOfSatisfying(Command.Refused.class, refused -> {
            assertThat(refused.id()).isEqualTo(id);
            assertThat(refused.error().code()).isEqualTo(code);
            assertThat(refused.error().sentence()).doesNotContain("\n");
        });
    }

    private static Command read(String json) {
        return new CommandReader(json.getBytes(StandardCharsets.UTF_8)).read();
    }
}
