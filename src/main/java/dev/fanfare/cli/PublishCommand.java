package dev.fanfare.cli;

import dev.fanfare.cli.api.ApiAnswer;
import dev.fanfare.cli.api.ApiClient;
import dev.fanfare.cli.api.JsonText;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code fanfare publish}: one message, or one of each line. */
@Command(
        name = "publish",
        description = "Publishes to a channel, or to everybody, by the HTTP API.",
        footer = {
            "",
            "Exit status: 0 when all is published, 1 when not, 2 for wrong options, 3 where the key is not let in.",
            "",
            "  fanfare publish news '{\"title\":\"hello\"}'",
            "  fanfare publish --text news hello",
            "  tail -f app.log | fanfare publish --text --lines logs -"
        },
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class PublishCommand implements Callable<Integer> {
    private static final int MOST_LINES = 1000;
    private static final int MOST_CHARACTERS = 256 * 1024;
    private static final String STANDARD_INPUT = "-";

    @Mixin
    private final ApiOptions api = new ApiOptions();

    @Option(
            names = "--key",
            paramLabel = "KEY",
            description = "The same key is taken once, on a channel with a history; with --lines each line has KEY:N.")
    private @Nullable String key;

    @Option(names = "--text", description = "The data is a string; else it is JSON.")
    private boolean text;

    @Option(names = "--lines", description = "Each line of the data is a message; they are sent as they come.")
    private boolean lines;

    @Option(names = "--broadcast", description = "To every session; there is no channel then.")
    private boolean broadcast;

    @Option(names = "--json", description = "Prints each answer, a line of JSON.")
    private boolean json;

    @Parameters(
            paramLabel = "CHANNEL [DATA]",
            arity = "0..2",
            description = "Without DATA, or with -, it is read from standard input.")
    private List<String> words = List.of();

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        int named = broadcast ? 0 : 1;
        if (words.size() < named || words.size() > named + 1) {
            throw wrong(broadcast ? "--broadcast takes the data alone" : "a channel is needed, and at most its data");
        }
        if (broadcast && (lines || key != null)) {
            throw wrong("--broadcast goes without --lines and --key");
        }
        String data = words.size() == named ? STANDARD_INPUT : words.get(named);
        try (BufferedReader in = new BufferedReader(
                data.equals(STANDARD_INPUT)
                        ? new InputStreamReader(System.in, StandardCharsets.UTF_8)
                        : new StringReader(data))) {
            return lines ? publishLines(api.client(), in) : publish(api.client(), in);
        } catch (IOException e) {
            throw new CommandException(ExitStatus.FAILED, "can't read standard input: " + e.getMessage());
        }
    }

    private int publish(ApiClient client, BufferedReader in) throws IOException, InterruptedException {
        String all = in.lines().collect(Collectors.joining("\n"));
        String body = broadcast ? "{\"data\":" + value(all) + "}" : message(value(all), key);
        ApiAnswer answer = post(client, broadcast ? "/broadcast" : "/publish", body);
        if (json) {
            spec.commandLine().getOut().println(answer.body().strip());
        }
        return ExitStatus.STOPPED;
    }

    /** What has come is sent together, and what comes meanwhile after it. */
    private int publishLines(ApiClient client, BufferedReader in) throws IOException, InterruptedException {
        int number = 0;
        boolean sound = true;
        String line = in.readLine();
        while (line != null) {
            List<String> messages = new ArrayList<>();
            int size = 0;
            while (line != null && messages.size() < MOST_LINES && size < MOST_CHARACTERS) {
                number++;
                messages.add(message(value(line), key == null ? null : key + ":" + number));
                size += line.length();
                line = in.ready() ? in.readLine() : null;
            }
            String body = "{\"messages\":[" + String.join(",", messages) + "]}";
            sound &= isPublished(post(client, "/publish/batch", body), number - messages.size());
            line = line == null ? in.readLine() : line;
        }
        return sound ? ExitStatus.STOPPED : ExitStatus.FAILED;
    }

    private boolean isPublished(ApiAnswer answer, int before) {
        boolean sound = true;
        JsonArray results = answer.json().getJsonArray("results", new JsonArray());
        for (int i = 0; i < results.size(); i++) {
            JsonObject result = results.getJsonObject(i);
            if (json) {
                spec.commandLine().getOut().println(result.encode());
            }
            JsonObject error = result.getJsonObject("error");
            if (error != null) {
                sound = false;
                PrintWriter errors = spec.commandLine().getErr();
                errors.println("fanfare: line " + (before + i + 1) + ": " + error.getString("detail"));
            }
        }
        return sound;
    }

    private static ApiAnswer post(ApiClient client, String path, String body) throws InterruptedException {
        ApiAnswer answer;
        try {
            answer = client.post(path, body, null);
        } catch (IOException e) {
            throw new CommandException(ExitStatus.FAILED, client.failure(e));
        }
        if (!answer.isSuccess()) {
            throw new CommandException(answer.isDenied() ? ExitStatus.DENIED : ExitStatus.FAILED, answer.reason());
        }
        return answer;
    }

    private String message(String value, @Nullable String itsKey) {
        return "{\"channel\":" + JsonText.quote(words.get(0)) + ",\"data\":" + value
                + (itsKey == null ? "" : ",\"key\":" + JsonText.quote(itsKey)) + "}";
    }

    private String value(String data) {
        if (text) {
            return JsonText.quote(data);
        }
        if (!JsonText.isValue(data)) {
            throw wrong("the data is no JSON; --text takes it as a string");
        }
        return data;
    }

    private ParameterException wrong(String why) {
        return new ParameterException(spec.commandLine(), why);
    }
}
