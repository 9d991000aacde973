import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * Somebody who follows stored channels by one connection after the other, coming back to each with its position, and publishes
 * to them: each message with a key, again and again until it is confirmed. It is in the room all the time. Every other one stays as long as it may.
 */
final class Follower implements Callable<Void> {
    private static final int MOST_PAUSE = 2_000;
    private static final String PADDING = " " + "x".repeat(80);

    private final int number;
    private final Site site;
    private final Random random;
    private final Map<String, Following> followings = new LinkedHashMap<>();
    private final CountDownLatch resting = new CountDownLatch(1);
    private int published;
    /** What is not confirmed yet, or null. */
    private StoredChannel pending;

    private volatile boolean subscribed;
    private volatile boolean rest;

    Follower(int number, Site site, Random random) {
        this.number = number;
        this.site = site;
        this.random = random;
        List<StoredChannel> channels = new ArrayList<>(site.chronicle.channels);
        channels.remove(random.nextInt(channels.size()));
        channels.forEach(channel -> followings.put(channel.name, site.chronicle.follows(number, channel)));
    }

    /** Publishes no more, but goes on listening. */
    void rest() {
        rest = true;
    }

    /** Waits until all that it published is confirmed. */
    void awaitRest() throws InterruptedException {
        if (!resting.await(2 * Waits.PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            site.findings.add(this + " can't get confirmed what it published, or does not get in");
        }
    }

    @Override
    public Void call() throws InterruptedException {
        while (!site.isOver()) {
            Life life = site.instances.get(random.nextInt(site.instances.size())).life;
            if (life != null) {
                try {
                    stay(life);
                } catch (IOException e) {
                    // the instance went away
                } catch (RuntimeException e) {
                    site.findings.add(this + " on " + life + ": " + e);
                }
            }
            Thread.sleep(random.nextInt(random.nextInt(10) == 0 ? 4_000 : 100));
        }
        return null;
    }

    private void stay(Life life) throws IOException, InterruptedException {
        Caller caller = Caller.open(life, this::hear);
        site.ledger.enters(life);
        boolean[] leaving = {false};
        site.threads.submit(() -> {
            String end = caller.read();
            site.attendance.leaves(caller.session());
            site.ledger.exits(life, end, leaving[0], "follower " + number);
        });
        try {
            subscribed = true;
            caller.ask(subscription(), this::subscribed);
            if (subscribed) {
                site.attendance.enters(caller.session(), life);
                long stays = number % 2 == 0 ? Long.MAX_VALUE / 2 : 500 + random.nextInt(10_000);
                live(caller, System.currentTimeMillis() + stays);
            }
        } finally {
            leaving[0] = true;
            site.attendance.leaves(caller.session());
            caller.vanish();
        }
    }

    private void live(Caller caller, long end) throws IOException, InterruptedException {
        while (!caller.hasEnded() && !site.isOver() && (rest || System.currentTimeMillis() < end)) {
            if (!rest || pending != null) {
                publish(caller);
            } else {
                resting.countDown();
            }
            Thread.sleep(random.nextInt(MOST_PAUSE));
        }
    }

    private String subscription() {
        String list = followings.values().stream().map(this::part).collect(Collectors.joining(","));
        return "{\"type\":\"subscribe\",\"channels\":[" + list + ",{\"channel\":\"" + Attendance.ROOM + "\",\"info\":"
                + number + "}]}";
    }

    private String part(Following following) {
        Place place = site.chronicle.place(following);
        return "{\"channel\":\"" + following.channel.name + '"'
                + (place == null ? "" : ",\"recover\":" + place.json())
                + '}';
    }

    private void subscribed(Map<String, String> answer) {
        if (!"\"subscribed\"".equals(answer.get("type"))) {
            refused("its subscription", answer);
            return;
        }
        for (String outcome : Json.elements(answer.get("channels"))) {
            Map<String, String> members = Json.members(outcome);
            if (members.get("type").equals("\"error\"")) {
                refused("a subscription", members);
            } else if (!Json.unquoted(members.get("channel")).equals(Attendance.ROOM)) {
                follow(followings.get(Json.unquoted(members.get("channel"))), members);
            }
        }
    }

    private void follow(Following following, Map<String, String> subscribed) {
        Place present = Place.of(subscribed);
        if (site.chronicle.place(following) == null) {
            site.chronicle.begins(following, present);
        } else if (subscribed.get("recovered").equals("true")) {
            List<Note> missed = Json.elements(subscribed.get("messages")).stream()
                    .map(Json::members)
                    .map(Note::of)
                    .toList();
            site.chronicle.recovers(following, missed, present);
        } else {
            site.chronicle.loses(following, present);
        }
    }

    private void refused(String what, Map<String, String> error) {
        subscribed = false;
        if (!"\"unavailable\"".equals(error.get("code"))) {
            site.findings.add(this + " was answered to " + what + ": " + error);
        }
    }

    private void publish(Caller caller) throws IOException, InterruptedException {
        if (pending == null) {
            List<Following> all = List.copyOf(followings.values());
            pending = all.get(random.nextInt(all.size())).channel;
            published++;
        }
        String id = number + ":" + published;
        StoredChannel channel = pending;
        String publish = "{\"type\":\"publish\",\"channel\":\"%s\",\"key\":\"%s\",\"data\":\"%s\"}"
                .formatted(channel.name, id, id + PADDING);
        caller.ask(publish, answer -> {
            if ("\"published\"".equals(answer.get("type")) && !answer.containsKey("local")) {
                site.chronicle.published(channel, Place.of(answer), id);
                pending = null;
            } else {
                refused("a publication", answer);
            }
        });
    }

    private void hear(Map<String, String> message) {
        switch (Json.unquoted(message.get("type"))) {
            case "event" -> {
                Following following = followings.get(Json.unquoted(message.getOrDefault("channel", "\"\"")));
                if (following != null) {
                    site.chronicle.gets(following, Note.of(message));
                }
            }
            case "join", "leave" -> site.attendance.hears(message);
            case "error" -> {
                if (!"\"unrecoverable\"".equals(message.get("code"))) {
                    throw new IllegalStateException("it was told " + message);
                }
                Following following = followings.get(Json.unquoted(message.get("channel")));
                site.chronicle.skips(following, Place.of(message));
            }
            default -> throw new IllegalStateException("it was told " + message);
        }
    }

    @Override
    public String toString() {
        return "follower " + number;
    }
}
