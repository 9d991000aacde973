package dev.fanfare.http;

import dev.fanfare.bus.Receipt;
import dev.fanfare.bus.Submission;
import dev.fanfare.protocol.Append;
import dev.fanfare.protocol.ChannelName;
import dev.fanfare.protocol.JsonFields;
import dev.fanfare.protocol.MessageType;
import dev.fanfare.protocol.ProtocolException;
import dev.fanfare.protocol.Publication;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Publishing by HTTP: a message, several, and to everybody. */
final class PublishingApi {
    /** The most messages of a batch. */
    static final int MOST_MESSAGES = 1_000;

    private static final Set<String> FIELDS = Set.of("channel", "data", "key");

    private final KeyPublisher publisher;
    private final int one;
    private final int many;

    /**
     * @param one how large a body with one message may be, in bytes
     * @param many and with several
     */
    PublishingApi(KeyPublisher publisher, int one, int many) {
        this.publisher = publisher;
        this.one = one;
        this.many = many;
    }

    void mount(ApiRoutes routes) {
        routes.post("/publish", one, this::publish);
        routes.post("/publish/batch", many, this::batch);
        routes.post("/broadcast", one, this::broadcast);
    }

    private Future<Buffer> publish(ApiCall call) throws ProtocolException {
        return publisher
                .publish(call, message(call.fields(FIELDS), call.idempotencyKey()))
                .map(PublishingApi::answer);
    }

    private Future<Buffer> broadcast(ApiCall call) throws ProtocolException {
        Publication publication = new Publication(
                null, MessageType.EVENT, call.fields(Set.of("data")).data("data"), System.nanoTime());
        return publisher
                .publish(call, new Submission(publication, call.idempotencyKey()))
                .map(PublishingApi::answer);
    }

    private static Buffer answer(Receipt receipt) {
        return KeyPublisher.json(receipt).toBuffer();
    }

    private static Submission message(JsonFields fields, @Nullable String requestKey) throws ProtocolException {
        ChannelName channel = ChannelName.parse(fields.text("channel"));
        String key = fields.optionalText("key");
        if (key != null && !Append.isKey(key)) {
            throw ApiCall.bad(Append.KEY_RULE);
        }
        if (key != null && requestKey != null) {
            throw ApiCall.bad("there is a 'key' beside the 'Idempotency-Key'");
        }
        return new Submission(
                new Publication(channel, MessageType.EVENT, fields.data("data"), System.nanoTime()),
                key == null ? requestKey : key);
    }

    private Future<Buffer> batch(ApiCall call) throws ProtocolException {
        List<JsonFields> messages = call.fields(Set.of("messages")).objects("messages", FIELDS, MOST_MESSAGES);
        String key = call.idempotencyKey();
        List<Future<Submission>> checked = IntStream.range(0, messages.size())
                .mapToObj(i -> checked(call, messages.get(i), key == null ? null : key + ':' + i))
                .toList();
        return Future.join(checked).transform(all -> {
            List<Submission> allowed = checked.stream()
                    .filter(Future::succeeded)
                    .map(Future::result)
                    .toList();
            return publisher.batch(allowed, false).publish().map(outcomes -> results(checked, outcomes));
        });
    }

    private Future<Submission> checked(ApiCall call, JsonFields fields, @Nullable String requestKey) {
        try {
            Submission submission = message(fields, requestKey);
            return publisher.allows(call, submission).map(submission);
        } catch (ProtocolException e) {
            return Future.failedFuture(e);
        }
    }

    private static Buffer results(List<Future<Submission>> checked, List<Future<Receipt>> outcomes) {
        Iterator<Future<Receipt>> next = outcomes.iterator();
        List<JsonObject> results = new ArrayList<>();
        for (Future<Submission> each : checked) {
            Future<Receipt> outcome = each.succeeded() ? next.next() : Future.failedFuture(each.cause());
            results.add(outcome.succeeded() ? KeyPublisher.json(outcome.result()) : error(outcome.cause()));
        }
        return new JsonObject().put("results", new JsonArray(results)).toBuffer();
    }

    private static JsonObject error(Throwable cause) {
        ProtocolException error = ProtocolException.of(cause, "it is not known what became of it");
        return new JsonObject()
                .put("error", new JsonObject().put("code", error.code().word()).put("detail", error.sentence()));
    }
}
