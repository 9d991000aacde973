package dev.fanfare.testing;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.LoggerFactory;

/** All that is logged in this JVM while it is open, with the values of its keys and its exceptions. */
public final class LogRecord implements AutoCloseable {
    private final List<String> lines = new CopyOnWriteArrayList<>();

    private final AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
            lines.add(event.getLevel() + " " + event.getLoggerName() + ": " + event.getFormattedMessage() + " "
                    + event.getKeyValuePairs() + "\n" + ThrowableProxyUtil.asString(event.getThrowableProxy()));
        }
    };

    private LogRecord() {}

    public static LogRecord open() {
        var log = new LogRecord();
        log.appender.setContext(root().getLoggerContext());
        log.appender.start();
        root().addAppender(log.appender);
        return log;
    }

    /** What was logged until now. */
    public List<String> lines() {
        return List.copyOf(lines);
    }

    @Override
    public void close() {
        root().detachAppender(appender);
    }

    private static Logger root() {
        return (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    }
}
