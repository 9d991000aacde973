package dev.fanfare.cli;

import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.util.Arrays;
import java.util.Optional;

/** What {@code fanfare.jar} does with its arguments. */
public final class Commands {
    private static final String[] TRAIN = {"train"};

    private Commands() {}

    /**
     * Runs the command that the arguments name, and returns the exit status. The usual ways to start an instance are
     * read without picocli, which would take half of the start: its classes are of a format that no class-data archive
     * takes, so each is read, and verified the old way, at every start. The training run for such an archive goes the same
     * way. Whatever else there is, a wrong option too, is picocli's.
     */
    public static int run(String[] arguments, InstanceFactory instances) {
        NettyDefaults.apply();
        Optional<ServeOptions> plain = ServeOptions.plain(arguments);
        if (plain.isPresent()) {
            return server(instances).run(plain.get().configFile);
        }
        if (Arrays.equals(arguments, TRAIN)) {
            return TrainCommand.train(server(instances));
        }
        return FanfareCommand.line(instances).execute(arguments);
    }

    private static Server server(InstanceFactory instances) {
        return new Server(instances, new PrintWriter(System.err, true, Charset.defaultCharset()));
    }
}
