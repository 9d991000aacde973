package dev.fanfare.cli.exec;

import dev.fanfare.cli.api.JsonSize;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * The entries of a process, in a temporary file of its user that is used as a ring. What is confirmed stays until the room is needed, so that it can be
 * told again; who adds while all of the room is taken by what is not confirmed waits. One thread takes, others add.
 */
final class Journal implements AutoCloseable {
    private static final int HEADER = 1 + Integer.BYTES;
    /** More than the largest entry. */
    private static final int WINDOW = 1 << 20;

    private final Path path;
    private final FileChannel file;
    private final long capacity;
    // Places in what was ever written, and how many lines stand before them.
    private long oldest;
    private long confirmed;
    private long taken;
    private long end;
    private long confirmedLines;
    private long takenLines;
    private long oldestLines;
    private long lines;
    private boolean finished;
    private boolean abandoned;
    /** Whether something was not added, as it was abandoned. */
    private boolean incomplete;

    Journal(long capacity) throws IOException {
        this.capacity = capacity;
        this.path = Files.createTempFile("fanfare-exec", ".journal");
        this.file = FileChannel.open(
                path, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.DELETE_ON_CLOSE);
    }

    /** Adds entries, when there is room for them; does nothing once it is finished or abandoned. */
    synchronized void add(List<Entry> added) throws IOException, InterruptedException {
        for (Entry entry : added) {
            byte[] text = entry.text().getBytes(StandardCharsets.UTF_8);
            ByteBuffer record = ByteBuffer.allocate(HEADER + text.length)
                    .put(entry.kind().code())
                    .putInt(text.length)
                    .put(text)
                    .flip();
            while (!finished && !abandoned && end + record.limit() - confirmed > capacity) {
                wait();
            }
            if (finished || abandoned) {
                incomplete |= abandoned;
                return;
            }
            while (end + record.limit() - oldest > capacity) {
                ByteBuffer header = read(oldest, HEADER);
                oldest += HEADER + header.getInt(1);
                oldestLines += linesOf(Entry.Kind.of(header.get(0)));
            }
            write(record);
            lines += linesOf(entry.kind());
            notifyAll();
        }
    }

    /** Adds the last entry: none comes behind it, from whomever. */
    synchronized void finish(Entry last) throws IOException, InterruptedException {
        add(List.of(last));
        finished = true;
        notifyAll();
    }

    synchronized boolean isFinished() {
        return finished;
    }

    /** Nobody takes any more, and nobody has to wait for room. */
    synchronized void abandon() {
        abandoned = true;
        notifyAll();
    }

    /** Waits for the next entries: lines up to a number and a size as JSON, but one at least, or a single status. Empty at the end. */
    synchronized List<Entry> take(int mostLines, int mostBytes) throws IOException, InterruptedException {
        while (taken == end && !finished && !abandoned) {
            wait();
        }
        List<Entry> batch = new ArrayList<>();
        if (abandoned) {
            return batch;
        }
        ByteBuffer window = read(taken, (int) Math.min(WINDOW, end - taken));
        int size = 0;
        while (window.remaining() >= HEADER && batch.size() < mostLines) {
            int length = window.getInt(window.position() + 1);
            if (window.remaining() < HEADER + length) {
                break;
            }
            Entry.Kind kind = Entry.Kind.of(window.get(window.position()));
            String text = StandardCharsets.UTF_8
                    .decode(window.slice(window.position() + HEADER, length))
                    .toString();
            size += JsonSize.of(text);
            boolean isStatus = kind == Entry.Kind.STATUS;
            if (!batch.isEmpty() && (isStatus || size > mostBytes)) {
                break;
            }
            batch.add(new Entry(kind, text));
            window.position(window.position() + HEADER + length);
            if (isStatus) {
                break;
            }
        }
        taken += window.position();
        takenLines += batch.stream().mapToLong(entry -> linesOf(entry.kind())).sum();
        return batch;
    }

    /** What was taken has arrived. */
    synchronized void confirm() {
        confirmed = taken;
        confirmedLines = takenLines;
        notifyAll();
    }

    /** All that is still there is to be taken once more. */
    synchronized void rewind() {
        taken = oldest;
        takenLines = oldestLines;
        confirm();
    }

    /** Whether all is confirmed, up to the last entry. */
    synchronized boolean isDone() {
        return finished && !incomplete && confirmed == end;
    }

    /** How many lines are not confirmed. */
    synchronized long unconfirmed() {
        return lines - confirmedLines;
    }

    private static int linesOf(Entry.Kind kind) {
        return kind == Entry.Kind.STATUS ? 0 : 1;
    }

    private ByteBuffer read(long from, int length) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(length);
        while (buffer.hasRemaining()) {
            long place = (from + buffer.position()) % capacity;
            buffer.limit((int) Math.min(length, buffer.position() + capacity - place));
            if (file.read(buffer, place) < 0) {
                throw new IOException(path + " was cut off");
            }
            buffer.limit(length);
        }
        return buffer.flip();
    }

    private void write(ByteBuffer record) throws IOException {
        int length = record.limit();
        while (record.hasRemaining()) {
            long place = (end + record.position()) % capacity;
            record.limit((int) Math.min(length, record.position() + capacity - place));
            file.write(record, place);
            record.limit(length);
        }
        end += length;
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
