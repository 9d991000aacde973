package dev.fanfare.cli.exec;

import dev.fanfare.cli.api.ApiAnswer;
import dev.fanfare.cli.api.ApiClient;
import dev.fanfare.cli.api.JsonText;
import io.github.bucket4j.Bucket;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Sends what is in the journal, one request at a time, each until it is confirmed: in order, and with a key by which the relay knows a repetition.
 *
 * <p>A relay without Redis loses its histories with its memory. So where an answer may have come from another life of it (the one before failed, or is a while ago) the
 * history is looked at before more is sent; and where it has begun anew, all that the journal still has is sent again, as its beginning.
 */
final class Delivery implements Runnable {
    private static final int MOST_LINES = 1000;
    private static final int MOST_BYTES = 256 * 1024;
    /** No relay starts within this time. */
    private static final Duration ONE_LIFE = Duration.ofMillis(200);

    private final ApiClient client;
    private final String id;
    private final String run;
    private final Journal journal;
    private final Duration patience;
    private final Notices notices;
    private final Backoff backoff =
            new Backoff(() -> ThreadLocalRandom.current().nextDouble());
    private final CountDownLatch givenUp = new CountDownLatch(1);
    /** Histories that push each other out of a relay's memory must not do so for ever. */
    private final Bucket beginnings = Bucket.builder()
            .addLimit(limit -> limit.capacity(10).refillGreedy(1, Duration.ofMinutes(1)))
            .build();

    private volatile long deadline = Long.MAX_VALUE;
    private @Nullable String epoch;
    private long answeredAt;
    private boolean isCertain = true;
    private boolean isAway;
    private int batches;

    /**
     * @param run what no other run is called
     * @param patience how long after the end of the command the relay may be away
     */
    Delivery(ApiClient client, String id, String run, Journal journal, Duration patience, Notices notices) {
        this.client = client;
        this.id = id;
        this.run = run;
        this.journal = journal;
        this.patience = patience;
        this.notices = notices;
    }

    /** The command has ended, and all is in the journal. */
    void commandEnded() {
        deadline = System.nanoTime() + patience.toNanos();
    }

    /** What is not sent yet is not to be sent any more. */
    void giveUp() {
        givenUp.countDown();
        journal.abandon();
    }

    @Override
    public void run() {
        try {
            List<Entry> batch = journal.take(MOST_LINES, MOST_BYTES);
            while (!batch.isEmpty()) {
                deliver(batch);
                batch = journal.take(MOST_LINES, MOST_BYTES);
            }
        } catch (RefusedException e) {
            journal.abandon();
            notices.say("the output is not streamed: " + e.getMessage());
        } catch (IOException e) {
            journal.abandon();
            notices.say("the output is not streamed: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            // Whatever it is, the command must not wait for room for ever.
            journal.abandon();
            notices.say("the output is not streamed: " + e.getClass().getSimpleName());
        }
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
                return;
            }
        }
    }

    private static boolean isStatus(List<Entry> batch) {
        return batch.get(0).kind() == Entry.Kind.STATUS;
    }

    private static String lines(List<Entry> batch) {
        return batch.stream()
                .map(line -> "{\"data\":" + JsonText.quote(line.text())
                        + (line.kind() == Entry.Kind.ERROR ? ",\"stream\":\"stderr\"}" : "}"))
                .collect(Collectors.joining(",", "{\"lines\":[", "]}"));
    }

    /** Whether the relay has forgotten what it had confirmed, and may be told once more. */
    private boolean hasBegunAnew() throws InterruptedException, RefusedException {
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
            notices.say("the relay forgets again and again what it was told; from here on it is told nothing twice");
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
    private @Nullable ApiAnswer attempt(Request request) throws InterruptedException, RefusedException {
        Duration pause;
        String why;
        try {
            ApiAnswer answer = request.send();
            if (!answer.isTransient()) {
                backoff.reset();
                isAway = false;
                return answer;
            }
            why = "the relay says " + answer.reason();
            pause = answer.retryAfter().orElse(Duration.ZERO);
        } catch (IOException e) {
            why = client.failure(e);
            pause = Duration.ZERO;
        }
        isCertain = false;
        if (!isAway) {
            isAway = true;
            notices.say(why + "; the output is kept until it can be sent");
        }
        await(pause.plus(backoff.next()), why);
        return null;
    }

    private void await(Duration pause, String why) throws InterruptedException, RefusedException {
        long most = Math.min(pause.toNanos(), deadline - System.nanoTime());
        if (most <= 0 || givenUp.await(most, TimeUnit.NANOSECONDS)) {
            throw new RefusedException(why + "; " + journal.unconfirmed() + " lines were not sent");
        }
    }

    /** Another attempt would be of no use. */
    private static final class RefusedException extends Exception {
        private static final long serialVersionUID = 1;

        RefusedException(String why) {
            super(why);
        }
    }
}
