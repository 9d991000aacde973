package dev.fanfare.client;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Completes the application's futures on a thread of the JDK's common pool, where what hangs on them keeps nobody else waiting. */
final class Completion {
    private Completion() {}

    static <T> void complete(CompletableFuture<T> future, T value) {
        future.defaultExecutor().execute(() -> future.complete(value));
    }

    /** Completes a future, or fails it where there is a failure. */
    static void settle(CompletableFuture<Void> future, @Nullable Throwable failure) {
        if (failure == null) {
            future.completeAsync(() -> null);
        } else {
            fail(future, failure);
        }
    }

    static void fail(CompletableFuture<?> future, Throwable failure) {
        future.defaultExecutor().execute(() -> future.completeExceptionally(failure));
    }
}
