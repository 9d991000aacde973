package dev.fanfare.cli.exec;

import dev.fanfare.cli.api.ApiClient;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/** One run of a command, from its start until its output has arrived. */
public final class StreamedCommand {
    /** How many bytes a journal has at least, so that the largest entries and batches fit. */
    public static final int LEAST_BUFFER = 4 << 20;

    /** How JDKs tell ENOENT: "error=2, …" before 25, "error: 2 (…" since. */
    private static final Pattern MISSING = Pattern.compile("error[=:] ?2\\b");

    /** What a shell ends with where it finds no command, and where it finds one that can't be run. */
    private static final int NOT_FOUND = 127;

    private static final int NOT_RUNNABLE = 126;

    /** How long what the command leaves behind may be silent, with its output open, before it is not listened to any more. */
    private static final Duration SILENCE = Duration.ofSeconds(1);

    private final List<String> command;
    private final Settings settings;
    private final Consumer<String> notices;
    private final Journal journal;
    private final Delivery delivery;
    /** The command, once it runs; what comes before that waits for it. */
    private final CompletableFuture<Child> started = new CompletableFuture<>();
    /** The first signal that came after the command's end. */
    private final CompletableFuture<String> leaving = new CompletableFuture<>();

    private volatile long endedAt;

    /**
     * How a command is streamed.
     *
     * @param id what the process is called
     * @param quiet whether its output is not copied to our own
     * @param longestLine the most bytes of a line, as a JSON string
     * @param buffer how many bytes the journal may take
     * @param patience how long after its end the relay may be away
     */
    public record Settings(String id, Mask mask, boolean quiet, int longestLine, long buffer, Duration patience) {}

    public StreamedCommand(List<String> command, ApiClient client, Settings settings, Consumer<String> notices)
            throws IOException {
        this.command = List.copyOf(command);
        this.settings = settings;
        this.notices = notices;
        this.journal = new Journal(settings.buffer());
        this.delivery = new Delivery(client, settings.id(), UUID.randomUUID().toString(), journal, notices);
    }

    /** Runs it, and returns its exit status. */
    public int run() throws IOException, InterruptedException {
        try (journal) {
            int status = runCommand();
            delivery.end(settings.patience());
            return status;
        }
    }

    private int runCommand() throws IOException, InterruptedException {
        Child child;
        OutputReader output;
        OutputReader errors;
        try (Pipe outputPipe = new Pipe();
                Pipe errorPipe = new Pipe()) {
            output = new OutputReader(
                    outputPipe.output(), copy(FileDescriptor.out), Entry.Kind.OUTPUT, settings, journal, notices);
            errors = new OutputReader(
                    errorPipe.output(), copy(FileDescriptor.err), Entry.Kind.ERROR, settings, journal, notices);
            delivery.start();
            journal.add(List.of(Status.running()));
            try {
                child = Child.start(command, outputPipe, errorPipe);
            } catch (IOException e) {
                return notStarted(e);
            }
        }
        started.complete(child);
        Thread outputThread = thread(output, "output");
        Thread errorThread = thread(errors, "errors");
        int status = child.await();
        join(outputThread, output);
        join(errorThread, errors);
        finish(Status.ended(status));
        return status;
    }

    private int notStarted(IOException cause) throws IOException, InterruptedException {
        boolean isMissing = MISSING.matcher(String.valueOf(cause.getMessage())).find();
        String name = settings.mask().apply(command.get(0));
        String reason = name + (isMissing ? ": there is no such command" : ": can't be run");
        notices.accept(reason);
        finish(Status.failed(reason));
        started.completeExceptionally(cause);
        return isMissing ? NOT_FOUND : NOT_RUNNABLE;
    }

    private void finish(Entry status) throws IOException, InterruptedException {
        endedAt = System.nanoTime();
        journal.finish(status);
    }

    private OutputStream copy(FileDescriptor own) {
        return settings.quiet() ? OutputStream.nullOutputStream() : new FileOutputStream(own);
    }

    private static Thread thread(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    /**
     * Waits for the end of a stream. Where something that the command has left behind holds it open, for its silence, or no longer than that after a signal, as
     * that may write for ever.
     */
    private void join(Thread thread, OutputReader reader) throws InterruptedException {
        while (thread.isAlive() && !reader.isSilent(SILENCE.toNanos())) {
            if (leaving.isDone()) {
                thread.join(SILENCE.toMillis());
                return;
            }
            thread.join(SILENCE.toMillis() / 10);
        }
    }

    /** Passes a signal on to the command, as soon as that runs; once it has ended, a signal ends the wait for the relay. */
    public void signal(String name) {
        boolean early = !started.isDone();
        CompletionStage<Child> start = started;
        start.whenComplete((child, failure) -> {
            if (child == null || !child.isAlive()) {
                end(name);
                return;
            }
            try {
                if (early) {
                    child.signal(name); // it was not there when the keyboard sent it
                } else {
                    child.passOn(name);
                }
            } catch (IOException e) {
                notices.accept("SIG" + name + " can't be passed on: " + e.getMessage());
            }
        });
    }

    /**
     * Ends what is left when the command has ended. The first signal may be the one that has ended it, unless it comes late: the keyboard's reaches the command before us, and what it wrote
     * last and how it ended are told all the same.
     */
    private void end(String signal) {
        boolean isFirst = leaving.complete(signal);
        boolean isLate = journal.isFinished() && System.nanoTime() - endedAt > SILENCE.toNanos();
        if (!isFirst || isLate) {
            delivery.giveUp();
        }
    }
}
