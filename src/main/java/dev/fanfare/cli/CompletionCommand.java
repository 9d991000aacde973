package dev.fanfare.cli;

import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code fanfare completion}: what a shell has to know of the commands. */
@Command(
        name = "completion",
        description = "Prints a script by which bash and zsh complete commands and options of 'fanfare'.",
        footer = {"", "  source <(fanfare completion)"},
        mixinStandardHelpOptions = true)
final class CompletionCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() {
        CommandLine line = spec.commandLine();
        line.getOut().print(AutoComplete.bash(spec.root().name(), spec.root().commandLine()));
        line.getOut().flush();
        return ExitStatus.STOPPED;
    }
}
