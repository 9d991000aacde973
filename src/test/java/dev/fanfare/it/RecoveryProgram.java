package dev.fanfare.it;

import static dev.fanfare.testing.JsonPeer.command;
import static dev.fanfare.testing.JsonPeer.expect;
import static dev.fanfare.testing.JsonPeer.json;
import static dev.fanfare.testing.JsonPeer.position;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fanfare.protocol.Position;
import dev.fanfare.testing.Eventually;
import dev.fanfare.testing.JsonPeer;
import dev.fanfare.testing.Relay;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Clients that publish, come, go and come back as a seed has it, each step held against the {@link RecoveryModel}. */
final class RecoveryProgram {
    private static final int CLIENTS = 4;
    private static final Duration LONG = Duration.ofHours(1);

    private final Relay relay;
    private final Random random;
    private final List<RecoveryModel> channels = List.of(
            new RecoveryModel(ChannelKinds.fresh(ChannelKinds.KEPT), 100, LONG),
            new RecoveryModel(ChannelKinds.fresh(ChannelKinds.SMALL), 5, LONG),
            new RecoveryModel(ChannelKinds.fresh(ChannelKinds.BRIEF), 100, Duration.ofSeconds(1)));
    private final List<JsonPeer> publishers = new ArrayList<>();
    private final List<Client> clients = new ArrayList<>();
    private int published;

    /** Somebody with one connection after the other, and how far it has come on each channel. */
    private static final class Client {
        final Map<RecoveryModel, Position> positions = new HashMap<>();

        @Nullable
        JsonPeer peer;
    }

    /** A message that was sent, and is not answered. */
    private record Sent(JsonPeer publisher, int id, RecoveryModel channel, String data, String key, long sentAt) {}

    RecoveryProgram(Relay relay, long seed) {
        this.relay = relay;
        this.random = new Random(seed);
    }

    void run(int steps) {
        for (int i = 0; i < relay.size() + 1; i++) {
            publishers.add(relay.session(i));
        }
        for (int i = 0; i < CLIENTS; i++) {
            clients.add(new Client());
        }
        for (int i = 0; i < steps; i++) {
            step();
        }
        clients.forEach(this::drain);
        clients.forEach(client -> comeBack(client, 0));
    }

    private void step() {
        Client client = clients.get(random.nextInt(CLIENTS));
        switch (random.nextInt(12)) {
            case 0, 1, 2 -> answered(send(1));
            case 3, 4 -> answered(send(1 + random.nextInt(12)));
            case 5 -> drain(client);
            case 6 -> drop(client);
            case 7, 8 -> comeBack(client, 0);
            case 9 -> comeBack(client, 1 + random.nextInt(8));
            case 10 -> read();
            default -> {
                if (random.nextInt(6) == 0) {
                    expire();
                }
            }
        }
    }

    private RecoveryModel anyChannel() {
        return channels.get(random.nextInt(channels.size()));
    }

    private List<Sent> send(int count) {
        List<Sent> sent = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            RecoveryModel channel = anyChannel();
            String data = "m" + published++;
            String key = random.nextInt(3) == 0 ? "k" + random.nextInt(1 + published / 4) : "";
            JsonObject publish = command("publish", channel.name).put("data", data);
            if (!key.isEmpty()) {
                publish.put("key", key);
            }
            JsonPeer publisher = publishers.get(random.nextInt(publishers.size()));
            sent.add(new Sent(publisher, publisher.send(publish), channel, data, key, System.nanoTime()));
        }
        return sent;
    }

    /** Takes the answers; where several were under way, their offsets tell their order, and the first of a key is the one. */
    private void answered(List<Sent> sent) {
        record Placed(Sent sent, long offset) {}
        List<Placed> placed = new ArrayList<>();
        for (Sent one : sent) {
            JsonObject answer = expect("published", one.publisher.answer(one.id));
            placed.add(new Placed(one, answer.getLong("offset")));
        }
        placed.sort(Comparator.comparingLong(Placed::offset));
        for (Placed each : placed) {
            Sent one = each.sent;
            boolean ambiguous = !one.key.isEmpty()
                    && !one.channel.hasKey(one.key)
                    && placed.stream()
                                    .filter(other ->
                                            other.sent.channel == one.channel && other.sent.key.equals(one.key))
                                    .count()
                            > 1;
            String data = ambiguous ? dataAt(one.channel, each.offset) : one.data;
            one.channel.published(data, one.key, each.offset, one.sentAt);
        }
    }

    /** Of several of one key that were under way at once, any may have been the first: the history tells. */
    private String dataAt(RecoveryModel channel, long offset) {
        JsonObject newest = command("history", channel.name).put("limit", 100).put("reverse", true);
        return JsonPeer.messages(expect("history", publishers.get(0).ask(newest))).stream()
                .filter(message -> message.getLong("offset") == offset)
                .map(message -> message.getString("data"))
                .findFirst()
                .orElseThrow(() -> new AssertionError(offset + " is not in the history of " + channel.name));
    }

    private void drop(Client client) {
        JsonPeer peer = client.peer;
        if (peer != null) {
            if (random.nextBoolean()) {
                drain(client);
            }
            peer.peer().vanish();
            client.peer = null;
        }
    }

    /** Comes back to all channels in one command, with where it was, and sometimes with what can't be, while others publish. */
    private void comeBack(Client client, int underWay) {
        drop(client);
        JsonPeer peer = relay.session(random.nextInt(relay.size()));
        client.peer = peer;
        JsonArray list = new JsonArray();
        Map<RecoveryModel, Position> asked = new HashMap<>();
        for (RecoveryModel channel : channels) {
            JsonObject part = new JsonObject().put("channel", channel.name);
            Position since = spoiled(client.positions.get(channel));
            if (since != null) {
                part.put("recover", json(since));
                asked.put(channel, since);
            }
            list.add(part);
        }
        Map<RecoveryModel, Long> tops = new HashMap<>();
        channels.forEach(channel -> tops.put(channel, channel.top()));
        List<Sent> before = send(underWay / 2);
        long askedAt = System.nanoTime();
        int id = peer.send(new JsonObject().put("type", "subscribe").put("channels", list));
        List<Sent> after = send(underWay - underWay / 2);
        answered(Stream.of(before, after).flatMap(List::stream).toList());
        JsonArray outcomes = expect("subscribed", peer.answer(id)).getJsonArray("channels");
        for (int i = 0; i < channels.size(); i++) {
            RecoveryModel channel = channels.get(i);
            JsonObject outcome = expect("subscribed", outcomes.getJsonObject(i));
            Position since = asked.get(channel);
            Position known = client.positions.get(channel);
            if (since != null && known != null && !since.isOfSameEpochAs(known)) {
                assertThat(outcome.getBoolean("recovered"))
                        .as("a wrong epoch on %s", channel.name)
                        .isFalse();
                assertThat(JsonPeer.messages(outcome)).isEmpty();
            } else if (since != null) {
                channel.expectRecovery(outcome, since.offset(), askedAt, tops.getOrDefault(channel, 0L));
            }
            client.positions.put(channel, position(outcome));
        }
    }

    private @Nullable Position spoiled(@Nullable Position position) {
        if (position == null || random.nextInt(8) > 0) {
            return position;
        }
        return random.nextBoolean()
                ? new Position("another", position.offset())
                : new Position(position.epoch(), 1_000_000);
    }

    /** Takes all that has to have come, and nothing else. */
    private void drain(Client client) {
        JsonPeer peer = client.peer;
        if (peer == null) {
            return;
        }
        while (channels.stream().anyMatch(channel -> at(client, channel).offset() < channel.top())) {
            JsonObject event = peer.event();
            RecoveryModel channel = channels.stream()
                    .filter(each -> each.name.equals(event.getString("channel")))
                    .findFirst()
                    .orElseThrow();
            channel.expectNext(event, at(client, channel).offset());
            client.positions.put(channel, at(client, channel).next());
        }
        peer.expectNothing();
    }

    private static Position at(Client client, RecoveryModel channel) {
        Position position = client.positions.get(channel);
        if (position == null) {
            throw new AssertionError("never subscribed to " + channel.name);
        }
        return position;
    }

    private void read() {
        RecoveryModel channel = anyChannel();
        JsonPeer reader = publishers.get(random.nextInt(publishers.size()));
        JsonObject everything =
                expect("history", reader.ask(command("history", channel.name).put("limit", 1)));
        if (channel.top() == 0) {
            return; // there may be no history: the position that was told is nobody's
        }
        long since = random.nextInt((int) channel.top() + 1);
        int limit = 1 + random.nextInt(20);
        JsonObject query = command("history", channel.name)
                .put("since", json(new Position(everything.getString("epoch"), since)))
                .put("limit", limit);
        long askedAt = System.nanoTime();
        channel.expectPage(expect("history", reader.ask(query)), since, limit, askedAt);
    }

    private void expire() {
        JsonObject query = command("history", channels.get(2).name);
        Eventually.holds(() -> assertThat(
                        JsonPeer.messages(expect("history", publishers.get(0).ask(query))))
                .isEmpty());
    }
}
