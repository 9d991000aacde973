package dev.fanfare.cli.exec;

/**
 * What is told of a process: a line that it wrote, or what became of it.
 *
 * @param text the line without its end; of a status its JSON
 */
public record Entry(Kind kind, String text) {
    /** What it is. */
    public enum Kind {
        OUTPUT('o'),
        ERROR('e'),
        STATUS('s');

        private final char code;

        Kind(char code) {
            this.code = code;
        }

        /** By which it is told from the others in a journal. */
        byte code() {
            return (byte) code;
        }

        static Kind of(byte code) {
            return code == OUTPUT.code ? OUTPUT : code == ERROR.code ? ERROR : STATUS;
        }
    }
}
