package dev.fanfare.cli.exec;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Reads one stream of a process to its end: copies it byte by byte, and adds its lines to the journal. */
final class OutputReader implements Runnable {
    private static final int CHUNK = 64 * 1024;
    private static final long NOT_READING = Long.MAX_VALUE;

    private final InputStream in;
    private final OutputStream copy;
    private final Entry.Kind kind;
    private final Journal journal;
    private final Consumer<String> notices;
    private final List<Entry> lines = new ArrayList<>();
    private final LineCutter cutter;
    private final CharsetDecoder decoder = StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPLACE)
            .onUnmappableCharacter(CodingErrorAction.REPLACE);
    private boolean copying = true;
    private volatile long readingSince = NOT_READING;

    OutputReader(
            InputStream in,
            OutputStream copy,
            Entry.Kind kind,
            StreamedCommand.Settings settings,
            Journal journal,
            Consumer<String> notices) {
        this.in = in;
        this.copy = copy;
        this.kind = kind;
        this.journal = journal;
        this.notices = notices;
        this.cutter = new LineCutter(settings.mask(), settings.longestLine(), line -> lines.add(new Entry(kind, line)));
    }

    @Override
    public void run() {
        byte[] chunk = new byte[CHUNK];
        ByteBuffer bytes = ByteBuffer.allocate(CHUNK + Integer.BYTES);
        CharBuffer chars = CharBuffer.allocate(CHUNK + Integer.BYTES);
        try {
            for (int length = read(chunk); length >= 0; length = read(chunk)) {
                copy(chunk, length);
                decoder.decode(bytes.put(chunk, 0, length).flip(), chars, false);
                bytes.compact();
                add(chars);
            }
            decoder.decode(bytes.flip(), chars, true);
            decoder.flush(chars);
            add(chars);
            cutter.end();
            journal.add(lines);
        } catch (IOException e) {
            journal.abandon();
            notices.accept("the rest of the output is not streamed: " + e.getMessage());
            drain(chunk);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | StackOverflowError e) {
            // A mask that can't be applied: the line may hold what it was to hide.
            journal.abandon();
            notices.accept("the rest of the output is not streamed: a --mask fails with "
                    + e.getClass().getSimpleName());
            drain(chunk);
        }
    }

    private int read(byte[] chunk) throws IOException {
        readingSince = System.nanoTime();
        try {
            return in.read(chunk);
        } finally {
            readingSince = NOT_READING;
        }
    }

    private void add(CharBuffer chars) throws IOException, InterruptedException {
        cutter.add(chars.flip());
        chars.clear();
        journal.add(lines);
        lines.clear();
    }

    /** Where nobody reads our own output any more, the relay still does. */
    private void copy(byte[] chunk, int length) {
        if (copying) {
            try {
                copy.write(chunk, 0, length);
                copy.flush();
            } catch (IOException e) {
                copying = false;
            }
        }
    }

    /** The command goes on, whatever becomes of its output. */
    private void drain(byte[] chunk) {
        try {
            for (int length = read(chunk); length >= 0; length = read(chunk)) {
                copy(chunk, length);
            }
        } catch (IOException e) {
            notices.accept("the " + kind + " of the command can't be read: " + e.getMessage());
        }
    }

    /** Whether nothing has come for so long, though it could have. */
    boolean isSilent(long nanos) {
        long since = readingSince;
        return since != NOT_READING && System.nanoTime() - since >= nanos;
    }
}
