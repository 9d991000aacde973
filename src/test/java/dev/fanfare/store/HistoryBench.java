package dev.fanfare.store;

import dev.fanfare.protocol.ChannelName;
import dev.fanfare.protocol.Message;
import dev.fanfare.protocol.ProtocolException;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/** A history under test: asked from the test's thread, in a time that passes when it is told to. */
public interface HistoryBench {
    /** Asks on the history's event loop, and waits for the answer. */
    <T> T ask(Function<History, Future<T>> question) throws ProtocolException;

    /** Tells it something on its event loop, before whatever is asked next. */
    void tell(Consumer<History> word);

    /** So much time passes; a little more may. */
    void pass(Duration time);

    /** From now on what is fed of a channel is gathered. */
    void listen(ChannelName channel);

    /** What was fed of the channel, as soon as it is so many messages. */
    List<Message> fed(ChannelName channel, int atLeast);
}
