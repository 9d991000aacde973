package dev.fanfare.cli.exec;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.fanfare.cli.api.ApiClient;
import dev.fanfare.testing.Eventually;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Signals and patience: before a relay that takes requests and never answers, or one that takes all. */
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
        return command(relay.getLocalPort(), patience, words);
    }

    private StreamedCommand command(int port, Duration patience, String... words) throws IOException {
        ApiClient client = new ApiClient(URI.create("http://127.0.0.1:" + port), null);
        StreamedCommand.Settings settings = new StreamedCommand.Settings(
                "a", new Mask(List.of(Pattern.compile("hunter2"))), true, 1024, StreamedCommand.LEAST_BUFFER, patience);
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

    @Test
    void theSignalThatHasEndedTheCommandAlreadyCutsOffNothingButWhatIsLeftOfItInTheBackground(@TempDir Path folder)
            throws Exception {
        Path pids = folder.resolve("pids");
        Queue<String> told = new ConcurrentLinkedQueue<>();
        HttpServer taking = taking(told);
        StreamedCommand command = command(
                taking.getAddress().getPort(),
                Duration.ofHours(1),
                "sh",
                "-c",
                "(while :; do echo on; sleep 0.1; done) & echo $$ $! > $0; echo last; kill -TERM $$",
                pids.toString());
        CompletableFuture<Integer> status = run(command);
        Eventually.holds(() -> assertThat(pids).content().endsWith("\n"));
        String[] both = Files.readString(pids).strip().split(" ", -1);
        try {
            Eventually.holds(
                    () -> assertThat(ProcessHandle.of(Long.parseLong(both[0]))).isEmpty());
            assertThat(signalled(command, status)).isEqualTo(128 + 15);
            assertThat(String.join("\n", told))
                    .contains("last")
                    .endsWith("{\"status\":\"killed\",\"signal\":\"TERM\",\"exitCode\":143}");
        } finally {
            ProcessHandle.of(Long.parseLong(both[1])).ifPresent(ProcessHandle::destroyForcibly);
            taking.stop(0);
        }
    }

    /** The JVM knows of an end a little later than the system: it may still hold the first signal for the command's. */
    private static int signalled(StreamedCommand command, CompletableFuture<Integer> status) throws Exception {
        command.signal("TERM");
        try {
            return status.get(20, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            command.signal("TERM");
            return status.get(20, TimeUnit.SECONDS);
        }
    }

    @Test
    void theFirstSignalRightAfterTheEndMayBeWhatHasEndedItAndGivesNothingUp() throws Exception {
        CountDownLatch signalled = new CountDownLatch(1);
        Queue<String> told = new ConcurrentLinkedQueue<>();
        HttpServer taking = taking(told, signalled);
        try {
            StreamedCommand command = command(taking.getAddress().getPort(), Duration.ofHours(1), "no-such-command");
            CompletableFuture<Integer> status = run(command);
            Eventually.holds(() -> assertThat(notices).isNotEmpty());
            command.signal("INT");
            signalled.countDown();
            assertThat(status.get(60, TimeUnit.SECONDS)).isEqualTo(127);
            assertThat(told).last().asString().contains("failed");
        } finally {
            taking.stop(0);
        }
    }

    @Test
    void whatAChildInTheBackgroundWritesAfterTheEndIsHeard() throws Exception {
        Queue<String> told = new ConcurrentLinkedQueue<>();
        HttpServer taking = taking(told);
        try {
            StreamedCommand command = command(
                    taking.getAddress().getPort(),
                    Duration.ofHours(1),
                    "sh",
                    "-c",
                    "(while kill -0 $$; do :; done 2>&-; echo late) & echo first; exit 3");
            assertThat(run(command).get(60, TimeUnit.SECONDS)).isEqualTo(3);
            assertThat(String.join("\n", told)).contains("first", "late").endsWith("\"exitCode\":3}");
        } finally {
            taking.stop(0);
        }
    }

    @Test
    void whatAMaskHidesIsHiddenInTheNameOfACommandThatIsMissingToo() throws Exception {
        Queue<String> told = new ConcurrentLinkedQueue<>();
        HttpServer taking = taking(told);
        try {
            StreamedCommand command = command(taking.getAddress().getPort(), Duration.ofHours(1), "no-hunter2");
            assertThat(run(command).get(60, TimeUnit.SECONDS)).isEqualTo(127);
            assertThat(told).last().asString().contains("no-***: there is no such command");
            assertThat(notices).contains("no-***: there is no such command");
        } finally {
            taking.stop(0);
        }
    }

    /** A relay that takes what it is told. */
    private static HttpServer taking(Queue<String> told) throws IOException {
        return taking(told, new CountDownLatch(0));
    }

    private static HttpServer taking(Queue<String> told, CountDownLatch until) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            try {
                until.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            if (exchange.getRequestMethod().equals("POST")) {
                told.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            }
            byte[] answer = "{\"epoch\":\"e\",\"offset\":1}".getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        server.start();
        return server;
    }
}
