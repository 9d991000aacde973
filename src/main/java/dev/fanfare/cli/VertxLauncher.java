package dev.fanfare.cli;

import dev.fanfare.config.Configuration;
import dev.fanfare.config.ConfigurationException;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Launcher;
import io.vertx.core.Vertx;
import io.vertx.core.VertxBuilder;
import io.vertx.core.VertxOptions;
import io.vertx.core.cli.CLI;
import io.vertx.core.cli.CLIException;
import io.vertx.core.cli.Option;
import io.vertx.core.json.JsonObject;
import io.vertx.micrometer.MicrometerMetricsOptions;
import io.vertx.micrometer.VertxPrometheusOptions;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.schema.FailsafeSchema;

/**
 * The launcher of Vert.x ({@code run}, {@code start}, {@code list}, {@code stop}) for an instance. {@code -conf} takes a
 * YAML or JSON file, or JSON itself. Where Vert.x's own goes on after an error, or ends with 0, this one says what is wrong
 * in one line and ends as {@code fanfare serve} would: with 2 for a wrong option or configuration, else with 1.
 */
public final class VertxLauncher extends Launcher {
    private static final Pattern OPTION = Pattern.compile("--?(conf|instances|cluster|ha)(?:=(.*))?", Pattern.DOTALL);

    private static final Pattern NAME = Pattern.compile("--?([^=]+)(=.*)?", Pattern.DOTALL);
    private static final Set<String> REFUSED = Set.of(
            "redeploy",
            "on-redeploy",
            "onRedeploy",
            "redeploy-scan-period",
            "redeploy-grace-period",
            "redeploy-termination-period",
            "launcher-class");

    private @Nullable Configuration configuration;

    public static void main(String[] args) {
        NettyDefaults.apply();
        VertxLauncher launcher = new VertxLauncher();
        try {
            launcher.dispatch(launcher.check(args));
        } catch (ConfigurationException | UncheckedIOException e) {
            exit(e);
        }
    }

    /** {@code bare} waits for a Vert.x cluster to give it work. */
    @Override
    protected void load() {
        super.load();
        unregister("bare");
    }

    /** Looks at what starts an instance, now or in the background, while there is somebody to be told. */
    private String[] check(String[] args) {
        boolean starts = args.length > 1 && List.of("run", "start").contains(args[0]) && !isAskingForHelp(args[1]);
        if (!starts) {
            return args;
        }
        List<String> words = words(args);
        refuseUnknown(words);
        if (words.contains("-cluster") || words.contains("-ha")) {
            throw new ConfigurationException("instances of Fanfare are no cluster of Vert.x: its event bus is local");
        }
        String instances = value(words, "-instances").orElse("1");
        if (!instances.equals("1")) {
            throw new ConfigurationException("-instances " + instances
                    + ": MainVerticle is one, and server.event-loops says how many loops carry it");
        }
        String json = readConfiguration(value(words, "-conf"));
        if (args[0].equals("start")) {
            // What it starts reads the file by itself: everybody can see its arguments.
            words.add("--launcher-class=" + VertxLauncher.class.getName());
        } else if (words.contains("-conf")) {
            words.set(words.indexOf("-conf") + 1, json);
        }
        return words.toArray(String[]::new);
    }

    private String readConfiguration(Optional<String> conf) {
        String value = conf.orElse("{}");
        boolean inline = value.startsWith("{");
        String yaml = inline ? value : Configuration.read(Path.of(value));
        configuration = Configuration.parse(yaml, inline ? "-conf" : value, System.getenv());
        return json(yaml);
    }

    /** Vert.x passes over what it does not know; and what redeploys has a launcher of its own, which is not this one. */
    private void refuseUnknown(List<String> words) {
        for (int i = 1; i < words.size(); i++) {
            Matcher name = NAME.matcher(words.get(i));
            if (name.matches() && !name.group(1).startsWith("D")) {
                Option option = option(name.group(1));
                if (option == null || REFUSED.contains(option.getLongName())) {
                    throw new ConfigurationException(
                            "there is no option '" + words.get(i) + "'; run --help tells those there are");
                }
                if (!option.isFlag() && name.group(2) == null) {
                    i++;
                }
            }
        }
    }

    private @Nullable Option option(String name) {
        Option ofRun = Objects.requireNonNull(commandByName.get("run")).cli.getOption(name);
        return ofRun != null
                ? ofRun
                : Objects.requireNonNull(commandByName.get("start")).cli.getOption(name);
    }

    /** The arguments with one dash before these options, and their values behind them: Vert.x also takes two, and {@code =}. */
    private static List<String> words(String[] args) {
        List<String> words = new ArrayList<>();
        for (String argument : args) {
            Matcher option = OPTION.matcher(argument);
            if (option.matches()) {
                words.add("-" + option.group(1));
                Optional.ofNullable(option.group(2)).ifPresent(words::add);
            } else {
                words.add(argument);
            }
        }
        return words;
    }

    /** What stands behind an option, without the quotes that Vert.x takes off too. */
    private static Optional<String> value(List<String> words, String option) {
        int at = words.indexOf(option);
        if (at < 0) {
            return Optional.empty();
        }
        if (at + 1 == words.size()) {
            throw new ConfigurationException(option + " needs a value");
        }
        return Optional.of(words.get(at + 1).strip().replaceAll("^[\"']|[\"']$", ""));
    }

    /** The same with all values as text, which is how a configuration is read. */
    private static String json(String yaml) {
        LoadSettings settings =
                LoadSettings.builder().setSchema(new FailsafeSchema()).build();
        Object root = new Load(settings).loadFromString(yaml);
        JsonObject json = new JsonObject();
        if (root instanceof Map<?, ?> sections) {
            sections.forEach((name, section) -> json.put(String.valueOf(name), section));
        }
        return json.encode();
    }

    @Override
    public void beforeStartingVertx(VertxOptions options) {
        MicrometerMetricsOptions metrics =
                VertxSetup.metrics().setPrometheusOptions(new VertxPrometheusOptions().setEnabled(true));
        options.setMetricsOptions(metrics);
    }

    @Override
    public VertxBuilder createVertxBuilder(VertxOptions options) {
        if (configuration == null) {
            return super.createVertxBuilder(options);
        }
        Logging.configure(configuration.log());
        return VertxSetup.builder(configuration.server(), options);
    }

    @Override
    public void handleDeployFailed(Vertx vertx, String verticle, DeploymentOptions options, Throwable cause) {
        Throwable told = cause instanceof ClassNotFoundException
                ? new IllegalArgumentException(verticle + ": there is no such verticle")
                : cause;
        vertx.close().onComplete(closed -> exit(told));
    }

    @Override
    public void afterStoppingVertx() {
        LoggerFactory.getLogger(VertxLauncher.class).info("stopped");
    }

    // What Vert.x prints, and then ends with 0

    @Override
    protected void printCommandNotFound(String command) {
        exit(new ConfigurationException("there is no command '" + command + "'; --help tells those there are"));
    }

    @Override
    protected void printGenericExecutionError(CLI cli, CLIException e) {
        exit(new ConfigurationException(cli.getName() + ": " + e.getMessage()));
    }

    @Override
    protected void printSpecificException(CLI cli, Exception e) {
        exit(new ConfigurationException(cli.getName() + ": " + e.getMessage()));
    }

    private static void exit(Throwable cause) {
        System.err.println("fanfare: " + cause.getMessage());
        System.exit(cause instanceof ConfigurationException ? ExitStatus.WRONG_CONFIGURATION : ExitStatus.FAILED);
    }
}
