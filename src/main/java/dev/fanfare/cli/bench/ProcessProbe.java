package dev.fanfare.cli.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads a process's use of processor and memory from {@code /proc}, in the kernel's own units. */
final class ProcessProbe {

    /** The clock that {@code /proc/PID/stat} counts in is 100 Hz on every Linux that runs Java. */
    private static final long TICK_MICROS = 10_000;

    private final Path proc;

    ProcessProbe(long pid) {
        this(Path.of("/proc", String.valueOf(pid)));
    }

    ProcessProbe(Path proc) {
        this.proc = proc;
    }

    /** User and system time of all its threads so far, in microseconds, to 10 ms. */
    long cpuMicros() throws BenchException {
        String stat = read("stat");
        // The name in brackets may hold anything; utime and stime are fields 14 and 15, field 3 follows the bracket.
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) * TICK_MICROS;
    }

    /** Resident memory in bytes. */
    long residentBytes() throws BenchException {
        return read("status")
                .lines()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024)
                .findFirst()
                .orElseThrow(() -> new BenchException(proc + "/status names no VmRSS"));
    }

    private String read(String name) throws BenchException {
        try {
            return Files.readString(proc.resolve(name));
        } catch (IOException e) {
            throw new BenchException("no process to read: " + e.getMessage(), e);
        }
    }
}
