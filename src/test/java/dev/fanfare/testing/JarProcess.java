package dev.fanfare.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A process of the packaged jar, with what it writes in two files. */
public final class JarProcess implements AutoCloseable {
    /** How long a JVM may take to start, or to end: a start is a second's work, of which a busy machine does little at a time. */
    public static final Duration PATIENCE = Duration.ofMinutes(3);

    /** As text or as JSON, which puts a backslash before each slash; what stands behind a port has been written too. */
    private static final Pattern LISTENING =
            Pattern.compile("wss?:[/\\\\]+[^ \"]*:(\\d+)[ \"].*http:[/\\\\]+[^ \"]*:(\\d+)[\\s\"]");

    private final Process process;
    private final Path folder;

    private JarProcess(Process process, Path folder) {
        this.process = process;
        this.folder = folder;
    }

    /** Runs a command of the jar. */
    public static JarProcess command(Map<String, String> environment, String... words) {
        return java(
                environment,
                Stream.concat(Stream.of("-jar", "$jar"), Stream.of(words)).toArray(String[]::new));
    }

    /**
     * Starts a JVM like this one.
     *
     * @param environment over that of this process
     * @param arguments those of {@code java}, where {@code $jar} stands for the jar
     */
    public static JarProcess java(Map<String, String> environment, String... arguments) {
        String jar = Objects.requireNonNull(System.getProperty("fanfare.jar"));
        List<String> command = new ArrayList<>();
        command.add(ProcessHandle.current().info().command().orElse("java"));
        for (String argument : arguments) {
            command.add(argument.replace("$jar", jar));
        }
        try {
            Path folder = Files.createTempDirectory("fanfare");
            ProcessBuilder builder = new ProcessBuilder(command)
                    .redirectOutput(folder.resolve("out").toFile())
                    .redirectError(folder.resolve("err").toFile());
            builder.environment().putAll(environment);
            return new JarProcess(builder.start(), folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What it wrote to standard output until now. */
    public String out() {
        return read("out");
    }

    /** What it wrote to standard error until now. */
    public String err() {
        return read("err");
    }

    private String read(String name) {
        try {
            return Files.readString(folder.resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public JarProcess awaitOut(String text) {
        await().atMost(PATIENCE).until(() -> out().contains(text));
        return this;
    }

    /** The port of its listener, when it listens. */
    public int port() {
        return Integer.parseInt(listening().group(1));
    }

    /** The port of its probes, when it listens. */
    public int metricsPort() {
        return Integer.parseInt(listening().group(2));
    }

    private Matcher listening() {
        return await().atMost(PATIENCE)
                .until(() -> Optional.of(LISTENING.matcher(out())).filter(Matcher::find), Optional::isPresent)
                .orElseThrow();
    }

    /** Sends a signal, such as {@code TERM}. */
    public JarProcess signal(String name) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder("kill", "-" + name, "" + process.pid())
                        .start()
                        .waitFor())
                .isZero();
        return this;
    }

    /** Waits for its end, and returns its exit status. */
    public int end() throws InterruptedException {
        assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                .as("ended in time")
                .isTrue();
        return process.exitValue();
    }

    @Override
    public void close() throws IOException {
        process.destroyForcibly();
        for (String name : List.of("out", "err", "")) {
            Files.deleteIfExists(folder.resolve(name));
        }
    }
}
