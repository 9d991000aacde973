package dev.fanfare.testing;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.awaitility.core.TerminalFailureException;

/** A program of the system as a process in a folder, where its output is kept; it ends when this JVM does, at the latest. */
public final class LocalProcess implements AutoCloseable {
    private final Process process;
    private final Path log;
    private final Thread hook;

    private LocalProcess(Process process, Path log) {
        this.process = process;
        this.log = log;
        this.hook = new Thread(this::kill, "end of process " + process.pid());
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** Starts {@code program} in {@code folder}; fails where it is not installed. */
    public static LocalProcess start(Path folder, String program, String... arguments) {
        var command = new ArrayList<String>(List.of(find(program)));
        command.addAll(List.of(arguments));
        Path log = folder.resolve("log");
        try {
            Process process = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .start();
            return new LocalProcess(process, log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where the program is: on PATH, or where Debian keeps servers, which is on the PATH of root alone. */
    private static String find(String program) {
        String path = System.getenv().getOrDefault("PATH", "") + File.pathSeparator + "/usr/sbin";
        return Arrays.stream(path.split(File.pathSeparator, -1))
                .map(folder -> Path.of(folder, program))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new AssertionError("This test needs the program " + program
                        + ", which is not installed; scripts/test installs it"))
                .toString();
    }

    /** Waits until {@code condition} holds, an exception being a no; fails where the process ends, or it takes too long. */
    public void await(String what, BooleanSupplier condition) {
        try {
            Awaitility.await()
                    .atMost(Wire.PATIENCE)
                    .pollDelay(0, TimeUnit.MILLISECONDS)
                    .pollInterval(10, TimeUnit.MILLISECONDS)
                    .failFast("the process ended", () -> !process.isAlive())
                    .ignoreExceptions()
                    .until(condition::getAsBoolean);
        } catch (ConditionTimeoutException | TerminalFailureException e) {
            throw new AssertionError("Waited for " + what + " in vain. What was written:\n" + output(), e);
        }
    }

    /** What it has written until now. */
    public String output() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits until it ends by itself, and returns its exit status. */
    public int end() {
        return process.onExit()
                .orTimeout(Wire.PATIENCE.toSeconds(), TimeUnit.SECONDS)
                .join()
                .exitValue();
    }

    /** Sends a signal, such as {@code STOP}. */
    public void signal(String name) {
        try {
            int status = new ProcessBuilder("kill", "-" + name, "" + process.pid())
                    .inheritIO()
                    .start()
                    .waitFor();
            if (status != 0) {
                throw new AssertionError("kill -" + name + " ended with " + status);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Kills it and its children by SIGKILL, which stopped processes obey too, and waits for its end. */
    @Override
    public void close() {
        kill();
        end();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // This JVM is ending, and the hook has run or will.
        }
    }

    private void kill() {
        List<ProcessHandle> children = process.descendants().toList();
        process.destroyForcibly();
        children.forEach(ProcessHandle::destroyForcibly);
    }

    /** Makes a folder for a process. */
    static Path folder() {
        try {
            return Files.createTempDirectory("fanfare");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Deletes a folder with all that is in it. */
    static void delete(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
