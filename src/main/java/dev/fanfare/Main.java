package dev.fanfare;

import dev.fanfare.cli.FanfareCommand;
import picocli.CommandLine;

/** The entry of {@code java -jar fanfare.jar}. */
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        System.exit(new CommandLine(new FanfareCommand(MainVerticle::new)).execute(args));
    }
}
