package dev.fanfare.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The wire formats, byte for byte: whoever changes one of these files changes what clients see. */
class GoldenTest {
    private static final long TIME = Instant.parse("2026-01-02T03:04:05.006Z").toEpochMilli();
    private static final ChannelName NEWS = new ChannelName("news");
    private static final CommandId ID = new CommandId("\"id\\u0031\"");
    private final ProtocolException error = new ProtocolException(ErrorCode.INVALID_CHANNEL, "'a\"b' is no channel");

    @Test
    void answersOnTheJsonProtocol() throws IOException {
        Map<String, Answer> answers = new LinkedHashMap<>();
        answers.put("subscribed", new Answer.Subscribed(ID, NEWS, TIME, Answer.Start.LIVE));
        answers.put(
                "subscribed-list",
                new Answer.SubscribedToList(
                        new CommandId("7"),
                        List.of(
                                new Answer.Outcome("news", Answer.Start.LIVE, null),
                                new Answer.Outcome("a\"b", Answer.Start.LIVE, error)),
                        TIME));
        answers.put("unsubscribed", new Answer.Unsubscribed(ID, NEWS, TIME));
        answers.put("withdrawn", new Answer.Withdrawn(NEWS, TIME));
        answers.put("token", new Answer.TokenTaken(ID, TIME));
        answers.put("published", new Answer.Published(ID, NEWS, TIME, false, null));
        answers.put("published-local", new Answer.Published(ID, NEWS, TIME, true, null));
        answers.put("published-broadcast", new Answer.Published(ID, null, TIME, false, null));
        Position position = new Position("e1", 12);
        Answer.Messages missed = () -> {
            ByteBuf json = Unpooled.buffer();
            JsonProtocol.writeList(List.of(stored("1", 11), stored("{\"a\" : 2}", 12)), json);
            return json;
        };
        Answer.Start whole = new Answer.Start(position, new Answer.Recovery(true, missed));
        Answer.Start lost = new Answer.Start(position, new Answer.Recovery(false, Answer.Messages.NONE));
        answers.put("subscribed-stored", new Answer.Subscribed(ID, NEWS, TIME, new Answer.Start(position, null)));
        answers.put("subscribed-recovered", new Answer.Subscribed(ID, NEWS, TIME, whole));
        answers.put("subscribed-not-recovered", new Answer.Subscribed(ID, NEWS, TIME, lost));
        answers.put(
                "subscribed-list-recovered",
                new Answer.SubscribedToList(
                        ID,
                        List.of(new Answer.Outcome("news", whole, null), new Answer.Outcome("old", lost, null)),
                        TIME));
        answers.put("published-stored", new Answer.Published(ID, NEWS, TIME, false, position));
        answers.put("history", new Answer.History(ID, NEWS, TIME, position, missed));
        answers.put("history-empty", new Answer.History(ID, NEWS, TIME, position, Answer.Messages.NONE));
        answers.put(
                "presence",
                new Answer.Present(
                        ID,
                        NEWS,
                        TIME,
                        List.of(
                                new Member("s1", null, null),
                                new Member(
                                        "s2",
                                        "a\"b",
                                        Payload.of(Payload.Kind.JSON, "[1, 2]".getBytes(StandardCharsets.UTF_8))))));
        answers.put("presence-count", new Answer.PresentCount(ID, NEWS, TIME, 3));
        answers.put("position-lost", new Answer.PositionLost(NEWS, TIME, position));
        answers.put("pong", new Answer.Pong(ID, TIME));
        answers.put("pong-without-id", new Answer.Pong(null, TIME));
        answers.put("error", new Answer.Failed(ID, error, TIME));
        answers.put("error-without-id", new Answer.Failed(null, error, TIME));
        JsonProtocol json = new JsonProtocol();
        golden("json-answers.txt", answers, answer -> {
            WireProtocol.Reply.Send send = (WireProtocol.Reply.Send) json.answer(answer);
            return FrameReader.only(send.frame()).text();
        });
    }

    private static Message stored(String json, long offset) {
        Payload payload = Payload.of(Payload.Kind.JSON, json.getBytes(StandardCharsets.UTF_8));
        return new Message(new Publication(NEWS, MessageType.EVENT, payload, 0), TIME, new Position("e1", offset));
    }

    @Test
    void eventsOnTheJsonProtocol() throws IOException {
        golden("json-events.txt", messages(), message -> {
            ByteBuf out = Unpooled.buffer();
            new JsonProtocol().format().encode(message, out);
            return FrameReader.only(out).text();
        });
    }

    @Test
    void framesOnTheRawProtocol() throws IOException {
        golden("raw-frames.txt", messages(), message -> {
            ByteBuf out = Unpooled.buffer();
            new RawProtocol(NEWS).format().encode(message, out);
            byte[] bytes = new byte[out.readableBytes()];
            out.readBytes(bytes);
            return HexFormat.of().formatHex(bytes);
        });
    }

    @Test
    void answersThatNobodyAskedForAreNotGiven() {
        JsonProtocol json = new JsonProtocol();
        for (Answer answer : List.of(
                new Answer.Subscribed(null, NEWS, TIME, Answer.Start.LIVE),
                new Answer.Unsubscribed(null, NEWS, TIME),
                new Answer.Published(null, NEWS, TIME, false, null))) {
            assertThat(json.answer(answer)).isInstanceOf(WireProtocol.Reply.Silence.class);
        }
        assertThat(new RawProtocol(NEWS).answer(new Answer.Published(ID, NEWS, TIME, false, null)))
                .isInstanceOf(WireProtocol.Reply.Silence.class);
    }

    @Test
    void aRawSocketIsClosedWithTheWordOfTheError() {
        assertThat(new RawProtocol(NEWS).answer(new Answer.Failed(null, error, TIME)))
                .isEqualTo(new WireProtocol.Reply.Close(CloseCode.POLICY, "invalid_channel"));
    }

    private static Map<String, Message> messages() {
        Map<String, Message> messages = new LinkedHashMap<>();
        messages.put("json", message(NEWS, Payload.Kind.JSON, "{ \"b\": 1.50, \"a\": [ ] }"));
        messages.put("json-string", message(NEWS, Payload.Kind.JSON, "\"gr\\u00fc\\u00df \\\"dich\\\"\""));
        messages.put("text", message(NEWS, Payload.Kind.TEXT, "a \"line\"\r\n\tof \\ \u0001 grüß 😀"));
        messages.put("binary", message(NEWS, Payload.Kind.BINARY, "\u0000\u0001\u007f"));
        messages.put("broadcast", message(null, Payload.Kind.JSON, "null"));
        messages.put(
                "process-output", process(MessageType.PROCESS_OUTPUT, Payload.Kind.TEXT, "\u001b[1mdone\u001b[0m"));
        messages.put("process-error", process(MessageType.PROCESS_ERROR, Payload.Kind.TEXT, "no such file"));
        String exited = "{\"status\":\"exited\",\"exitCode\":1}";
        messages.put("process-status", process(MessageType.PROCESS_STATUS, Payload.Kind.JSON, exited));
        return messages;
    }

    private static Message process(MessageType type, Payload.Kind kind, String text) {
        Payload payload = Payload.of(kind, text.getBytes(StandardCharsets.UTF_8));
        return new Message(new Publication(ChannelName.ofProcess(new ProcessId("b-7")), type, payload, 0), TIME);
    }

    private static Message message(@Nullable ChannelName channel, Payload.Kind kind, String text) {
        Payload payload = Payload.of(kind, text.getBytes(StandardCharsets.UTF_8));
        return new Message(new Publication(channel, MessageType.EVENT, payload, 0), TIME);
    }

    private static <T> void golden(String file, Map<String, T> samples, Function<T, String> write) throws IOException {
        String written = samples.entrySet().stream()
                .map(sample -> sample.getKey() + ": " + write.apply(sample.getValue()) + "\n")
                .collect(Collectors.joining());
        try (InputStream in = Objects.requireNonNull(GoldenTest.class.getResourceAsStream("/golden/" + file))) {
            assertThat(written).isEqualTo(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        }
    }
}
