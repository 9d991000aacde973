package dev.fanfare.cli.publish;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Reader;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * Lines in batches, as they come. They are read on a thread of its own: who reads can't tell half a line in a pipe from a whole one, and waits for its end.
 */
public final class Lines {
    private static final int MOST_LINES = 1000;
    private static final int MOST_CHARACTERS = 256 * 1024;
    private static final int END = 0;

    /**
     * A line.
     *
     * @param number from 1
     * @param text without its end
     */
    public record Line(int number, String text) {}

    private final BufferedReader in;
    private final BlockingQueue<Line> queue = new ArrayBlockingQueue<>(MOST_LINES);
    private volatile @Nullable IOException failure;
    private boolean ended;

    /** Begins to read. */
    public Lines(Reader in) {
        this.in = new BufferedReader(in);
        Thread thread = new Thread(this::read, "lines");
        thread.setDaemon(true);
        thread.start();
    }

    private void read() {
        try {
            try {
                int number = 0;
                for (String text = in.readLine(); text != null; text = in.readLine()) {
                    number++;
                    queue.put(new Line(number, text));
                }
            } catch (IOException e) {
                failure = e;
            }
            queue.put(new Line(END, ""));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // nobody does
        }
    }

    /**
     * Waits for a line, and takes those that have come with it: none at the end.
     *
     * @throws IOException where the end is a failure
     */
    public List<Line> next() throws IOException, InterruptedException {
        List<Line> batch = new ArrayList<>();
        int size = 0;
        if (!ended) {
            Line line = queue.take();
            while (line != null && line.number() != END) {
                batch.add(line);
                size += line.text().length();
                line = batch.size() == MOST_LINES || size >= MOST_CHARACTERS ? null : queue.poll();
            }
            ended = line != null && line.number() == END;
        }
        IOException why = failure;
        if (batch.isEmpty() && why != null) {
            throw why;
        }
        return batch;
    }
}
