package dev.fanfare.cli.signal;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Optional;

/**
 * Signals that end a process. A shutdown hook could see just the first one, and the process would end with 130 or 143; the JDK's
 * own {@code sun.misc.Signal} can do better. It is reached by reflection, since the compiler's warning of it can't be
 * switched off.
 */
public final class Signals {
    /** Those that ask a server to stop. */
    public static final List<String> STOP = List.of("INT", "TERM");
    /** Those that a shell or a terminal sends to the commands that it runs. */
    public static final List<String> ALL = List.of("INT", "TERM", "HUP");

    private static final List<String> NAMES = List.of(
            "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2", "PIPE", "ALRM",
            "TERM", "XCPU", "XFSZ", "SYS");

    /** Gets every signal, on a thread of the JVM's. */
    @FunctionalInterface
    public interface Handler {
        void received(String name, int number);
    }

    private Signals() {}

    public static void handle(List<String> names, Handler handler) {
        try {
            Class<?> receiver = Class.forName("sun.misc.SignalHandler");
            Object proxy = Proxy.newProxyInstance(
                    receiver.getClassLoader(), new Class<?>[] {receiver}, (self, method, arguments) -> {
                        if (method.getName().equals("handle")) {
                            handler.received(
                                    (String) type().getMethod("getName").invoke(arguments[0]), number(arguments[0]));
                            return null;
                        }
                        return method.invoke(handler, arguments);
                    });
            for (String name : names) {
                type().getMethod("handle", type(), receiver).invoke(null, signal(name), proxy);
            }
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("this JDK has no sun.misc.Signal", e);
        }
    }

    /** What the signal of this number is called on this system. */
    public static Optional<String> name(int number) {
        return NAMES.stream().filter(name -> has(name, number)).findFirst();
    }

    private static boolean has(String name, int number) {
        try {
            return number(signal(name)) == number;
        } catch (InvocationTargetException e) {
            return false; // this system has none of the name
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("this JDK has no sun.misc.Signal", e);
        }
    }

    private static Class<?> type() throws ClassNotFoundException {
        return Class.forName("sun.misc.Signal");
    }

    private static Object signal(String name) throws ReflectiveOperationException {
        return type().getConstructor(String.class).newInstance(name);
    }

    private static int number(Object signal) throws ReflectiveOperationException {
        return (int) type().getMethod("getNumber").invoke(signal);
    }
}
