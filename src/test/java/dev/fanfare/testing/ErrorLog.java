package dev.fanfare.testing;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.LoggerFactory;

/**
 * What is logged as an error in this JVM while it is open: nothing, whatever clients do, for who can make a server log
 * errors can fill its disk. Netty's reports of leaked buffers are among it.
 */
public final class ErrorLog implements AutoCloseable {
    private final List<String> errors = new CopyOnWriteArrayList<>();

    private final AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
            if (event.getLevel().isGreaterOrEqual(Level.ERROR)) {
                errors.add(event.getLoggerName() + ": " + event.getFormattedMessage() + "\n"
                        + ThrowableProxyUtil.asString(event.getThrowableProxy()));
            }
        }
    };

    private ErrorLog() {}

    public static ErrorLog open() {
        var log = new ErrorLog();
        log.appender.setContext(root().getLoggerContext());
        log.appender.start();
        root().addAppender(log.appender);
        return log;
    }

    /** What was logged since the last call. */
    public List<String> drain() {
        List<String> drained = List.copyOf(errors);
        errors.removeAll(drained);
        return drained;
    }

    @Override
    public void close() {
        root().detachAppender(appender);
    }

    private static Logger root() {
        return (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    }
}
