package dev.fanfare.cli.exec;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A command that runs, with our standard input. */
final class Child {
    private final Process process;

    private Child(Process process) {
        this.process = process;
    }

    /** @throws IOException where there is no such command, or it can't be run */
    static Child start(List<String> command, Pipe output, Pipe errors) throws IOException {
        return new Child(new ProcessBuilder(command)
                .redirectInput(ProcessBuilder.Redirect.INHERIT)
                .redirectOutput(output.input())
                .redirectError(errors.input())
                .start());
    }

    /** Its exit status; 128 and the number of the signal where one has ended it. */
    int await() throws InterruptedException {
        return process.waitFor();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /**
     * Passes on a signal that we got while it ran. What the keyboard sends goes to everybody in the foreground of a terminal by itself, and would come
     * twice.
     */
    void passOn(String name) throws IOException {
        if (name.equals("TERM") || !isInForeground()) {
            signal(name);
        }
    }

    /** Sends a signal to it and to all that it has started, for Java can't give it a process group of its own. */
    void signal(String name) throws IOException {
        List<String> command = new ArrayList<>(List.of("sh", "-c", "kill -" + name + " \"$@\"", "sh"));
        Stream.concat(Stream.of(process.toHandle()), process.descendants())
                .map(handle -> Long.toString(handle.pid()))
                .forEach(command::add);
        new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    /** Whether our process group is that which a terminal sends its signals to. */
    private static boolean isInForeground() {
        try {
            String stat = Files.readString(Path.of("/proc/self/stat"));
            // state, parent, group, session, terminal, its foreground group: behind the name, in which anything may
            // stand.
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            return fields[2].equals(fields[5]);
        } catch (IOException e) {
            return false; // no Linux: who can't know passes it on
        }
    }
}
