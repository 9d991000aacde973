package dev.fanfare.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fanfare.testing.JarProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The training run of the packaged jar, and the archive of classes that comes of it. */
@SuppressWarnings("NullAway.Init") // JUnit sets the folder
class ArchiveIT {
    private static final Path JAR = Path.of(Objects.requireNonNull(System.getProperty("fanfare.jar")));
    private static final boolean AOT = Runtime.version().feature() >= 25;

    @TempDir
    private Path folder;

    private static String use(Path archive) {
        return (AOT ? "-XX:AOTCache=" : "-XX:SharedArchiveFile=") + archive;
    }

    private static Path made() {
        return JAR.resolveSibling(AOT ? "fanfare.aot" : "fanfare.jsa");
    }

    /** Runs {@code train} with these JVM options, and returns what it printed. */
    private String train(Path jar, int status, String... options) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(List.of(options));
        command.addAll(List.of("-jar", jar.toString(), "train"));
        Path output = folder.resolve("output");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertThat(process.waitFor(JarProcess.PATIENCE.toSeconds(), TimeUnit.SECONDS))
                    .as("ended in time")
                    .isTrue();
        } finally {
            process.destroyForcibly();
        }
        String text = Files.readString(output);
        assertThat(process.exitValue()).as(text).isEqualTo(status);
        return text;
    }

    @Test
    void theBuildMadeAnArchiveThatFitsItsJar() throws Exception {
        String loaded = train(JAR, 0, use(made()), "-Xlog:class+load");
        assertThat(loaded.lines().filter(line -> line.contains(" dev.fanfare.")))
                .isNotEmpty()
                .allMatch(line -> line.contains("shared objects file") || line.contains("Lambda"));
    }

    @Test
    void anArchiveThatDoesNotFitIsPassedOverInSilence() throws Exception {
        Path other = Files.copy(JAR, folder.resolve("fanfare.jar"));
        String quiet = AOT ? "-Xlog:aot*=off,cds*=off" : "-Xlog:cds*=off,class+path*=off";
        assertThat(train(other, 0, use(made()), quiet).lines())
                .isNotEmpty()
                .allMatch(line -> line.contains(" INFO  "), "a line of Fanfare's own");
    }

    @Test
    void aDamagedArchiveIsPassedOverInSilence() throws Exception {
        Path damaged = Files.writeString(folder.resolve("damaged"), "no archive");
        String quiet = AOT ? "-Xlog:aot*=off,cds*=off" : "-Xlog:cds*=off,class+path*=off";
        assertThat(train(JAR, 0, use(damaged), quiet).lines())
                .isNotEmpty()
                .allMatch(line -> line.contains(" INFO  "), "a line of Fanfare's own");
    }
}
