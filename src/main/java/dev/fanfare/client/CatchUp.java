package dev.fanfare.client;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The reading of a history in pages, from where a subscription has got to what is newest, for where that is too much for one answer, or not all there any more. A page is asked
 * for when the callbacks have dealt with the one before.
 */
final class CatchUp {
    private final Subscriptions all;
    private final String channel;
    private final Progress progress;
    private final Consumer<@Nullable ClientException> done;
    private boolean cancelled;

    /** @param done told once that the newest was read, or what was in the way; not at all where it is cancelled */
    CatchUp(Subscriptions all, String channel, Progress progress, Consumer<@Nullable ClientException> done) {
        this.all = all;
        this.channel = channel;
        this.progress = progress;
        this.done = done;
    }

    void cancel() {
        cancelled = true;
    }

    /** Reads the page that comes next. */
    void read() {
        if (cancelled) {
            return;
        }
        CommandText command = CommandText.command("history")
                .string("channel", channel)
                .position("since", progress.place())
                .json("limit", HistoryQuery.MOST);
        all.commands().say(command, this::page);
    }

    private void page(@Nullable Received page, @Nullable ClientException failure) {
        if (cancelled) {
            return;
        }
        Position newest = page == null ? null : page.position();
        if (page == null || newest == null) {
            done.accept(failure);
            return;
        }
        Position first =
                page.messages.isEmpty() ? newest : new Position(newest.epoch(), page.messages.get(0).offset - 1);
        if (!progress.reaches(first)) {
            progress.lose(first);
        }
        page.messages.forEach(each -> progress.hand(each, newest));
        if (progress.reaches(newest)) {
            done.accept(null);
        } else {
            all.callbacks().run(() -> JdkLink.tell(all.loop(), this::read));
        }
    }
}
