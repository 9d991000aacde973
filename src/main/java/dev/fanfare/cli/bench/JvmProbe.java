package dev.fanfare.cli.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** Looks into the heap of a server that is a Java process, with {@code jcmd}. */
final class JvmProbe {

    private static final Pattern USED = Pattern.compile("\\bused (\\d+)([KMG])");

    private final long pid;

    JvmProbe(long pid) {
        this.pid = pid;
    }

    /**
     * Collects garbage, then tells what the heap holds, in bytes; empty where the process is no Java process.
     * Others are never attached to: the signal that asks a JVM to listen kills them.
     */
    OptionalLong liveBytes() throws BenchException, InterruptedException {
        boolean java = ProcessHandle.of(pid)
                .flatMap(process -> process.info().command())
                .filter(command -> command.endsWith("/java"))
                .isPresent();
        if (!java) {
            return OptionalLong.empty();
        }
        // Twice: what a finalizer or cleaner let go in the first round is collected in the second.
        jcmd("GC.run");
        jcmd("GC.run");
        return used(jcmd("GC.heap_info"));
    }

    /** Sums the generations in the output of {@code GC.heap_info}, whatever the collector; metaspace is not heap. */
    static OptionalLong used(String info) {
        return USED.matcher(info.split("Metaspace", 2)[0])
                .results()
                .mapToLong(JvmProbe::bytes)
                .reduce(Long::sum);
    }

    private static long bytes(MatchResult used) {
        int shift =
                switch (used.group(2)) {
                    case "K" -> 10;
                    case "M" -> 20;
                    default -> 30;
                };
        return Long.parseLong(used.group(1)) << shift;
    }

    private String jcmd(String command) throws BenchException, InterruptedException {
        Path own = Path.of(System.getProperty("java.home"), "bin", "jcmd");
        try {
            Process process = new ProcessBuilder(
                            Files.isExecutable(own) ? own.toString() : "jcmd", String.valueOf(pid), command)
                    .redirectErrorStream(true)
                    .start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new BenchException("jcmd " + command + ": " + output.strip());
            }
            return output;
        } catch (IOException e) {
            throw new BenchException("jcmd: " + e.getMessage(), e);
        }
    }
}
