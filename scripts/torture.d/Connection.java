import java.io.IOException;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;

/** A client's session as the {@link Ledger} follows it. One thread acts on it, another reads it. */
final class Connection implements WebSocket.Listener {
    private static final Duration SLOWEST = Waits.PUBLISH_TIMEOUT.multipliedBy(3).plusSeconds(20);

    private final Ledger ledger;
    private final WebSocket socket;
    final Session session;

    private Connection(Ledger ledger, WebSocket socket, Session session) {
        this.ledger = ledger;
        this.socket = socket;
        this.session = session;
    }

    /** Connects to a raw channel, or with EVERYBODY for JSON. What comes is read once {@link #read} runs. */
    static Connection open(Ledger ledger, Life life, int channel) throws IOException {
        String path = channel == Ledger.EVERYBODY ? "/ws" : "/raw/" + Ledger.CHANNELS.get(channel);
        WebSocket socket = WebSocket.open(life, path);
        return new Connection(ledger, socket, ledger.opens(life, channel));
    }

    void publish(int channel, boolean answered) throws IOException {
        Ledger.Publishing publishing = ledger.publishes(session, channel, answered);
        Content content = publishing.content();
        if (session.isRaw()) {
            if (content.isBinary()) {
                socket.sendBinary(content.bytes());
            } else {
                socket.sendText(content.text());
            }
        } else {
            command("publish", channel, publishing.id(), ",\"data\":" + content.spelled());
        }
    }

    void subscribe(int channel) throws IOException, InterruptedException {
        ask("subscribe", channel);
    }

    void unsubscribe(int channel) throws IOException, InterruptedException {
        ask("unsubscribe", channel);
    }

    private void ask(String type, int channel) throws IOException, InterruptedException {
        long id = ledger.asks(session, type, channel);
        command(type, channel, id, "");
        awaitAnswer(id);
    }

    void ping() throws IOException, InterruptedException {
        long id = ledger.asks(session, "ping", Ledger.EVERYBODY);
        command("ping", Ledger.EVERYBODY, id, "");
        awaitAnswer(id);
    }

    private void awaitAnswer(long id) throws IOException, InterruptedException {
        if (!ledger.awaitAnswer(session, id, SLOWEST)) {
            vanish(); // the ledger has found it by now
            throw new IOException("no answer");
        }
    }

    private void command(String type, int channel, long id, String more) throws IOException {
        String command = "{\"type\":\"" + type + '"'
                + (channel == Ledger.EVERYBODY ? "" : ",\"channel\":\"" + Ledger.CHANNELS.get(channel) + '"')
                + (id == 0 ? "" : ",\"id\":" + id)
                + more + '}';
        socket.sendText(command);
    }

    /** Waits until all that was sent has been carried out. */
    void settle() throws IOException, InterruptedException {
        if (!session.isRaw()) {
            ping();
        } else {
            publish(session.channel, false);
            if (!ledger.awaitEcho(session, SLOWEST)) {
                ledger.find(
                        session + " has not got back what it published last, after " + SLOWEST.toSeconds() + " s");
            }
        }
    }

    /** Ends TCP with a reset. */
    void vanish() {
        ledger.closes(session);
        socket.vanish();
    }

    /** Closes as one should, and waits for the other end. */
    void close() throws IOException, InterruptedException {
        ledger.closes(session);
        socket.sendClose(1000);
        if (!ledger.awaitEnd(session, Duration.ofSeconds(20))) {
            ledger.find(session + " was not answered when it closed");
            vanish();
        }
    }

    /** Reads until the end, whatever it is. */
    void read() {
        String end;
        try {
            end = socket.read(this);
        } catch (RuntimeException e) {
            ledger.find(session + " got what it can't read: " + e);
            end = "unreadable";
        }
        ledger.ended(session, end);
    }

    @Override
    public void binary(byte[] payload) {
        deliver(Content.ofBytes(payload), Optional.empty());
    }

    @Override
    public void text(String text) {
        if (session.isRaw()) {
            deliver(Content.ofText(text), Optional.empty());
            return;
        }
        Map<String, String> members = Json.members(text);
        String type = Json.unquoted(members.get("type"));
        if (type.equals("event")) {
            Content content = members.containsKey("encoding")
                    ? Content.ofBytes(Base64.getDecoder().decode(Json.unquoted(members.get("data"))))
                    : Content.ofData(members.get("data"));
            deliver(
                    content,
                    Optional.of(members.containsKey("channel") ? Json.unquoted(members.get("channel")) : ""));
        } else {
            ledger.answered(
                    session,
                    Long.parseLong(members.getOrDefault("id", "0")),
                    type.equals("error") ? "error " + Json.unquoted(members.get("code")) : type,
                    "true".equals(members.get("local")));
        }
    }

    private void deliver(Content content, Optional<String> channel) {
        boolean wrongChannel = channel.isPresent() && !channel.get().equals(Ledger.CHANNELS.get(content.channel()));
        ledger.delivered(session, content, wrongChannel);
    }
}
