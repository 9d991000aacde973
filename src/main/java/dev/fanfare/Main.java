package dev.fanfare;

import dev.fanfare.auth.Plugins;
import dev.fanfare.cli.Commands;

/** The entry of {@code java -jar fanfare.jar}. */
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        System.exit(Commands.run(
                args,
                (configuration, registry, file, reloaded) -> new MainVerticle(
                        new Setup(configuration, registry, file, Plugins.NONE, null, null, reloaded))));
    }
}
