import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;

/** A real Redis, on a Unix domain socket in the folder of the run. */
final class Redis {
    private final Site site;
    private final UnixDomainSocketAddress address;
    private Process process;

    Redis(Site site) {
        this.site = site;
        this.address = UnixDomainSocketAddress.of(site.folder.resolve("redis.sock"));
    }

    void start() throws Exception {
        Files.deleteIfExists(address.getPath());
        process = site.start(
                site.folder.resolve("redis.log"),
                List.of(
                        "redis-server",
                        "--port",
                        "0",
                        "--unixsocket",
                        address.getPath().toString(),
                        "--dir",
                        site.folder.toString(),
                        "--save",
                        "",
                        "--appendonly",
                        "yes",
                        "--appendfsync",
                        "always"));
        if (!Waits.await(Waits.PATIENCE, () -> answers())) {
            throw new IllegalStateException("Redis did not start; see " + site.folder.resolve("redis.log"));
        }
    }

    private boolean answers() {
        try {
            return command("PING").startsWith("+PONG");
        } catch (IOException e) {
            return false;
        }
    }

    /** Sends an inline command, and returns the beginning of the answer. */
    String command(String command) throws IOException {
        try (SocketChannel channel = connect()) {
            channel.write(StandardCharsets.US_ASCII.encode(command + "\r\n"));
            ByteBuffer answer = ByteBuffer.allocate(256);
            channel.read(answer);
            return StandardCharsets.US_ASCII.decode(answer.flip()).toString();
        }
    }

    SocketChannel connect() throws IOException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            channel.connect(address);
            return channel;
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    void freeze(int millis) throws Exception {
        signal("STOP");
        Thread.sleep(millis);
        signal("CONT");
    }

    private void signal(String name) throws Exception {
        new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid()))
                .start()
                .waitFor();
    }

    void crash(int millis) throws Exception {
        process.destroyForcibly().waitFor();
        Thread.sleep(millis);
        start();
    }
}
