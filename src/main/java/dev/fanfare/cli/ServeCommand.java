package dev.fanfare.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code fanfare serve}: an instance. */
@Command(
        name = "serve",
        description = "Runs an instance until it is told to stop; so does no command at all.",
        footer = {"", "  fanfare serve --config-file my.yaml"},
        mixinStandardHelpOptions = true,
        sortOptions = false)
class ServeCommand implements Callable<Integer> {
    private final InstanceFactory instances;

    @Mixin
    private final ServeOptions options = new ServeOptions();

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    ServeCommand(InstanceFactory instances) {
        this.instances = instances;
    }

    @Override
    public Integer call() {
        return new Server(instances, spec.commandLine().getErr()).run(options.configFile);
    }
}
