package dev.fanfare.hub;

import dev.fanfare.bus.Acknowledgement;
import dev.fanfare.bus.Addresses;
import dev.fanfare.bus.Bus;
import dev.fanfare.bus.Resume;
import dev.fanfare.protocol.Append;
import dev.fanfare.protocol.ConsumerName;
import dev.fanfare.protocol.HistoryPage;
import dev.fanfare.protocol.HistoryQuery;
import dev.fanfare.protocol.Position;
import dev.fanfare.protocol.Retention;
import dev.fanfare.store.History;
import io.vertx.core.Future;

/** The histories that the bridge keeps. */
record RemoteHistory(Bus bus) implements History {
    @Override
    public Future<Position> append(Append append) {
        return bus.ask(Addresses.APPEND, append);
    }

    @Override
    public Future<HistoryPage> read(HistoryQuery query) {
        return bus.ask(Addresses.HISTORY, query);
    }

    @Override
    public Future<Position> resume(ConsumerName consumer, Retention retention) {
        return bus.ask(Addresses.RESUME, new Resume(consumer, retention));
    }

    @Override
    public void acknowledge(ConsumerName consumer, Position position) {
        bus.send(Addresses.ACKNOWLEDGE, new Acknowledgement(consumer, position));
    }
}
