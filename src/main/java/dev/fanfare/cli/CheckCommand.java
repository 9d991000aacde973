package dev.fanfare.cli;

import dev.fanfare.auth.Plugins;
import dev.fanfare.auth.Policies;
import dev.fanfare.config.Configuration;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code fanfare check}: whether an instance could start with a configuration. */
@Command(
        name = "check",
        description = "Reads a configuration as an instance would, with the environment and the files that it names.",
        footer = {
            "",
            "Opens no port and asks nobody else, so a port in use or a Redis that is away is not noticed.",
            "Exit status: 0 where it can be used, 1 where it can't be read, 2 where it is wrong.",
            "",
            "  fanfare check --config-file my.yaml && systemctl restart fanfare"
        },
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class CheckCommand implements Callable<Integer> {
    @Mixin
    private final ServeOptions options = new ServeOptions();

    @Option(names = "--print", description = "Prints every key with the value that holds, secrets masked.")
    private boolean print;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() {
        Configuration configuration = Configuration.load(options.configFile, System.getenv());
        PrintWriter errors = spec.commandLine().getErr();
        configuration
                .unknownVariables()
                .forEach(name -> errors.println("fanfare: warning: unknown variable " + name + " in the environment"));
        check(configuration);
        PrintWriter out = spec.commandLine().getOut();
        if (print) {
            configuration.effective().forEach((key, value) -> out.println(key + ": " + value));
        } else {
            out.println((options.configFile == null ? "the defaults" : options.configFile) + ": can be used");
        }
        return ExitStatus.STOPPED;
    }

    private static void check(Configuration configuration) {
        PemFiles.check(configuration);
        VertxSetup.builder(configuration.server(), new VertxOptions());
        Vertx vertx = Vertx.vertx();
        Policies policies = new Policies(vertx, Plugins.NONE);
        try {
            policies.check(configuration);
        } finally {
            policies.close();
            vertx.close().toCompletionStage().toCompletableFuture().join();
        }
    }
}
