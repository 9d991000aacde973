package dev.fanfare.client;

import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Opens WebSockets by the JDK's {@code HttpClient}: the application's, or one of its own. */
final class JdkConnector implements Connector {
    private static final Pattern VISIBLE = Pattern.compile("[!-~]+");

    private final ClientBuilder<?> options;
    private final Loop loop;
    private final @Nullable ExecutorService threads;
    /** Held for as long as it is needed: a client that nobody refers to ends in the midst of a handshake, and one that somebody does never. */
    private @Nullable HttpClient http;

    private CompletableFuture<WebSocket> opening = new CompletableFuture<>();

    JdkConnector(ClientBuilder<?> options, Loop loop, String name) {
        this.options = options;
        this.loop = loop;
        if (options.httpClient != null) {
            this.http = options.httpClient;
            this.threads = null;
        } else {
            ExecutorService executor = Executors.newCachedThreadPool(new DaemonThreads(name));
            this.threads = executor;
            this.http = client(executor);
        }
    }

    private HttpClient client(ExecutorService executor) {
        HttpClient.Builder builder = HttpClient.newBuilder().executor(task -> {
            try {
                executor.execute(task);
            } catch (RejectedExecutionException e) {
                // It is closed, and what is dropped would keep the client and its threads for ever: an operation that
                // does not end.
                task.run();
            }
        });
        if (options.sslContext != null) {
            builder.sslContext(options.sslContext);
        }
        return builder.build();
    }

    @Override
    public void connect(@Nullable String token, Listener listener) {
        HttpClient client = http;
        if (client == null) {
            return;
        }
        if (token != null && !VISIBLE.matcher(token).matches()) {
            // Not in the words of the JDK, which show it.
            listener.failed(new IllegalArgumentException("the token can't stand in a header"));
            return;
        }
        try {
            opening = handshake(client, token)
                    .buildAsync(options.uri, new JdkLink(loop, listener, options.maxMessageSize));
        } catch (IllegalArgumentException e) {
            listener.failed(e);
            return;
        }
        CompletionStage<WebSocket> outcome = opening;
        outcome.whenComplete((socket, failure) -> {
            if (failure != null) {
                JdkLink.tell(loop, () -> listener.failed(cause(failure)));
            }
        });
    }

    private WebSocket.Builder handshake(HttpClient client, @Nullable String token) {
        WebSocket.Builder builder = client.newWebSocketBuilder().connectTimeout(options.connectTimeout);
        if (token != null) {
            builder.header("Authorization", "Bearer " + token);
        }
        if (options.subprotocol != null) {
            builder.subprotocols(options.subprotocol);
        }
        return builder;
    }

    static Throwable cause(Throwable failure) {
        Throwable cause = failure.getCause();
        return failure instanceof CompletionException && cause != null ? cause : failure;
    }

    @Override
    public void close() {
        HttpClient client = http;
        http = null;
        opening.cancel(true);
        if (threads != null) {
            // From JDK 21 on it can be closed, and waits for its own end; before, it ends when nobody refers to it.
            if (client instanceof AutoCloseable closeable) {
                threads.execute(() -> close(closeable));
            }
            threads.shutdown();
        }
    }

    private static void close(AutoCloseable closeable) {
        try {
            closeable.close();
        } catch (Exception e) {
            throw new IllegalStateException("it declares none", e);
        }
    }
}
