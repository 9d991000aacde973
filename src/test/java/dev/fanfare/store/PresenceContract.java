package dev.fanfare.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.within;

import dev.fanfare.protocol.ChannelName;
import dev.fanfare.protocol.ErrorCode;
import dev.fanfare.protocol.Member;
import dev.fanfare.protocol.Message;
import dev.fanfare.protocol.Payload;
import dev.fanfare.protocol.ProtocolException;
import dev.fanfare.protocol.Publication;
import dev.fanfare.testing.Wire;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What every presence keeps to, seen from two instances; where one is alone it is both. */
public abstract class PresenceContract {
    private static final String LAST = "{\"session\":\"last\"}";

    /** One that nobody else uses, whose announcements come to the feeds. */
    private final ChannelName channel = new ChannelName("room:" + UUID.randomUUID());

    /** Asks the presence of an instance, 0 or 1, on its event loop. */
    protected abstract <T> Future<T> ask(int instance, Function<Presence, Future<T>> question);

    /** What came to the feed of an instance. */
    protected abstract BlockingQueue<Message> feed(int instance);

    /** Has what is announced on a channel come to both feeds. */
    protected abstract void subscribe(ChannelName channel);

    private static Member member(String session, @Nullable String user, @Nullable String info) {
        return new Member(session, user, info == null ? null : Payload.of(Payload.Kind.JSON, info.getBytes(UTF_8)));
    }

    private static Member member(String session) {
        return member(session, null, null);
    }

    private <T> T done(int instance, Function<Presence, Future<T>> question) {
        try {
            return ask(instance, question)
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(Wire.PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private void join(int instance, Member member) {
        done(instance, presence -> presence.join(channel, member, true));
    }

    private void leave(int instance, Member member) {
        done(instance, presence -> presence.leave(channel, member, true));
    }

    private List<String> members(int instance) {
        return done(instance, presence -> presence.members(channel)).stream()
                .map(Member::json)
                .sorted()
                .toList();
    }

    private long count(int instance, ChannelName where) {
        return done(instance, presence -> presence.count(where));
    }

    /** All that was announced to an instance until now: what comes behind it is a last one, which leaves again. */
    private List<String> announced(int instance) {
        join(0, member("last"));
        leave(0, member("last"));
        List<String> told = new ArrayList<>();
        for (String each = next(instance); !each.equals("leave " + LAST); each = next(instance)) {
            told.add(each);
        }
        assertThat(told.remove(told.size() - 1)).isEqualTo("join " + LAST);
        return told;
    }

    private String next(int instance) {
        try {
            Message message = Objects.requireNonNull(
                    feed(instance).poll(Wire.PATIENCE.toSeconds(), TimeUnit.SECONDS), "nothing was announced");
            Publication publication = message.publication();
            if (!channel.equals(publication.channel())) {
                return next(instance);
            }
            assertThat(message.position()).isNull();
            assertThat(message.timestamp()).isCloseTo(System.currentTimeMillis(), within(60_000L));
            assertThat(publication.payload().kind()).isEqualTo(Payload.Kind.JSON);
            return publication.type().word() + " " + publication.payload().asString();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void whoIsThereIsSeenFromEveryInstance() {
        join(0, member("s1", "ann", "{\"x\":  1.50}"));
        join(1, member("s2", "Bö \"b\"\n", null));
        join(1, member("s3", null, "[null,\"\\u00e4 ä\"]"));
        for (int instance = 0; instance < 2; instance++) {
            assertThat(members(instance))
                    .containsExactly(
                            "{\"session\":\"s1\",\"user\":\"ann\",\"info\":{\"x\":  1.50}}",
                            "{\"session\":\"s2\",\"user\":\"Bö \\\"b\\\"\\n\"}",
                            "{\"session\":\"s3\",\"info\":[null,\"\\u00e4 ä\"]}");
            assertThat(count(instance, channel)).isEqualTo(3);
        }
    }

    @Test
    void whoComesAndGoesIsAnnouncedOnceOnEveryInstance() {
        subscribe(channel);
        Member ann = member("s1", "ann", "7");
        join(0, ann);
        join(0, ann);
        join(1, member("s2"));
        leave(0, ann);
        leave(0, ann);
        leave(1, member("never"));
        List<String> expected = List.of(
                "join {\"session\":\"s1\",\"user\":\"ann\",\"info\":7}",
                "join {\"session\":\"s2\"}",
                "leave {\"session\":\"s1\",\"user\":\"ann\",\"info\":7}");
        assertThat(announced(0)).isEqualTo(expected);
        assertThat(members(1)).containsExactly("{\"session\":\"s2\"}");
    }

    @Test
    void theOtherInstanceIsToldTheSame() {
        subscribe(channel);
        join(0, member("s1"));
        leave(0, member("s1"));
        assertThat(announced(1)).containsExactly("join {\"session\":\"s1\"}", "leave {\"session\":\"s1\"}");
    }

    @Test
    void nothingIsAnnouncedThatIsNotToBe() {
        subscribe(channel);
        done(0, presence -> presence.join(channel, member("s1"), false));
        done(0, presence -> presence.leave(channel, member("s1"), false));
        assertThat(announced(0)).isEmpty();
    }

    @Test
    void whatIsAskedAtOnceIsDoneInItsOrder() {
        subscribe(channel);
        List<Future<Void>> asked = new ArrayList<>();
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            Member member = member("s" + i);
            asked.add(ask(0, presence -> presence.join(channel, member, true)));
            expected.add("join " + member.json());
        }
        done(0, presence -> Future.all(asked));
        assertThat(announced(0)).isEqualTo(expected);
        assertThat(count(0, channel)).isEqualTo(2_000);
    }

    @Test
    void whoIsThereAsAnotherLeavesAsWhoHeWas() {
        subscribe(channel);
        join(0, member("s1", "ann", "1"));
        join(0, member("s1", "ann", "2"));
        assertThat(announced(0))
                .containsExactly(
                        "join {\"session\":\"s1\",\"user\":\"ann\",\"info\":1}",
                        "leave {\"session\":\"s1\",\"user\":\"ann\",\"info\":1}",
                        "join {\"session\":\"s1\",\"user\":\"ann\",\"info\":2}");
        assertThat(members(0)).containsExactly("{\"session\":\"s1\",\"user\":\"ann\",\"info\":2}");
    }

    @Test
    void channelsHaveNothingToDoWithEachOther() {
        ChannelName other = new ChannelName(channel + ":other");
        join(0, member("s1"));
        done(0, presence -> presence.join(other, member("s1"), true));
        leave(0, member("s1"));
        assertThat(members(0)).isEmpty();
        assertThat(count(0, channel)).isZero();
        assertThat(count(1, other)).isEqualTo(1);
    }

    @Test
    void moreThanAnAnswerMayTakeAreCountedAndNotListed() {
        String info = '"' + "x".repeat(Member.MOST_INFO - 2) + '"';
        List<Future<Void>> joins = new ArrayList<>();
        for (int i = 0; i < MemberList.MOST_BYTES / Member.MOST_INFO; i++) {
            Member member = member("s" + i, null, info);
            joins.add(ask(0, presence -> presence.join(channel, member, false)));
        }
        done(0, presence -> Future.all(joins));
        assertThat(count(1, channel)).isEqualTo(joins.size());
        Throwable refused = catchThrowable(() -> members(1));
        assertThat(refused.getCause()).isInstanceOfSatisfying(ProtocolException.class, why -> assertThat(why.code())
                .isEqualTo(ErrorCode.TOO_LARGE));
    }

    /** Where each waits for the one before, so that nothing may be left out. */
    @Test
    void whateverIsDoneWhoIsThereIsWhoCameAndDidNotGo() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        Map<String, Integer> here = new HashMap<>();
        for (int step = 0; step < 300; step++) {
            int instance = random.nextInt(2);
            // A session is on one instance, ever.
            String session = "s" + instance + random.nextInt(10);
            if (random.nextBoolean()) {
                join(instance, member(session));
                here.put(session, instance);
            } else {
                leave(instance, member(session));
                here.remove(session);
            }
        }
        assertThat(members(random.nextInt(2)))
                .as("seed %d", seed)
                .isEqualTo(here.keySet().stream()
                        .sorted()
                        .map(session -> member(session).json())
                        .toList());
    }
}
