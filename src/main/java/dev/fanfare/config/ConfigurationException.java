package dev.fanfare.config;

/** A configuration that can't be used; the message is one line that names source, key, value and rule. */
public final class ConfigurationException extends RuntimeException {
    public ConfigurationException(String message) {
        super(message);
    }
}
