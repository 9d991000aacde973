package dev.fanfare.cli.exec;

import dev.fanfare.cli.signal.Signals;
import dev.fanfare.client.Json;
import java.util.Optional;

/** What becomes of a process, as it is told. */
final class Status {
    private static final int SIGNALLED = 128;

    private Status() {}

    static Entry running() {
        return entry("{\"status\":\"running\"}");
    }

    /** It could not be started. */
    static Entry failed(String reason) {
        return entry("{\"status\":\"failed\",\"reason\":" + Json.quote(reason) + "}");
    }

    /** It has ended. As for a shell, 128 and more is a signal, where there is one with that number. */
    static Entry ended(int exitCode) {
        Optional<String> signal =
                Optional.of(exitCode - SIGNALLED).filter(number -> number > 0).flatMap(Signals::name);
        return entry(
                signal.map(name -> "{\"status\":\"killed\",\"signal\":\"" + name + "\",\"exitCode\":" + exitCode + "}")
                        .orElse("{\"status\":\"exited\",\"exitCode\":" + exitCode + "}"));
    }

    private static Entry entry(String json) {
        return new Entry(Entry.Kind.STATUS, json);
    }
}
