package dev.fanfare.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.spi.ContextAwareBase;
import dev.fanfare.config.Configuration;
import org.slf4j.ILoggerFactory;
import org.slf4j.LoggerFactory;

/**
 * Sets Logback up without a file of its own: the configuration of Fanfare says what is wanted. Whoever names a file
 * with {@code -Dlogback.configurationFile} has that instead. Logback finds this class as a service, before the
 * configuration is read; {@link #configure} then changes what it has set.
 */
public final class Logging extends ContextAwareBase implements Configurator {
    /** Line breaks, control and format characters (such as those that turn the direction of text), which a client may have sent, can't forge a line. */
    private static final String PATTERN =
            "%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX} %-5level %logger{0} %replace(%msg %kvp{NONE}){'[\\p{Cc}\\p{Cf}\\u2028\\u2029]', '?'}%n";

    @Override
    public ExecutionStatus configure(LoggerContext context) {
        if (System.getProperty("logback.configurationFile") != null) {
            return ExecutionStatus.INVOKE_NEXT_IF_ANY;
        }
        apply(context, "info", false);
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }

    static void configure(Configuration.Log log) {
        ILoggerFactory factory = LoggerFactory.getILoggerFactory();
        if (factory instanceof LoggerContext context && System.getProperty("logback.configurationFile") == null) {
            apply(context, log.level(), log.json());
        }
    }

    private static void apply(LoggerContext context, String level, boolean json) {
        ch.qos.logback.classic.Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.setLevel(Level.toLevel(level));
        // Who connects in the moment in which the listener closes has no loop any more, which it tells with a stack.
        context.getLogger("io.netty.bootstrap.ServerBootstrap").setLevel(Level.OFF);
        // What is below a warning there is of no use to those who run Fanfare.
        context.getLogger("io.netty").setLevel(Level.WARN);
        context.getLogger("io.vertx").setLevel(Level.WARN);
        // What it reports with a stack trace is told in a line by us.
        context.getLogger("io.vertx.core.impl.launcher.commands.VertxIsolatedDeployer")
                .setLevel(Level.OFF);
        context.getLogger("io.vertx.core.impl.launcher.commands.VersionCommand").setLevel(Level.INFO);
        // What fails while it connects is told by the connection that fails, once more with a stack by this one.
        context.getLogger("io.vertx.redis.client.impl.RedisConnectionManager").setLevel(Level.OFF);
        // It warns of gauges that Vert.x registers twice.
        context.getLogger("io.micrometer").setLevel(Level.ERROR);
        write(context, root, json);
    }

    /** Nothing is lost and nothing is told twice while one appender takes the place of another, of the other format. */
    private static void write(LoggerContext context, ch.qos.logback.classic.Logger root, boolean json) {
        String wanted = json ? "json" : "text";
        if (root.getAppender(wanted) != null) {
            return;
        }
        Encoder<ILoggingEvent> encoder = json ? jsonEncoder() : textEncoder(context);
        encoder.setContext(context);
        encoder.start();
        ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
        appender.setName(wanted);
        appender.setContext(context);
        appender.setEncoder(encoder);
        appender.start();
        root.addAppender(appender);
        root.detachAppender(json ? "text" : "json");
    }

    private static Encoder<ILoggingEvent> jsonEncoder() {
        JsonEncoder encoder = new JsonEncoder();
        encoder.setWithFormattedMessage(true);
        encoder.setWithMessage(false);
        encoder.setWithArguments(false);
        encoder.setWithContext(false);
        encoder.setWithNanoseconds(false);
        encoder.setWithSequenceNumber(false);
        return encoder;
    }

    private static Encoder<ILoggingEvent> textEncoder(LoggerContext context) {
        PatternLayoutEncoder encoder = new PatternLayoutEncoder();
        encoder.setContext(context);
        encoder.setPattern(PATTERN);
        return encoder;
    }
}
