package dev.fanfare.client;

import java.util.concurrent.ThreadFactory;

/** Makes threads that do not keep the JVM running. */
record DaemonThreads(String name) implements ThreadFactory {
    @Override
    public Thread newThread(Runnable task) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }
}
