package dev.fanfare.cli;

import java.lang.reflect.Proxy;
import java.util.List;

/**
 * Signals that end a process. A shutdown hook could see just the first one, and the process would end with 130 or 143; the JDK's
 * own {@code sun.misc.Signal} can do better. It is reached by reflection, since the compiler's warning of it can't be
 * switched off.
 */
final class Signals {
    /** Those that ask a server to stop. */
    static final List<String> STOP = List.of("INT", "TERM");
    /** Those that a shell or a terminal sends to the commands that it runs. */
    static final List<String> ALL = List.of("INT", "TERM", "HUP");

    /** Gets every signal, on a thread of the JVM's. */
    interface Handler {
        void received(String name, int number);
    }

    private Signals() {}

    static void handle(List<String> names, Handler handler) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> receiver = Class.forName("sun.misc.SignalHandler");
            Object proxy = Proxy.newProxyInstance(
                    receiver.getClassLoader(), new Class<?>[] {receiver}, (self, method, arguments) -> {
                        if (method.getName().equals("handle")) {
                            String name = (String) signal.getMethod("getName").invoke(arguments[0]);
                            int number = (int) signal.getMethod("getNumber").invoke(arguments[0]);
                            handler.received(name, number);
                            return null;
                        }
                        return method.invoke(handler, arguments);
                    });
            for (String name : names) {
                Object one = signal.getConstructor(String.class).newInstance(name);
                signal.getMethod("handle", signal, receiver).invoke(null, one, proxy);
            }
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("this JDK has no sun.misc.Signal", e);
        }
    }
}
