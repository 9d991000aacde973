package dev.fanfare.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;

/**
 * Files that are looked at now and then. What is being written is not reported before it has stayed the same from one look to the next, since
 * half of a file may look like a whole one. For one thread at a time.
 */
public final class WatchedFiles {
    private final List<Path> files;
    private List<String> reported;
    private List<String> seen;

    public WatchedFiles(List<Path> files) {
        this.files = List.copyOf(files);
        this.reported = look();
        this.seen = reported;
    }

    public List<Path> files() {
        return files;
    }

    /** Whether one of them has become another one since the start, or since this was true. Reads the file system. */
    public boolean changed() {
        List<String> now = look();
        boolean settled = now.equals(seen);
        seen = now;
        if (!settled || now.equals(reported)) {
            return false;
        }
        reported = now;
        return true;
    }

    private List<String> look() {
        return files.stream().map(WatchedFiles::state).toList();
    }

    /** A file that is missing for a moment is a state, too. */
    private static String state(Path file) {
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return attributes.lastModifiedTime() + "/" + attributes.size() + "/" + attributes.fileKey();
        } catch (IOException e) {
            return "missing";
        }
    }
}
