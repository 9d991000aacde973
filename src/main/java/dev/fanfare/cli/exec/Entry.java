package dev.fanfare.cli.exec;

/**
 * What is told of a process: a line that it wrote, or what became of it.
 *
 * @param text the line without its end; of a status its JSON
 */
public record Entry(Kind kind, String text) {
    /** What it is. */
    public enum Kind {
        OUTPUT,
        ERROR,
        STATUS
    }
}
