package dev.fanfare.cli.exec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fanfare.cli.api.ApiClient;
import dev.fanfare.testing.Eventually;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Signals and patience, before a relay that takes requests and never answers. */
@SuppressWarnings("NullAway.Init") // JUnit calls listen first
class StreamedCommandTest {
    /** Much less than a request may take. */
    private static final long SOON = 15;

    private final Queue<String> notices = new ConcurrentLinkedQueue<>();
    private ServerSocket relay;

    @BeforeEach
    void listen() throws IOException {
        relay = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    }

    @AfterEach
    void close() throws IOException {
        relay.close();
    }

    private StreamedCommand command(Duration patience, String... words) throws IOException {
        ApiClient client = new ApiClient(URI.create("http://127.0.0.1:" + relay.getLocalPort()), null);
        StreamedCommand.Settings settings = new StreamedCommand.Settings(
                "a", new Mask(List.of()), true, 1024, StreamedCommand.LEAST_BUFFER, patience);
        return new StreamedCommand(List.of(words), client, settings, notices::add);
    }

    private static CompletableFuture<Integer> run(StreamedCommand command) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return command.run();
            } catch (IOException | InterruptedException e) {
                throw new AssertionError(e);
            }
        });
    }

    @Test
    void aSignalThatComesBeforeTheCommandRunsReachesItAllTheSame() throws Exception {
        StreamedCommand command = command(Duration.ZERO, "sleep", "1000");
        command.signal("TERM");
        assertThat(run(command).get(SOON, TimeUnit.SECONDS)).isEqualTo(128 + 15);
    }

    @Test
    void aRequestThatIsNotAnsweredIsGivenUpWhenPatienceEnds() throws Exception {
        StreamedCommand command = command(Duration.ofMillis(100), "sh", "-c", "echo one; exit 3");
        assertThat(run(command).get(SOON, TimeUnit.SECONDS)).isEqualTo(3);
        assertThat(notices).containsExactly("the output is not streamed: not sent: 1 line and how it ended");
    }

    @Test
    void aSignalAfterTheEndOfTheCommandEndsTheWaitAtOnce() throws Exception {
        StreamedCommand command = command(Duration.ofHours(1), "true");
        CompletableFuture<Integer> status = run(command);
        long start = System.nanoTime();
        Eventually.holds(() -> {
            command.signal("INT");
            assertThat(status).isDone();
        });
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(SOON));
        assertThat(notices).containsExactly("the output is not streamed: not sent: 0 lines and how it ended");
    }
}
