package dev.fanfare.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fanfare.testing.FreePort;
import dev.fanfare.testing.JarProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The packaged jar as a process that needs a Redis: how it ends where there is none. */
@SuppressWarnings("NullAway.Init") // JUnit sets the folder
class BridgeProcessIT {
    @TempDir
    private Path folder;

    private JarProcess serve(String cluster) throws Exception {
        Path file = Files.writeString(
                folder.resolve("fanfare.yaml"),
                "server: {host: 127.0.0.1, port: 0}\nmetrics: {host: 127.0.0.1, port: 0}\n" + cluster);
        return JarProcess.java(Map.of(), "-jar", "$jar", "serve", "--config-file", file.toString());
    }

    @Test
    void aRedisThatIsNotThereIsSaidInOneLineAndEndsWithOne() throws Exception {
        int port = FreePort.next();
        try (JarProcess process =
                serve("cluster: {redis: 'redis://joe:s3cret@127.0.0.1:" + port + "', start-timeout: 500ms}\n")) {
            assertThat(process.end()).isEqualTo(1);
            assertThat(process.err())
                    .matches("fanfare: Redis did not answer within 500 ms: can't connect to Redis at 127\\.0\\.0\\.1:"
                            + port + ": .*Connection refused.*\\R");
            assertThat(process.out() + process.err()).doesNotContain("s3cret");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://joe:s3cret@127.0.0.1:6379",
                "redis://joe:s3cret@127.0.0.1:6379/first",
                "redis://joe:s3cret@",
                "redis://joe:s3cret@127.0.0.1:1, redis://joe:s3cret@127.0.0.1:2"
            })
    void aWrongUrlIsSaidInOneLineAndEndsWithTwo(String url) throws Exception {
        try (JarProcess process = serve("cluster:\n  redis: '" + url + "'\n")) {
            assertThat(process.end()).isEqualTo(2);
            assertThat(process.err()).matches("fanfare: .*fanfare.yaml:4: cluster\\.redis.*\\R");
            assertThat(process.out() + process.err()).doesNotContain("s3cret");
        }
    }
}
