package dev.fanfare.cli.listen;

import dev.fanfare.client.ClientBuilder;
import dev.fanfare.client.HistoryPage;
import dev.fanfare.client.HistoryQuery;
import dev.fanfare.client.Message;
import dev.fanfare.client.Position;
import dev.fanfare.client.RawClient;
import dev.fanfare.client.ReconnectingClient;
import dev.fanfare.client.SubscribeOptions;
import java.net.URI;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Gives what is published to a printer, until that has ended. */
public final class Listener {
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

    private final URI address;
    private final Optional<String> token;
    private final Printer printer;
    private final Consumer<String> notices;

    /** @param notices is told what happens beside the messages, a line each */
    public Listener(URI address, Optional<String> token, Printer printer, Consumer<String> notices) {
        this.address = address;
        this.token = token;
        this.printer = printer;
        this.notices = notices;
    }

    /**
     * Listens to channels.
     *
     * @param channels each of them once
     * @param json whether all of a message is printed, or its data
     * @param last how many messages of the history come first
     * @param from behind which position it begins
     * @throws ExecutionException where the server does not allow it, or has ended it
     */
    public void listen(List<String> channels, boolean json, Optional<Integer> last, Optional<Position> from)
            throws ExecutionException, InterruptedException {
        Consumer<Message> print = message -> printer.print(oneLine(json ? message.json() : message.data()));
        try (ReconnectingClient client =
                with(ReconnectingClient.builder(address)).build()) {
            CompletableFuture<?>[] ends = new CompletableFuture<?>[channels.size() + 1];
            ends[channels.size()] = client.ended();
            for (int i = 0; i < channels.size(); i++) {
                String channel = channels.get(i);
                Position start = last.isPresent() ? printLast(client, channel, last.get(), print) : from.orElse(null);
                SubscribeOptions options = SubscribeOptions.DEFAULT.onLost(
                        loss -> notices.accept("messages of " + loss.channel() + " are lost"));
                ends[i] = client.subscribe(channel, start == null ? options : options.from(start), print)
                        .ended();
            }
            await(ends);
        }
    }

    /** Prints the end of a history, and returns the position to go on behind. */
    private @Nullable Position printLast(ReconnectingClient client, String channel, int count, Consumer<Message> print)
            throws ExecutionException, InterruptedException {
        CompletableFuture<HistoryPage> asked = client.history(channel, HistoryQuery.newest(count));
        await(asked);
        if (!asked.isDone()) {
            return null; // the printer has ended
        }
        HistoryPage page = asked.get();
        for (int i = page.messages().size() - 1; i >= 0; i--) {
            print.accept(page.messages().get(i));
        }
        return page.messages().isEmpty() ? null : page.newest();
    }

    /** Listens to the raw sockets of an address; throws as {@link #listen}. */
    public void listenRaw() throws ExecutionException, InterruptedException {
        try (RawClient client = with(RawClient.builder(address))
                .onText(printer::print)
                .onBinary(bytes -> printer.print(Base64.getEncoder().encodeToString(bytes)))
                .build()) {
            await(client.ended());
        }
    }

    private <B extends ClientBuilder<B>> B with(B builder) {
        token.ifPresent(builder::token);
        // Whoever looks at a terminal waits for it.
        return builder.maxBackoff(LONGEST_PAUSE)
                .onError(failure -> notices.accept(String.valueOf(failure.getMessage())))
                .onDisconnect(end -> end.retryIn()
                        .ifPresent(pause -> notices.accept("cut off (" + end.code() + " " + end.reason()
                                + "), again in " + pause.toMillis() + " ms")));
    }

    /** Waits for the end of the printer; or for the first end of anything else, which throws where that failed. */
    private void await(CompletableFuture<?>... ends) throws ExecutionException, InterruptedException {
        CompletableFuture.anyOf(CompletableFuture.anyOf(ends), printer.ended()).get();
    }

    /** Outside of strings, where they are escaped, line ends in JSON are space. */
    private static String oneLine(String json) {
        return json.replace('\n', ' ').replace('\r', ' ');
    }
}
