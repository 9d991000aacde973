package dev.fanfare;

import dev.fanfare.cli.FanfareCommand;

/** The entry of {@code java -jar fanfare.jar}. */
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        System.exit(FanfareCommand.line(MainVerticle::new).execute(args));
    }
}
