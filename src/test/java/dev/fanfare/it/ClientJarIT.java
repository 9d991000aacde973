package dev.fanfare.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fanfare.testing.Instance;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The client's jar, as applications have it: alone. */
class ClientJarIT {
    private static final Path JAR =
            Path.of(Objects.requireNonNull(System.getProperty("fanfare.jar"))).resolveSibling("fanfare-client.jar");

    private static final String PROGRAM = """
            import dev.fanfare.client.*;
            import java.net.URI;
            import java.util.concurrent.*;

            class Hello {
                public static void main(String[] args) throws Exception {
                    BlockingQueue<String> texts = new LinkedBlockingQueue<>();
                    try (var client = ReconnectingClient.builder(URI.create(args[0])).build()) {
                        client.subscribe("news", message -> texts.add(message.text())).ready().join();
                        client.publish("news", Json.quote("hello")).join();
                        System.out.println(texts.poll(60, TimeUnit.SECONDS));
                    }
                }
            }
            """;

    @Test
    void aProgramNeedsNothingElse(@TempDir Path folder) throws Exception {
        Path source = Files.writeString(folder.resolve("Hello.java"), PROGRAM);
        Path output = folder.resolve("out");
        try (Instance server = Instance.start()) {
            Process process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-cp",
                            JAR.toString(),
                            source.toString(),
                            "ws://localhost:" + server.port() + "/ws")
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            assertThat(process.waitFor(120, TimeUnit.SECONDS))
                    .as("ended in time")
                    .isTrue();
            assertThat(output).hasContent("hello");
            assertThat(process.exitValue()).isZero();
        }
    }

    @Test
    void itHasTheClientAndNothingOfTheServer() throws Exception {
        try (JarFile jar = new JarFile(JAR.toFile())) {
            List<String> classes = jar.stream()
                    .map(Object::toString)
                    .filter(name -> name.endsWith(".class"))
                    .toList();
            assertThat(classes).contains("dev/fanfare/client/ReconnectingClient.class");
            assertThat(classes).allMatch(name -> name.startsWith("dev/fanfare/client/"));
            assertThat(jar.stream().map(Object::toString)).contains("META-INF/LICENSE", "META-INF/NOTICE");
        }
        System.out.println("fanfare-client.jar: " + Files.size(JAR) + " bytes");
    }
}
