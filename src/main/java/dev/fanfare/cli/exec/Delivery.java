package dev.fanfare.cli.exec;

import dev.fanfare.cli.api.ApiAnswer;
import dev.fanfare.cli.api.ApiClient;
import dev.fanfare.client.Backoff;
import dev.fanfare.client.Json;
import io.github.bucket4j.Bucket;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Sends what is in the journal, one request at a time, each until it is confirmed: in order, and with a key by which the relay knows a repetition.
 *
 * <p>A relay without Redis loses its histories with its memory. So where an answer may have come from another life of it (the one before failed, or is a while ago) the
 * history is looked at before more is sent; and where it has begun anew, all that the journal still has is sent again, as its beginning.
 */
final class Delivery {
    private static final int MOST_LINES = 1000;
    private static final int MOST_BYTES = 256 * 1024;
    /** No relay starts within this time. */
    private static final Duration ONE_LIFE = Duration.ofMillis(200);

    private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

    private final ApiClient client;
    private final String id;
    private final String run;
    private final Journal journal;
    private final Consumer<String> notices;
    private final Thread thread = new Thread(this::send, "delivery");
    private final Backoff backoff = new Backoff(
            FIRST_PAUSE, LONGEST_PAUSE, () -> ThreadLocalRandom.current().nextDouble());
    /** Histories that push each other out of a relay's memory must not do so for ever. */
    private final Bucket beginnings = Bucket.builder()
            .addLimit(limit -> limit.capacity(10).refillGreedy(1, Duration.ofMinutes(1)))
            .build();

    private volatile boolean isGivenUp;
    private @Nullable String epoch;
    private long answeredAt;
    private boolean isCertain = true;
    private boolean isTold;
    private int batches;
    private int failures;
    /** Why the latest of the attempts that failed did. */
    private String failure = "";

    /** @param run what no other run is called */
    Delivery(ApiClient client, String id, String run, Journal journal, Consumer<String> notices) {
        this.client = client;
        this.id = id;
        this.run = run;
        this.journal = journal;
        this.notices = notices;
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** Waits until all is sent, or for so long, and gives up what is not. */
    void end(Duration patience) throws InterruptedException {
        thread.join(Math.max(1, patience.toMillis()));
        giveUp();
        thread.join();
    }

    /** What is not sent yet is not to be sent any more. */
    void giveUp() {
        isGivenUp = true;
        // In this order: a thread that is interrupted may not use the journal, which would close it.
        journal.abandon();
        thread.interrupt();
    }

    private void send() {
        try {
            List<Entry> batch = journal.take(MOST_LINES, MOST_BYTES);
            while (!batch.isEmpty()) {
                deliver(batch);
                batch = journal.take(MOST_LINES, MOST_BYTES);
            }
            if (isGivenUp) {
                tellUnsent();
            }
        } catch (RefusedException | IOException e) {
            stop(String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            tellUnsent();
        } catch (RuntimeException e) {
            stop(e.getClass().getSimpleName());
        }
    }

    private void tellUnsent() {
        if (!journal.isDone()) {
            long lines = journal.unconfirmed();
            stop((failure.isEmpty() ? "" : failure + "; ") + "not sent: " + lines + (lines == 1 ? " line" : " lines")
                    + " and how it ended");
        }
    }

    /** Whatever it is, the command must not wait for room for ever. */
    private void stop(String why) {
        journal.abandon();
        notices.accept("the output is not streamed: " + why);
    }

    private void deliver(List<Entry> batch) throws IOException, InterruptedException, RefusedException {
        String path = "/processes/" + id + (isStatus(batch) ? "/status" : "/output");
        String body = isStatus(batch) ? batch.get(0).text() : lines(batch);
        String key = run + "." + batches++;
        while (true) {
            if (hasBegunAnew()) {
                journal.rewind();
                return;
            }
            ApiAnswer answer = attempt(() -> client.post(path, body, key));
            if (answer != null && !answer.isSuccess()) {
                throw new RefusedException("the relay says " + answer.reason());
            }
            if (answer != null) {
                journal.confirm();
                remember(answer.json());
                tellWhere();
                return;
            }
        }
    }

    /** Once the relay takes it. */
    private void tellWhere() {
        if (!isTold) {
            isTold = true;
            notices.accept("watch " + client.url("/process/" + id));
        }
    }

    private static boolean isStatus(List<Entry> batch) {
        return batch.get(0).kind() == Entry.Kind.STATUS;
    }

    private static String lines(List<Entry> batch) {
        return batch.stream()
                .map(line -> "{\"data\":" + Json.quote(line.text())
                        + (line.kind() == Entry.Kind.ERROR ? ",\"stream\":\"stderr\"}" : "}"))
                .collect(Collectors.joining(",", "{\"lines\":[", "]}"));
    }

    /** Whether the relay has forgotten what it had confirmed, and may be told once more. */
    private boolean hasBegunAnew() throws InterruptedException {
        boolean isFresh = isCertain && System.nanoTime() - answeredAt < ONE_LIFE.toNanos();
        if (epoch == null || isFresh) {
            return false;
        }
        ApiAnswer answer = null;
        while (answer == null) {
            answer = attempt(() -> client.get("/channels/process:" + id + "/history?limit=1"));
        }
        if (epoch.equals(answer.json().getString("epoch"))) {
            remember(answer.json());
            return false;
        }
        // Where it is nobody's yet, the next answer tells its epoch.
        epoch = null;
        if (answer.isSuccess() && !beginnings.tryConsume(1)) {
            notices.accept("the relay forgets again and again what it was told; from here on it is told nothing twice");
            return false;
        }
        return answer.isSuccess();
    }

    private void remember(JsonObject answer) {
        epoch = answer.getString("epoch", epoch);
        answeredAt = System.nanoTime();
        isCertain = true;
    }

    /** A request that may fail. */
    private interface Request {
        ApiAnswer send() throws IOException, InterruptedException;
    }

    /** The answer; null after a pause where there was none, or one that may be another later. */
    private @Nullable ApiAnswer attempt(Request request) throws InterruptedException {
        Duration pause = Duration.ZERO;
        try {
            ApiAnswer answer = request.send();
            if (!answer.isTransient()) {
                failures = 0;
                failure = "";
                return answer;
            }
            failure = "the relay says " + answer.reason();
            pause = answer.retryAfter().orElse(pause);
        } catch (IOException e) {
            failure = client.failure(e);
        }
        isCertain = false;
        failures++;
        if (failures == 1) {
            notices.accept(failure + "; the output is kept until it can be sent");
        }
        Thread.sleep(pause.plus(backoff.draw(failures)).toMillis());
        return null;
    }

    /** Another attempt would be of no use. */
    private static final class RefusedException extends Exception {
        private static final long serialVersionUID = 1;

        RefusedException(String why) {
            super(why);
        }
    }
}
