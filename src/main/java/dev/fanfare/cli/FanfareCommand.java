package dev.fanfare.cli;

import dev.fanfare.config.ConfigurationException;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** What {@code fanfare.jar} does without a word: the same as {@code serve}. */
@Command(
        name = "fanfare",
        description = "A clustered WebSocket relay.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Exit status: 0 when it is done, 1 when it failed, 2 for a wrong option or configuration, 3 where the",
            "credential is not let in; exec passes on the status of its command. COMMAND --help tells more."
        },
        subcommands = {
            CheckCommand.class,
            PublishCommand.class,
            ListenCommand.class,
            ExecCommand.class,
            TokenCommand.class,
            CompletionCommand.class,
            BenchCommand.class
        },
        versionProvider = FanfareCommand.Version.class)
final class FanfareCommand implements Callable<Integer> {
    private final InstanceFactory instances;

    @Mixin
    private final ServeOptions options = new ServeOptions();

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    private FanfareCommand(InstanceFactory instances) {
        this.instances = instances;
    }

    /** The command line with all its commands. A wrong option is answered with one line and status 2. */
    static CommandLine line(InstanceFactory instances) {
        CommandLine line = new CommandLine(new FanfareCommand(instances)).addSubcommand(new TrainCommand(instances));
        // An @ in the arguments of a command that exec runs is its own affair.
        line.setExpandAtFiles(false);
        Objects.requireNonNull(line.getSubcommands().get("exec")).setStopAtPositional(true);
        line.setParameterExceptionHandler((wrong, arguments) -> {
            CommandLine where = wrong.getCommandLine();
            where.getErr().println("fanfare: " + wrong.getMessage() + "; --help tells the options");
            return where.getCommandSpec().exitCodeOnInvalidInput();
        });
        line.setExecutionExceptionHandler((failure, where, result) -> {
            where.getOut().flush();
            if (failure instanceof CommandException command) {
                return fail(where, command.status(), command.getMessage());
            }
            if (failure instanceof ConfigurationException wrong) {
                return fail(where, ExitStatus.WRONG_CONFIGURATION, wrong.getMessage());
            }
            if (failure instanceof UncheckedIOException unreadable) {
                return fail(where, ExitStatus.FAILED, unreadable.getMessage());
            }
            throw failure;
        });
        return line;
    }

    private static int fail(CommandLine where, int status, @Nullable String why) {
        where.getErr().println("fanfare: " + why);
        return status;
    }

    @Override
    public Integer call() {
        return new Server(instances, spec.commandLine().getErr()).run(options.configFile);
    }

    @Command(
            name = "serve",
            description = "Runs an instance until it is told to stop.",
            mixinStandardHelpOptions = true)
    int serve(@Mixin ServeOptions serveOptions) {
        return new Server(instances, spec.commandLine().getErr()).run(serveOptions.configFile);
    }

    /** From the manifest of the jar. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = FanfareCommand.class.getPackage().getImplementationVersion();
            return new String[] {"fanfare " + (version == null ? "(not packaged)" : version)};
        }
    }
}
