package dev.fanfare.cli.exec;

import java.util.List;
import java.util.Optional;

/** The signals that end a process, by their numbers on this system. */
final class SignalName {
    private static final List<String> NAMES = List.of(
            "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2", "PIPE", "ALRM",
            "TERM", "XCPU", "XFSZ", "SYS");

    private SignalName() {}

    static Optional<String> of(int number) {
        return NAMES.stream().filter(name -> number(name) == number).findFirst();
    }

    /** By reflection, as the compiler's warning of {@code sun.misc.Signal} can't be switched off. */
    private static int number(String name) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Object one = signal.getConstructor(String.class).newInstance(name);
            return (int) signal.getMethod("getNumber").invoke(one);
        } catch (ReflectiveOperationException e) {
            return -1; // this system has none of the name
        }
    }
}
