package dev.fanfare.client;

import static java.util.Objects.requireNonNull;

import java.io.ByteArrayOutputStream;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A link on the JDK's {@code WebSocket}. That calls its listener on threads of its own, one call after the other: there whole messages are made of parts, and told to
 * the loop. What is sent is queued on the loop, since the JDK takes one message at a time.
 */
final class JdkLink implements Link, WebSocket.Listener {
    private final Loop loop;
    private final Connector.Listener listener;
    private final int maxMessageSize;

    private final StringBuilder text = new StringBuilder();
    private final ByteArrayOutputStream binary = new ByteArrayOutputStream();

    private final Queue<Outgoing> outgoing = new ArrayDeque<>();
    private @Nullable Outgoing writing;
    private boolean over;
    private @Nullable WebSocket socket;

    JdkLink(Loop loop, Connector.Listener listener, int maxMessageSize) {
        this.loop = loop;
        this.listener = listener;
        this.maxMessageSize = maxMessageSize;
    }

    private record Outgoing(Function<WebSocket, CompletionStage<?>> write, CompletableFuture<Void> written) {}

    /** Runs a task on the loop; false where that has ended, since the client is closed. */
    static boolean tell(Executor loop, Runnable task) {
        try {
            loop.execute(task);
            return true;
        } catch (RejectedExecutionException e) {
            return false;
        }
    }

    private void end(int code, String reason) {
        tell(loop, () -> {
            if (!over) {
                listener.ended(code, reason);
            }
        });
    }

    @Override
    public void onOpen(WebSocket opened) {
        boolean wanted = tell(loop, () -> {
            socket = opened;
            listener.opened(this);
        });
        if (wanted) {
            opened.request(Connector.WINDOW);
        } else {
            opened.abort(); // the client was closed meanwhile
        }
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
        if (text.length() + part.length() > maxMessageSize) {
            return tooBig(from);
        }
        text.append(part);
        if (!last) {
            from.request(1);
            return null;
        }
        String whole = text.toString();
        text.setLength(0);
        tell(loop, () -> listener.text(whole));
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onBinary(WebSocket from, ByteBuffer part, boolean last) {
        if (binary.size() + part.remaining() > maxMessageSize) {
            return tooBig(from);
        }
        byte[] bytes = new byte[part.remaining()];
        part.get(bytes);
        binary.writeBytes(bytes);
        if (!last) {
            from.request(1);
            return null;
        }
        byte[] whole = binary.toByteArray();
        binary.reset();
        tell(loop, () -> listener.binary(whole));
        return null;
    }

    private @Nullable CompletionStage<?> tooBig(WebSocket from) {
        from.abort();
        end(Ending.TOO_BIG, "a message of more than " + maxMessageSize + " came");
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onPing(WebSocket from, ByteBuffer payload) {
        from.request(1);
        tell(loop, listener::heard);
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onPong(WebSocket from, ByteBuffer payload) {
        from.request(1);
        tell(loop, listener::heard);
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket from, int code, String reason) {
        end(code, reason);
        return null;
    }

    @Override
    public void onError(WebSocket from, Throwable error) {
        end(Ending.BROKEN, String.valueOf(error.getMessage()));
    }

    @Override
    public CompletionStage<Void> send(String message) {
        return queue(to -> to.sendText(message, true));
    }

    @Override
    public CompletionStage<Void> send(byte[] bytes) {
        return queue(to -> to.sendBinary(ByteBuffer.wrap(bytes), true));
    }

    private CompletionStage<Void> queue(Function<WebSocket, CompletionStage<?>> write) {
        Outgoing message = new Outgoing(write, new CompletableFuture<>());
        outgoing.add(message);
        writeNext();
        return message.written;
    }

    private void writeNext() {
        Outgoing message = writing == null ? outgoing.poll() : null;
        if (message != null) {
            writing = message;
            message.write.apply(socket()).whenComplete((done, failure) -> tell(loop, () -> written(message, failure)));
        }
    }

    private void written(Outgoing message, @Nullable Throwable failure) {
        if (over) {
            return;
        }
        if (failure != null) {
            listener.ended(Ending.BROKEN, "writing failed: " + failure.getMessage());
            return;
        }
        writing = null;
        message.written.complete(null);
        writeNext();
    }

    @Override
    public void ping() {
        forget(socket().sendPing(ByteBuffer.allocate(0)));
    }

    /** Where it fails the connection is broken, which whoever reads is told. */
    private static void forget(CompletionStage<?> sending) {
        sending.exceptionally(failure -> null);
    }

    @Override
    public void request() {
        socket().request(1);
    }

    @Override
    public void close(int code) {
        forget(socket().sendClose(code, ""));
    }

    @Override
    public void abort() {
        over = true;
        socket().abort();
        if (writing != null) {
            writing.written.completeExceptionally(
                    new ClientException("unknown", "the connection ended while it was written"));
        }
        outgoing.forEach(unsent -> unsent.written.completeExceptionally(
                new ClientException("offline", "the connection ended before it was written")));
        outgoing.clear();
    }

    private WebSocket socket() {
        return requireNonNull(socket, "told as open");
    }
}
