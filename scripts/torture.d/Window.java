import java.util.HashMap;
import java.util.Map;

/** The time for which a session is subscribed to a channel: from the answer that says so to the one that ends it. */
final class Window {
    final Session session;
    final int channel;
    final long openedAt;
    final Held held;
    final Map<Publications, Integer> last = new HashMap<>();
    long previous = -1;
    private boolean closing;

    Window(Session session, int channel, long openedAt) {
        this.session = session;
        this.channel = channel;
        this.openedAt = openedAt;
        this.held = session.life.held.computeIfAbsent(channel, to -> new Held(openedAt));
        held.windows++;
    }

    /** From here on the instance may forget the channel, and what it heard on it; not that of broadcasts. */
    void close() {
        if (!closing) {
            closing = true;
            held.windows--;
            if (held.windows == 0 && channel != Ledger.EVERYBODY) {
                session.life.held.remove(channel, held);
            }
        }
    }
}
