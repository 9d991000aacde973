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

/**
 * Another history, of which only so many parts are read at a time: when all channels are looked at at once, or many come back to many channels, what is read is
 * not all in memory together, and nobody waits for so long that it is too late. Belongs to the hub's event loop.
 */
final class BoundedHistory implements History {
    private static final int MOST = 64;

    private final History history;
    private final Queue<Waiting> waiting = new ArrayDeque<>();
    private int underWay;

    private record Waiting(HistoryQuery query, Promise<HistoryPage> answer) {}

    BoundedHistory(History history) {
        this.history = history;
    }

    @Override
    public Future<HistoryPage> read(HistoryQuery query) {
        if (underWay >= MOST) {
            Promise<HistoryPage> answer = Promise.promise();
            waiting.add(new Waiting(query, answer));
            return answer.future();
        }
        underWay++;
        return history.read(query).onComplete(read -> {
            underWay--;
            Waiting next = waiting.poll();
            if (next != null) {
                read(next.query()).onComplete(next.answer());
            }
        });
    }

    @Override
    public Future<Position> append(Append append) {
        return history.append(append);
    }

    @Override
    public Future<Position> resume(ConsumerName consumer, Retention retention) {
        return history.resume(consumer, retention);
    }

    @Override
    public void acknowledge(ConsumerName consumer, Position position) {
        history.acknowledge(consumer, position);
    }
}
