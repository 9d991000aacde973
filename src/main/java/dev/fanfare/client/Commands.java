package dev.fanfare.client;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The commands that wait for a connection or an answer, in the order in which they were given. A connection's end takes those with it that were sent, unless they
 * may be sent again: those that ask, and those with a key.
 */
final class Commands {
    /** How often it is looked whether the time of the oldest is over. */
    private static final Duration LOOK = Duration.ofSeconds(1);

    private final Loop loop;
    private final Budget budget;
    private final long patience;
    private final AtomicLong ids = new AtomicLong();
    private final Map<String, Command> waiting = new LinkedHashMap<>();
    private @Nullable Link link;
    private boolean looking;

    Commands(Loop loop, Budget budget, Duration patience) {
        this.loop = loop;
        this.budget = budget;
        this.patience = patience.toNanos();
    }

    /** What is told of a command's end, on the loop: exactly one of both is there. */
    interface Answer {
        void came(@Nullable Received answer, @Nullable ClientException failure);
    }

    /** A command, whether it has been sent on the connection that is there, and whether on any. */
    private static final class Command {
        final String id;
        final String text;
        final boolean again;
        final long deadline;
        final Answer answer;
        boolean sent;
        boolean everSent;

        Command(String id, String text, boolean again, long deadline, Answer answer) {
            this.id = id;
            this.text = text;
            this.again = again;
            this.deadline = deadline;
            this.answer = answer;
        }
    }

    /**
     * Gives a command of the application's; from any thread.
     *
     * @param again whether it may be sent once more where its answer did not come
     * @param read what its answer says
     */
    <T> CompletableFuture<T> ask(Reconnection client, CommandText command, boolean again, Function<Received, T> read) {
        String id = "#" + ids.incrementAndGet();
        String text = command.string("id", id).end();
        if (!budget.take(text.length())) {
            return CompletableFuture.failedFuture(Budget.exceeded());
        }
        CompletableFuture<T> answered = client.ask(future -> {
            if (client.state() == ClientState.CLOSED) {
                Completion.fail(future, Reconnection.closed());
            } else {
                add(id, text, again, (answer, failure) -> complete(future, answer, failure, read));
            }
        });
        return answered.whenComplete((answer, failure) -> budget.give(text.length()));
    }

    private static <T> void complete(
            CompletableFuture<T> future,
            @Nullable Received answer,
            @Nullable ClientException failure,
            Function<Received, T> read) {
        if (answer == null) {
            Completion.fail(future, failure == null ? Reconnection.closed() : failure);
            return;
        }
        try {
            Completion.complete(future, read.apply(answer));
        } catch (ClientException e) {
            Completion.fail(future, e);
        }
    }

    /** Sends a command of the client's own, which the end of the connection ends; on the loop. */
    void say(CommandText command, Answer answer) {
        String id = "#" + ids.incrementAndGet();
        add(id, command.string("id", id).end(), false, answer);
    }

    /** Sends what is not answered. */
    void tell(CommandText command) {
        if (link != null) {
            link.send(command.end());
        }
    }

    private void add(String id, String text, boolean again, Answer answer) {
        Command command = new Command(id, text, again, loop.nanoTime() + patience, answer);
        waiting.put(id, command);
        send(command);
        if (!looking) {
            looking = true;
            loop.schedule(LOOK, this::look);
        }
    }

    private void send(Command command) {
        if (link != null) {
            command.sent = true;
            command.everSent = true;
            link.send(command.text);
        }
    }

    /** There is a connection. What is given now goes over it, before what waits. */
    void opened(Link opened) {
        link = opened;
    }

    void sendWaiting() {
        List.copyOf(waiting.values()).stream().filter(command -> !command.sent).forEach(this::send);
    }

    void disconnected(boolean tooBig) {
        link = null;
        List<Command> lost = new ArrayList<>();
        for (Iterator<Command> each = waiting.values().iterator(); each.hasNext(); ) {
            Command command = each.next();
            if (command.sent && (!command.again || tooBig)) {
                each.remove();
                lost.add(command);
            }
            command.sent = false;
        }
        ClientException why = tooBig
                ? new ClientException("too_large", "the connection ended since a message was too large")
                : new ClientException("unknown", "the connection ended before the answer");
        lost.forEach(command -> command.answer.came(null, why));
    }

    /** Takes an answer; false where nobody waits for it. */
    boolean answered(Received answer) {
        Command command = waiting.remove(String.valueOf(answer.id));
        if (command == null) {
            return false;
        }
        if (answer.type.equals("error")) {
            command.answer.came(null, answer.error());
        } else {
            command.answer.came(answer, null);
        }
        return true;
    }

    void closed(ClientException why) {
        List<Command> lost = List.copyOf(waiting.values());
        waiting.clear();
        lost.forEach(command -> command.answer.came(null, why));
    }

    /** All have the same patience, so the oldest is over first. */
    private void look() {
        looking = false;
        for (Command oldest = oldest(); oldest != null && oldest.deadline - loop.nanoTime() <= 0; oldest = oldest()) {
            waiting.remove(oldest.id);
            oldest.answer.came(
                    null,
                    oldest.everSent
                            ? new ClientException("unknown", "no answer came in time")
                            : new ClientException("offline", "there was no connection in time"));
        }
        if (!waiting.isEmpty() && !looking) {
            looking = true;
            loop.schedule(LOOK, this::look);
        }
    }

    private @Nullable Command oldest() {
        Iterator<Command> first = waiting.values().iterator();
        return first.hasNext() ? first.next() : null;
    }
}
