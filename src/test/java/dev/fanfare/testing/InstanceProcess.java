package dev.fanfare.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** An {@link Instance} in a JVM of its own, to be given little memory, or to be killed. */
public final class InstanceProcess implements AutoCloseable {
    private static final String READY = "instance listens on ";

    private final Process process;
    private final int port;
    private final int metricsPort;

    private InstanceProcess(Process process, int port, int metricsPort) {
        this.process = process;
        this.port = port;
        this.metricsPort = metricsPort;
    }

    /**
     * Starts a JVM with the class path of this one, and waits until its instance takes connections.
     *
     * @param jvmOptions such as {@code -Xmx256m}
     * @param settings as in {@link Instance#start}
     */
    public static InstanceProcess start(List<String> jvmOptions, String... settings) {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(jvmOptions);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), InstanceProcess.class.getName()));
        command.addAll(List.of(settings));
        try {
            return started(new ProcessBuilder(command).redirectErrorStream(true).start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static InstanceProcess started(Process process) {
        var ready = new CompletableFuture<String>();
        var reader = new Thread(() -> pass(process, ready), "output of process " + process.pid());
        reader.setDaemon(true);
        reader.start();
        try {
            String[] ports =
                    ready.get(JarProcess.PATIENCE.toSeconds(), TimeUnit.SECONDS).split(" ", -1);
            return new InstanceProcess(process, Integer.parseInt(ports[0]), Integer.parseInt(ports[1]));
        } catch (Exception e) {
            process.destroyForcibly();
            throw new AssertionError("The instance did not start", e);
        }
    }

    /** Passes the process's output on, so that it never waits for a reader, and finds its ports in it. */
    private static void pass(Process process, CompletableFuture<String> ready) {
        try (var lines = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith(READY)) {
                    ready.complete(line.substring(READY.length()));
                } else {
                    System.out.println("[" + process.pid() + "] " + line);
                }
            }
        } catch (IOException e) {
            ready.completeExceptionally(e);
        }
        ready.completeExceptionally(new IOException("The process ended"));
    }

    /** What runs in the other JVM: an instance, until it is killed, or is stopped by a signal. */
    public static void main(String[] settings) {
        Instance instance = Instance.start(settings);
        Runtime.getRuntime().addShutdownHook(new Thread(instance::close));
        System.out.println(READY + instance.port() + " " + instance.metricsPort());
    }

    public int port() {
        return port;
    }

    public int metricsPort() {
        return metricsPort;
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** Sends a signal, such as {@code STOP}. */
    public void signal(String name) {
        try {
            int status = new ProcessBuilder("kill", "-" + name, "" + process.pid())
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

    @Override
    public void close() {
        kill();
    }

    /** Ends it by SIGKILL, and waits until it has ended. */
    public void kill() {
        process.destroyForcibly();
        process.onExit().orTimeout(Wire.PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
    }
}
