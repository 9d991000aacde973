package dev.fanfare.protocol;

/**
 * The {@code id} that a client gave a command.
 *
 * @param json the string or integer as the client spelled it, quotes included
 */
public record CommandId(String json) {}
