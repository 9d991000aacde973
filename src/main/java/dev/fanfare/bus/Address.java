package dev.fanfare.bus;

/**
 * Where messages of one type go.
 *
 * @param <T> the type of what is sent there
 */
@SuppressWarnings("UnusedTypeParameter") // it binds what is sent to what is consumed
public record Address<T>(String name) {}
