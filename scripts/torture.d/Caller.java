import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A JSON session that asks, and hears the answers and all else, on the thread that reads. */
final class Caller implements WebSocket.Listener {
    private final WebSocket socket;
    private final Consumer<Map<String, String>> others;
    private final Map<Long, Consumer<Map<String, String>>> pending = new HashMap<>();
    private final CountDownLatch end = new CountDownLatch(1);
    private long ids;

    private Caller(WebSocket socket, Consumer<Map<String, String>> others) {
        this.socket = socket;
        this.others = others;
    }

    /** Connects. What comes is read once {@link #read} runs; what is no answer goes to {@code others}. */
    static Caller open(Life life, Consumer<Map<String, String>> others) throws IOException {
        return new Caller(WebSocket.open(life, "/ws"), others);
    }

    String session() {
        return socket.session();
    }

    /** Sends a command, an object without an id, and waits until its answer has been taken. */
    void ask(String command, Consumer<Map<String, String>> taken) throws IOException, InterruptedException {
        CountDownLatch answered = new CountDownLatch(1);
        synchronized (pending) {
            pending.put(++ids, answer -> {
                taken.accept(answer);
                answered.countDown();
            });
            socket.sendText(command.substring(0, command.length() - 1) + ",\"id\":" + ids + "}");
        }
        long deadline = System.nanoTime() + Waits.PATIENCE.toNanos();
        while (!answered.await(50, TimeUnit.MILLISECONDS)) {
            if (end.getCount() == 0) {
                throw new IOException("ended");
            }
            if (System.nanoTime() - deadline > 0) {
                throw new IllegalStateException(
                        "no answer within " + Waits.PATIENCE.toSeconds() + " s to " + command);
            }
        }
    }

    @Override
    public void text(String text) {
        Map<String, String> message = Json.members(text);
        Consumer<Map<String, String>> taken = null;
        if (message.containsKey("id")) {
            synchronized (pending) {
                taken = pending.remove(Long.valueOf(message.get("id")));
            }
        }
        if (taken == null) {
            others.accept(message);
        } else {
            taken.accept(message);
        }
    }

    @Override
    public void binary(byte[] payload) {
        throw new IllegalStateException("binary");
    }

    /** Reads until the end, and returns how it came. */
    String read() {
        try {
            return socket.read(this);
        } finally {
            socket.vanish();
            end.countDown();
        }
    }

    boolean hasEnded() {
        return end.getCount() == 0;
    }

    void vanish() {
        socket.vanish();
    }

    void close() throws IOException {
        socket.sendClose(1000);
    }
}
