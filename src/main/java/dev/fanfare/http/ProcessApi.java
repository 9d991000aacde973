package dev.fanfare.http;

import dev.fanfare.auth.ChannelAuthorizer.Action;
import dev.fanfare.bus.Receipt;
import dev.fanfare.bus.Submission;
import dev.fanfare.protocol.ChannelName;
import dev.fanfare.protocol.JsonFields;
import dev.fanfare.protocol.MessageType;
import dev.fanfare.protocol.ProcessId;
import dev.fanfare.protocol.ProcessLine;
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
        for (JsonFields fields : call.fields(Set.of("lines")).objects("lines", ProcessLine.FIELDS, MOST_LINES)) {
            int number = lines.size();
            try {
                ProcessLine line = ProcessLine.of(fields);
                Publication publication = new Publication(channel, line.type(), line.payload(), System.nanoTime());
                Submission submission = new Submission(publication, key == null ? null : key + ':' + number);
                publisher.check(submission);
                lines.add(submission);
            } catch (ProtocolException e) {
                throw new ProtocolException(e.code(), "'lines[" + number + "]': " + e.sentence());
            }
        }
        return call.allows(Action.PUBLISH, channel)
                .compose(allowed -> publisher.batch(lines, true).publish())
                .compose(ProcessApi::published);
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
