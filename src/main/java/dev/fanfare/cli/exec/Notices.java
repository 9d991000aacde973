package dev.fanfare.cli.exec;

/** Who is told what happens beside the output. */
@FunctionalInterface
public interface Notices {
    void say(String line);
}
