package dev.fanfare.it;

import static dev.fanfare.testing.JsonPeer.command;
import static dev.fanfare.testing.JsonPeer.expect;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fanfare.testing.Eventually;
import dev.fanfare.testing.JsonPeer;
import dev.fanfare.testing.Relay;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Who is there, and who comes and goes: on an instance of its own as on several. */
abstract class PresenceContract {
    /** How long somebody whose session has ended is still there. */
    private static final Duration LINGERING = Duration.ofSeconds(5);

    abstract Relay relay();

    private JsonPeer user(int index, String name) {
        return relay().keep(JsonPeer.on(relay().instance(index % relay().size()), name));
    }

    private static JsonObject member(JsonPeer peer, String user) {
        return new JsonObject().put("session", peer.session()).put("user", user);
    }

    /** The members as a set, since they come in no order; of which there are never two of one session. */
    private static Set<JsonObject> members(JsonPeer peer, String channel) {
        JsonArray data =
                expect("presence", peer.ask(command("presence", channel))).getJsonArray("data");
        Set<JsonObject> members = data.stream().map(JsonObject.class::cast).collect(Collectors.toSet());
        assertThat(data).hasSameSizeAs(members);
        return members;
    }

    private static long count(JsonPeer peer, String channel) {
        JsonObject answer =
                expect("presence", peer.ask(command("presence", channel).put("count", true)));
        assertThat(answer.fieldNames()).doesNotContain("data");
        return answer.getLong("count");
    }

    private static void awaitMembers(JsonPeer peer, String channel, JsonObject... members) {
        Eventually.holds(() -> assertThat(members(peer, channel)).containsExactlyInAnyOrder(members));
    }

    /** Waits for the word of a type about a session, and lets pass what is said about others. */
    private static JsonObject awaitWord(JsonPeer peer, String type, String session) {
        List<JsonObject> words = untilWord(peer, type, session);
        return words.get(words.size() - 1);
    }

    private static List<JsonObject> untilWord(JsonPeer peer, String type, String session) {
        List<JsonObject> words = new ArrayList<>();
        JsonObject word;
        do {
            word = peer.next();
            words.add(word);
        } while (!word.getString("type").equals(type)
                || !word.getJsonObject("data").getString("session").equals(session));
        return words;
    }

    @Test
    void whoIsSubscribedOnAnyInstanceIsThereOnAll() {
        String channel = ChannelKinds.fresh(ChannelKinds.QUIET);
        JsonPeer ann = user(0, "ann");
        JsonPeer bob = user(1, "bob");
        JsonPeer nobody = relay().session(2);
        ann.subscribe(channel);
        bob.subscribe(channel);
        nobody.subscribe(channel);
        for (int i = 0; i < relay().size(); i++) {
            JsonPeer asking = relay().session(i);
            awaitMembers(
                    asking,
                    channel,
                    member(ann, "ann"),
                    member(bob, "bob"),
                    new JsonObject().put("session", nobody.session()));
            assertThat(count(asking, channel)).isEqualTo(3);
        }
    }

    @Test
    void whoAsksIsNotThereByThat() {
        String channel = ChannelKinds.fresh(ChannelKinds.QUIET);
        JsonPeer asking = relay().session(0);
        assertThat(members(asking, channel)).isEmpty();
        assertThat(count(asking, channel)).isZero();
    }

    @Test
    void aUserIsThereOnceForEachSession() {
        String channel = ChannelKinds.fresh(ChannelKinds.QUIET);
        JsonPeer one = user(0, "ann");
        JsonPeer two = user(1, "ann");
        one.subscribe(channel);
        two.subscribe(channel);
        two.subscribe(channel);
        awaitMembers(one, channel, member(one, "ann"), member(two, "ann"));
    }

    @Test
    void whoUnsubscribesIsGoneAtOnce() {
        String channel = ChannelKinds.fresh(ChannelKinds.ROOM);
        JsonPeer stays = relay().session(0);
        stays.subscribe(channel);
        JsonPeer leaves = user(1, "ann");
        leaves.subscribe(channel);
        awaitWord(stays, "join", leaves.session());
        long begin = System.nanoTime();
        expect("unsubscribed", leaves.ask(command("unsubscribe", channel)));
        JsonObject leave = awaitWord(stays, "leave", leaves.session());
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(LINGERING);
        assertThat(leave.getString("channel")).isEqualTo(channel);
        assertThat(leave.getJsonObject("data")).isEqualTo(member(leaves, "ann"));
        awaitMembers(leaves, channel, new JsonObject().put("session", stays.session()));
    }

    @Test
    void aJoinIsToldOnceAndNotOnOtherChannels() {
        String channel = ChannelKinds.fresh(ChannelKinds.ROOM);
        JsonPeer here = relay().session(0);
        JsonPeer elsewhere = relay().session(1);
        here.subscribe(channel);
        elsewhere.subscribe(ChannelKinds.fresh(ChannelKinds.ROOM));
        JsonPeer comes = user(2, "ann");
        JsonObject subscribe = command("subscribe", channel).put("info", new JsonObject().put("n", 1));
        expect("subscribed", comes.ask(subscribe));
        JsonObject join = awaitWord(here, "join", comes.session());
        assertThat(join.getString("channel")).isEqualTo(channel);
        assertThat(join.getString("timestamp")).isNotBlank();
        assertThat(join.fieldNames()).doesNotContain("offset");
        assertThat(join.getJsonObject("data"))
                .isEqualTo(member(comes, "ann").put("info", new JsonObject().put("n", 1)));
        expect("subscribed", comes.ask(subscribe));
        JsonPeer last = relay().session(2);
        last.subscribe(channel);
        assertThat(here.next("join").getJsonObject("data").getString("session")).isEqualTo(last.session());
        String other =
                elsewhere.subscribe(ChannelKinds.fresh(ChannelKinds.ROOM)).getString("channel");
        last.subscribe(other);
        assertThat(untilWord(elsewhere, "join", last.session()))
                .allSatisfy(word -> assertThat(word.getString("channel")).isNotEqualTo(channel));
    }

    @Test
    void nobodyIsToldWhereTheRuleDoesNotSaySo() {
        String channel = ChannelKinds.fresh(ChannelKinds.QUIET);
        JsonPeer here = relay().session(0);
        here.subscribe(channel);
        JsonPeer comes = user(1, "ann");
        comes.subscribe(channel);
        awaitMembers(here, channel, new JsonObject().put("session", here.session()), member(comes, "ann"));
        expect("unsubscribed", comes.ask(command("unsubscribe", channel)));
        awaitMembers(here, channel, new JsonObject().put("session", here.session()));
        here.expectNothing();
    }

    @Test
    void whoseSessionEndsIsThereForFiveSecondsMore() {
        String channel = ChannelKinds.fresh(ChannelKinds.ROOM);
        JsonPeer stays = relay().session(0);
        stays.subscribe(channel);
        JsonPeer vanishes = user(1, "ann");
        vanishes.subscribe(channel);
        awaitWord(stays, "join", vanishes.session());
        long begin = System.nanoTime();
        vanishes.peer().vanish();
        awaitWord(stays, "leave", vanishes.session());
        assertThat(Duration.ofNanos(System.nanoTime() - begin))
                .isBetween(LINGERING.minusMillis(500), LINGERING.plusSeconds(10));
        awaitMembers(stays, channel, new JsonObject().put("session", stays.session()));
        stays.expectNothing();
    }

    @Test
    void whoReconnectsAtOnceIsThereAllTheTime() {
        String channel = ChannelKinds.fresh(ChannelKinds.QUIET);
        JsonPeer asking = relay().session(0);
        user(1, "ann").subscribe(channel);
        awaitUsers(asking, channel, Set.of("ann"));
        for (int round = 0; round < 5; round++) {
            JsonPeer next = user(round, "ann");
            next.subscribe(channel);
            assertThat(users(asking, channel)).containsExactly("ann");
            next.peer().vanish();
            assertThat(users(asking, channel)).containsExactly("ann");
        }
    }

    private static Set<String> users(JsonPeer asking, String channel) {
        Set<String> users = new HashSet<>();
        members(asking, channel).forEach(member -> users.add(member.getString("user")));
        return users;
    }

    private static void awaitUsers(JsonPeer asking, String channel, Set<String> expected) {
        Eventually.holds(() -> assertThat(users(asking, channel)).isEqualTo(expected));
    }

    @Test
    void whatIsSaidOfAMemberIsAnyJsonAndComesAsItWasSpelled() {
        String channel = ChannelKinds.fresh(ChannelKinds.QUIET);
        for (String info : List.of("{ \"a\" : 1.50 }", "\"\\u00e4\"", "[1,\"x\"]", "7", "true")) {
            JsonPeer peer = user(0, "ann");
            JsonObject answer =
                    peer.ask("{\"type\":\"subscribe\",\"channel\":\"%s\",\"info\":%s}".formatted(channel, info));
            expect("subscribed", answer);
            JsonPeer asking = relay().session(1);
            Eventually.holds(() -> {
                asking.peer().sendText("{\"type\":\"presence\",\"channel\":\"" + channel + "\",\"id\":1}");
                assertThat(asking.peer().text()).contains(peer.session()).contains("\"info\":" + info);
            });
        }
    }

    @Test
    void whatIsSaidOfAMemberHasAKibibyteAtMost() {
        String channel = ChannelKinds.fresh(ChannelKinds.QUIET);
        JsonPeer peer = user(0, "ann");
        peer.refused("too_large", command("subscribe", channel).put("info", "x".repeat(1023)));
        assertThat(members(peer, channel)).isEmpty();
        expect("subscribed", peer.ask(command("subscribe", channel).put("info", "x".repeat(1022))));
        awaitMembers(peer, channel, member(peer, "ann").put("info", "x".repeat(1022)));
    }

    @Test
    void eachOfAListHasItsOwn() {
        String one = ChannelKinds.fresh(ChannelKinds.QUIET);
        String two = ChannelKinds.fresh(ChannelKinds.QUIET);
        JsonPeer peer = user(0, "ann");
        JsonArray list = new JsonArray()
                .add(new JsonObject().put("channel", one).put("info", 1))
                .add(new JsonObject().put("channel", two));
        expect("subscribed", peer.ask(new JsonObject().put("type", "subscribe").put("channels", list)));
        JsonPeer asking = relay().session(1);
        awaitMembers(asking, one, member(peer, "ann").put("info", 1));
        awaitMembers(asking, two, member(peer, "ann"));
    }

    @Test
    void aRawSocketIsThereToo() {
        String channel = ChannelKinds.fresh(ChannelKinds.QUIET);
        relay().raw(0, channel);
        JsonPeer asking = relay().session(1);
        Eventually.holds(() -> assertThat(count(asking, channel)).isEqualTo(1));
    }

    @Test
    void whoIsThereIsForWhoMaySubscribeAndForChannelsThatHaveIt() {
        JsonPeer peer = relay().session(0);
        peer.refused("unauthorised", command("presence", ChannelKinds.fresh(ChannelKinds.SECRET)));
        peer.refused("bad_request", command("presence", ChannelKinds.fresh(ChannelKinds.LIVE)));
        peer.refused("invalid_channel", command("presence", "no channel"));
        peer.refused("bad_request", new JsonObject().put("type", "presence"));
        peer.refused(
                "bad_request",
                command("presence", ChannelKinds.fresh(ChannelKinds.QUIET)).put("count", 1));
    }
}
