package dev.fanfare.hub;

import dev.fanfare.protocol.Append;
import dev.fanfare.protocol.ConsumerName;
import dev.fanfare.protocol.HistoryPage;
import dev.fanfare.protocol.HistoryQuery;
import dev.fanfare.protocol.Position;
import dev.fanfare.protocol.Retention;
import dev.fanfare.store.History;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.Queue;

/** A history whose answers come when the test says so, in the order of what was asked. */
final class ScriptedHistory implements History {
    /** What was asked and is not answered. */
    record Asked(HistoryQuery query, Promise<HistoryPage> answer) {}

    final Queue<Asked> reads = new ArrayDeque<>();

    @Override
    public Future<Position> append(Append append) {
        throw new AssertionError("nothing is appended here");
    }

    @Override
    public Future<HistoryPage> read(HistoryQuery query) {
        Promise<HistoryPage> answer = Promise.promise();
        reads.add(new Asked(query, answer));
        return answer.future();
    }

    @Override
    public Future<Position> resume(ConsumerName consumer, Retention retention) {
        throw new AssertionError("nobody acknowledges here");
    }

    @Override
    public void acknowledge(ConsumerName consumer, Position position) {
        throw new AssertionError("nobody acknowledges here");
    }
}
