package dev.fanfare.cli;

import dev.fanfare.cli.api.ApiAnswer;
import dev.fanfare.cli.api.ApiClient;
import dev.fanfare.cli.publish.Lines;
import dev.fanfare.cli.publish.Lines.Line;
import dev.fanfare.client.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code fanfare publish}: one message, or one of each line. */
@Command(
        name = "publish",
        description = "Publishes to a channel, or to everybody, by the HTTP API.",
        footer = {
            "",
            "With --lines, each line that can't be published is told by its number, and the others are published.",
            "Exit status: 0 when all is published, 1 when not, 2 for wrong options, 3 where the key is not let in.",
            "",
            "  fanfare publish news '{\"title\":\"hello\"}'",
            "  fanfare publish --text news hello",
            "  tail -f app.log | fanfare publish --text --lines logs -"
        },
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class PublishCommand implements Callable<Integer> {
    private static final String STANDARD_INPUT = "-";
    private static final String NO_JSON = "the data is no JSON; --text takes it as a string";

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
            hideParamSyntax = true,
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
            throw CommandException.wrong(
                    broadcast ? "--broadcast takes the data alone" : "a channel is needed, and at most its data");
        }
        if (broadcast && (lines || key != null)) {
            throw CommandException.wrong("--broadcast goes without --lines and --key");
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
    private int publishLines(ApiClient client, Reader in) throws IOException, InterruptedException {
        Lines source = new Lines(in);
        boolean sound = true;
        for (List<Line> batch = source.next(); !batch.isEmpty(); batch = source.next()) {
            List<Line> valid =
                    batch.stream().filter(line -> isValid(line.text())).toList();
            batch.stream().filter(line -> !isValid(line.text())).forEach(line -> refused(line, NO_JSON));
            sound &= valid.size() == batch.size();
            sound &= valid.isEmpty() || isPublished(client, valid);
        }
        return sound ? ExitStatus.STOPPED : ExitStatus.FAILED;
    }

    private boolean isPublished(ApiClient client, List<Line> batch) throws InterruptedException {
        String messages = batch.stream()
                .map(line -> message(value(line.text()), key == null ? null : key + ":" + line.number()))
                .collect(Collectors.joining(",", "{\"messages\":[", "]}"));
        JsonArray results = post(client, "/publish/batch", messages).json().getJsonArray("results", new JsonArray());
        if (results.size() != batch.size()) {
            throw new CommandException(ExitStatus.FAILED, "what answered is no relay");
        }
        boolean sound = true;
        for (int i = 0; i < results.size(); i++) {
            JsonObject result = results.getJsonObject(i);
            if (json) {
                spec.commandLine().getOut().println(result.encode());
            }
            JsonObject error = result.getJsonObject("error");
            if (error != null) {
                sound = false;
                refused(batch.get(i), error.getString("detail"));
            }
        }
        return sound;
    }

    private void refused(Line line, String why) {
        spec.commandLine().getErr().println("fanfare: line " + line.number() + ": " + why);
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
        return "{\"channel\":" + Json.quote(words.get(0)) + ",\"data\":" + value
                + (itsKey == null ? "" : ",\"key\":" + Json.quote(itsKey)) + "}";
    }

    private boolean isValid(String data) {
        return text || Json.isValue(data);
    }

    private String value(String data) {
        if (!isValid(data)) {
            throw CommandException.wrong(NO_JSON);
        }
        return text ? Json.quote(data) : data;
    }
}
