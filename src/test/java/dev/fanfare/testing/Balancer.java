package dev.fanfare.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** A balancer before instances of this machine, configured by the file that is shipped; only the addresses are other ones. */
public final class Balancer implements AutoCloseable {
    private final int port = FreePort.next();
    private final Path folder = LocalProcess.folder();
    private final Path file = folder.resolve("balancer.conf");
    private final LocalProcess process;
    private int seen;

    private Balancer(String program, String configuration, String... arguments) {
        try {
            Files.writeString(file, configuration.replace("$port", "" + port).replace("$folder", "" + folder));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        process = LocalProcess.start(
                folder,
                program,
                Stream.of(arguments)
                        .map(argument -> argument.replace("$file", "" + file))
                        .toArray(String[]::new));
        try {
            process.await("port " + port, this::listens);
        } catch (AssertionError e) {
            close();
            throw e;
        }
    }

    private boolean listens() {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    /** HAProxy, which calls the instances a, b, and so on. */
    public static Balancer haproxy(List<Upstream> upstreams) {
        return haproxy(upstreams, "");
    }

    /** The same with one more word on each server line, such as {@code send-proxy}. */
    public static Balancer haproxy(List<Upstream> upstreams, String option) {
        String configuration = read("haproxy.cfg")
                .lines()
                .filter(line -> !line.startsWith("    server ") || line.startsWith("    server a "))
                .map(line -> line.startsWith("    server a ") ? serverLines(line + " " + option, upstreams) : line)
                .collect(Collectors.joining("\n", "", "\n"))
                .replace("bind :8080", "bind 127.0.0.1:$port");
        return new Balancer("haproxy", configuration, "-db", "-f", "$file");
    }

    private static String serverLines(String first, List<Upstream> upstreams) {
        return IntStream.range(0, upstreams.size())
                .mapToObj(i -> first.replace("server a ", "server " + name(i) + " ")
                        .replace("cookie a ", "cookie " + name(i) + " ")
                        .replace(":8443 ", ":" + upstreams.get(i).port() + " ")
                        .replace("port 9090", "port " + upstreams.get(i).metricsPort()))
                .collect(Collectors.joining("\n"));
    }

    private static char name(int index) {
        return (char) ('a' + index);
    }

    /** nginx, which calls the two instances a and b. */
    public static Balancer nginx(List<Upstream> upstreams) {
        // Where the system has it write, only root may.
        String own = "http {\naccess_log off;\n"
                + Stream.of("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
                        .map(kind -> kind + "_temp_path $folder/" + kind + ";\n")
                        .collect(Collectors.joining());
        String configuration = read("nginx.conf")
                .replace("listen 8080", "listen 127.0.0.1:$port")
                .replace(":8443", ":" + upstreams.get(0).port())
                .replace(":8444", ":" + upstreams.get(1).port())
                .replace("http {\n", own);
        return new Balancer(
                "nginx", "pid $folder/pid;\n" + configuration, "-c", "$file", "-e", "stderr", "-g", "daemon off;");
    }

    private static String read(String name) {
        try {
            return Files.readString(Path.of("conf", name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public int port() {
        return port;
    }

    /** Waits until it has written this, behind what was waited for before. */
    public void awaitOutput(String text) {
        process.await(text, () -> process.output().indexOf(text, seen) >= 0);
        seen = process.output().indexOf(text, seen) + text.length();
    }

    @Override
    public void close() {
        process.close();
        LocalProcess.delete(folder);
    }
}
