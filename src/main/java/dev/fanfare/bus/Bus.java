package dev.fanfare.bus;

import dev.fanfare.protocol.ErrorCode;
import dev.fanfare.protocol.ProtocolException;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageCodec;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.tracing.TracingPolicy;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The event bus with typed addresses. Messages are delivered on the context of whoever consumes them. Vert.x has no
 * back-pressure here: whoever sends is bounded by {@link Credit}.
 */
public final class Bus {
    /** What fails so is an answer: its text is the code, and the sentence. */
    private static final int REFUSED = 1;

    private static final DeliveryOptions OPTIONS = new DeliveryOptions()
            .setCodecName(ByReference.NAME)
            .setLocalOnly(true)
            .setTracingPolicy(TracingPolicy.IGNORE);

    private final EventBus events;

    private Bus(EventBus events) {
        this.events = events;
    }

    /**
     * The bus of an instance.
     *
     * @throws IllegalStateException where {@code vertx} already has one: two instances would take each other's messages
     */
    public static Bus of(Vertx vertx) {
        try {
            vertx.eventBus().registerCodec(new ByReference());
        } catch (IllegalStateException e) {
            throw new IllegalStateException("this Vert.x runs an instance of Fanfare already", e);
        }
        return new Bus(vertx.eventBus());
    }

    /** Ends the use of this bus, so that another instance may have one. */
    public void close() {
        events.unregisterCodec(ByReference.NAME);
    }

    /** Sends to the one consumer of the address. */
    public <T> void send(Address<T> address, T message) {
        events.send(address.name(), message, OPTIONS);
    }

    /** Sends to every consumer of the address. */
    public <T> void publish(Address<T> address, T message) {
        events.publish(address.name(), message, OPTIONS);
    }

    /** Consumes on the calling verticle's context, for as long as it is deployed. */
    public <T> void consume(Address<T> address, Consumer<T> consumer) {
        Handler<Message<T>> handler = message -> consumer.accept(message.body());
        events.localConsumer(address.name(), handler);
    }

    /**
     * Asks whoever answers there; fails where nobody does in time, and with a {@link ProtocolException} where the answer is one.
     */
    public <Q, A> Future<A> ask(Service<Q, A> service, Q question) {
        DeliveryOptions options = new DeliveryOptions(OPTIONS).setSendTimeout(service.patience());
        return events.<A>request(service.name(), question, options)
                .map(Message::body)
                .recover(cause -> Future.failedFuture(original(cause)));
    }

    private static Throwable original(Throwable cause) {
        if (!(cause instanceof ReplyException reply) || reply.failureCode() != REFUSED) {
            return cause;
        }
        String[] parts = String.valueOf(reply.getMessage()).split(" ", 2);
        return new ProtocolException(ErrorCode.valueOf(parts[0]), parts[1]);
    }

    /** Answers questions on the calling verticle's context, for as long as it is deployed. */
    public <Q, A> void answer(Service<Q, A> service, Function<Q, Future<A>> answers) {
        Handler<Message<Q>> handler = question -> answers.apply(question.body())
                .onSuccess(answer -> question.reply(answer, OPTIONS))
                .onFailure(cause -> fail(question, cause));
        events.localConsumer(service.name(), handler);
    }

    private static void fail(Message<?> question, Throwable cause) {
        if (cause instanceof ProtocolException refused) {
            question.fail(REFUSED, refused.code().name() + ' ' + refused.sentence());
        } else {
            question.fail(0, cause.getMessage());
        }
    }

    /** Passes objects as they are: they are immutable, and never leave the process. */
    private static final class ByReference implements MessageCodec<Object, Object> {
        static final String NAME = "fanfare";

        @Override
        public Object transform(Object message) {
            return message;
        }

        @Override
        public void encodeToWire(Buffer buffer, Object message) {
            throw new UnsupportedOperationException("the event bus is local");
        }

        @Override
        public Object decodeFromWire(int position, Buffer buffer) {
            throw new UnsupportedOperationException("the event bus is local");
        }

        @Override
        public String name() {
            return NAME;
        }

        @Override
        public byte systemCodecID() {
            return -1;
        }
    }
}
