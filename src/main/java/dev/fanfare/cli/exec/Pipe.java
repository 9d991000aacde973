package dev.fanfare.cli.exec;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A named pipe for one stream of a command. One of Java's own is closed with the command's end, though what it has left behind in the background may write on. The
 * name goes when this is closed; who has opened the pipe goes on.
 */
final class Pipe implements AutoCloseable {
    private final Path folder;
    private final Path path;
    /** Reads and writes, as nothing else opens at once where there is no other end yet. Closed when the command has its own, so that the end of all writers is seen. */
    private final RandomAccessFile bothEnds;

    private final InputStream output;

    /** @throws IOException where none can be made */
    Pipe() throws IOException, InterruptedException {
        folder = Files.createTempDirectory("fanfare-exec");
        path = folder.resolve("pipe");
        int status = new ProcessBuilder("mkfifo", path.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start()
                .waitFor();
        if (status != 0) {
            throw new IOException("mkfifo " + path + " ended with " + status);
        }
        bothEnds = new RandomAccessFile(path.toFile(), "rw");
        output = new FileInputStream(path.toFile());
    }

    /** Where a command writes to it. */
    ProcessBuilder.Redirect input() {
        return ProcessBuilder.Redirect.to(path.toFile());
    }

    /** What is written to it. */
    InputStream output() {
        return output;
    }

    @Override
    public void close() throws IOException {
        bothEnds.close();
        Files.delete(path);
        Files.delete(folder);
    }
}
