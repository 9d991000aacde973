package dev.fanfare.cli;

import dev.fanfare.config.ConfigurationException;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** What {@code fanfare.jar} does without a word: the same as {@code serve}. */
@Command(
        name = "fanfare",
        description = "A clustered WebSocket relay.",
        footer = {
            "",
            "Exit status: 0 when it is done, 1 when it failed, 2 for a wrong option or configuration, 3 where the"
                    + " credential is not let in; exec passes on the status of its command.",
            "COMMAND --help tells more."
        },
        versionProvider = FanfareCommand.Version.class)
final class FanfareCommand extends ServeCommand {
    private FanfareCommand(InstanceFactory instances) {
        super(instances);
    }

    /** The command line with all its commands. A wrong option is answered with one line and status 2. */
    static CommandLine line(InstanceFactory instances) {
        CommandLine line = new CommandLine(new FanfareCommand(instances));
        Stream.of(
                        new ServeCommand(instances),
                        new CheckCommand(),
                        new PublishCommand(),
                        new ListenCommand(),
                        new ExecCommand(),
                        new TokenCommand(),
                        new CompletionCommand(),
                        new BenchCommand(),
                        new TrainCommand(instances))
                .forEach(line::addSubcommand);
        // All have the same version.
        line.getSubcommands().values().stream()
                .map(CommandLine::getCommandSpec)
                .forEach(command -> command.remove(command.findOption("--version")));
        // An @ in the arguments of a command that exec runs is its own affair.
        line.setExpandAtFiles(false);
        Objects.requireNonNull(line.getSubcommands().get("exec")).setStopAtPositional(true);
        line.setParameterExceptionHandler((wrong, arguments) -> {
            CommandLine where = wrong.getCommandLine();
            where.getErr().println("fanfare: " + said(wrong) + "; --help tells the options");
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

    /** What is wrong with the words of a command line: where it is one that nobody asked for, picocli says where it stands and not what it is. */
    private static String said(ParameterException wrong) {
        if (!(wrong instanceof UnmatchedArgumentException unmatched) || unmatched.isUnknownOption()) {
            return String.valueOf(wrong.getMessage()).replaceFirst("^Error: ", "");
        }
        String word = "'" + unmatched.getUnmatched().get(0) + "'";
        CommandSpec command = wrong.getCommandLine().getCommandSpec();
        return command.parent() == null
                ? word + " is no command: those are "
                        + String.join(", ", command.subcommands().keySet())
                : word + " is a word too many for " + command.name();
    }

    private static int fail(CommandLine where, int status, @Nullable String why) {
        where.getErr().println("fanfare: " + why);
        return status;
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
