package dev.fanfare;

import dev.fanfare.cli.Commands;

/** The entry of {@code java -jar fanfare.jar}. */
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        System.exit(Commands.run(args, MainVerticle::new));
    }
}
