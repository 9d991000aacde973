package dev.fanfare.http;

import dev.fanfare.auth.ChannelAuthorizer.Action;
import dev.fanfare.bus.Receipt;
import dev.fanfare.bus.Submission;
import dev.fanfare.protocol.ChannelName;
import dev.fanfare.protocol.JsonFields;
import dev.fanfare.protocol.MessageType;
import dev.fanfare.protocol.ProcessId;
import dev.fanfare.protocol.ProcessStatus;
import dev.fanfare.protocol.ProtocolException;
import dev.fanfare.protocol.Publication;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** What a process writes, and what becomes of it, by HTTP. */
final class ProcessApi {
    private static final int MOST_LINES = 1_000;
    private static final Set<String> LINE = Set.of("data", "stream");

    private final KeyPublisher publisher;
    private final int many;

    /** @param many how large a body with several lines may be, in bytes */
    ProcessApi(KeyPublisher publisher, int many) {
        this.publisher = publisher;
        this.many = many;
    }

    void mount(ApiRoutes routes) {
        routes.post("/processes/:id/output", many, this::output);
        routes.post("/processes/:id/status", Api.MOST_BYTES, this::status);
    }

    private static ChannelName channel(ApiCall call) throws ProtocolException {
        return ChannelName.ofProcess(ProcessId.parse(call.part("id")));
    }

    private Future<Buffer> output(ApiCall call) throws ProtocolException {
        ChannelName channel = channel(call);
        String key = call.idempotencyKey();
        List<Submission> lines = new ArrayList<>();
        for (JsonFields line : call.fields(Set.of("lines")).objects("lines", LINE, MOST_LINES)) {
            Publication publication = new Publication(channel, type(line), line.quoted("data"), System.nanoTime());
            Submission submission = new Submission(publication, key == null ? null : key + ':' + lines.size());
            publisher.check(submission);
            lines.add(submission);
        }
        return call.allows(Action.PUBLISH, channel)
                .compose(allowed -> publisher.batch(lines, true).publish())
                .compose(ProcessApi::published);
    }

    private static MessageType type(JsonFields line) throws ProtocolException {
        String stream = line.optionalText("stream");
        if (stream == null || stream.equals(MessageType.PROCESS_OUTPUT.stream())) {
            return MessageType.PROCESS_OUTPUT;
        }
        if (stream.equals(MessageType.PROCESS_ERROR.stream())) {
            return MessageType.PROCESS_ERROR;
        }
        throw ApiCall.bad("'stream' is stdout or stderr");
    }

    /** All of them, or the first failure. */
    private static Future<Buffer> published(List<Future<Receipt>> outcomes) {
        return Future.all(outcomes).map(all -> {
            Receipt last = outcomes.get(outcomes.size() - 1).result();
            JsonObject json = new JsonObject().put("published", outcomes.size());
            return KeyPublisher.at(json, last.position()).toBuffer();
        });
    }

    private Future<Buffer> status(ApiCall call) throws ProtocolException {
        ProcessStatus status = ProcessStatus.of(call.fields(ProcessStatus.FIELDS));
        Publication publication =
                new Publication(channel(call), MessageType.PROCESS_STATUS, status.payload(), System.nanoTime());
        return publisher
                .publish(call, new Submission(publication, call.idempotencyKey()))
                .map(receipt -> KeyPublisher.json(receipt).toBuffer());
    }
}
