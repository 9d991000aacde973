package dev.fanfare.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fanfare.testing.JarProcess;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code fanfare completion}: a script that bash takes, and that knows the commands. */
class CompletionIT {
    @Test
    void bashCompletesCommandsAndOptionsByIt(@TempDir Path folder) throws Exception {
        Path script = folder.resolve("completion.bash");
        try (JarProcess completion = JarProcess.command(Map.of(), "completion")) {
            assertThat(completion.end()).isZero();
            assertThat(completion.err()).isEmpty();
            Files.writeString(script, completion.out());
        }
        assertThat(completed(script, "li")).contains("listen");
        assertThat(completed(script, "exec", "--ma")).contains("--mask", "--mask-env", "--max-line");
        assertThat(completed(script, "")).contains("serve", "check", "publish", "token", "bench");
    }

    /** What bash is offered for the last of the words; {@code compopt} is there only while somebody types. */
    private static String completed(Path script, String... words) throws Exception {
        String typed = String.join(" ", words);
        Process bash = new ProcessBuilder(
                        "bash",
                        "-eu",
                        "-c",
                        "set +u; source " + script + "; compopt() { :; }; COMP_WORDS=(fanfare " + typed
                                + (typed.isEmpty() ? "\"\"" : "") + "); COMP_CWORD=" + words.length
                                + "; COMP_LINE='fanfare " + typed + "'; COMP_POINT=${#COMP_LINE}"
                                + "; _complete_fanfare; echo \"${COMPREPLY[@]}\"")
                .redirectErrorStream(true)
                .start();
        String said = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(bash.waitFor()).as(said).isZero();
        return said;
    }
}
