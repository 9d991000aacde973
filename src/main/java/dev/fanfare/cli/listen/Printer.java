package dev.fanfare.cli.listen;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;

/** Prints lines until there were enough of them, nobody reads them any more, or it is told to end. For any thread. */
public final class Printer {
    private final PrintStream out;
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private long left;

    /** @param count how many lines there are at most */
    public Printer(OutputStream out, long count) {
        this.out = new PrintStream(out, false, StandardCharsets.UTF_8);
        this.left = count;
    }

    /** Prints a line at once, so that whoever reads a pipe has it now. */
    synchronized void print(String line) {
        if (ended.isDone()) {
            return;
        }
        out.print(line + '\n');
        left--;
        // A stream that can't be written to says so here, and never throws.
        if (out.checkError() || left == 0) {
            ended.complete(null);
        }
    }

    /** Nothing is printed any more. */
    public void end() {
        ended.complete(null);
    }

    CompletableFuture<Void> ended() {
        return ended;
    }
}
