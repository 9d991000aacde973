package dev.fanfare.cli;

import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.util.Optional;

/** What {@code fanfare.jar} does with its arguments. */
public final class Commands {
    private Commands() {}

    /**
     * Runs the command that the arguments name, and returns the exit status. The usual ways to start an instance are
     * read without picocli, which would take half of the start: its classes are of a format that no class-data archive
     * takes, so each is read, and verified the old way, at every start. Whatever else there is, a wrong option too, is
     * picocli's.
     */
    public static int run(String[] arguments, InstanceFactory instances) {
        Optional<ServeOptions> plain = ServeOptions.plain(arguments);
        return plain.isPresent()
                ? new Server(instances, new PrintWriter(System.err, true, Charset.defaultCharset()))
                        .run(plain.get().configFile)
                : FanfareCommand.line(instances).execute(arguments);
    }
}
