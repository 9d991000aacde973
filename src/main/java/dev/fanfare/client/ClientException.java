package dev.fanfare.client;

/**
 * What went wrong, with a {@link #code()} that a program can go by. It is the word of an {@code error} of the server ({@code unauthorised},
 * {@code rate_limited}, …: see the protocol), or one of these, which are the client's own:
 *
 * <ul>
 *   <li>{@code offline}: there was no connection to send it on; it was not sent
 *   <li>{@code unknown}: it was sent, but the connection ended or time ran out before the answer: it may have been carried out or not
 *   <li>{@code limit_exceeded}: too much is waiting already; it was not sent
 *   <li>{@code closed}: the client is closed
 *   <li>{@code refused}: the server refused the handshake, and asking again would not help
 *   <li>{@code disconnected}: the server closed the connection, and not to be come back to
 *   <li>{@code gave_up}: the attempts to connect are used up
 *   <li>{@code connection}: an attempt to connect failed; another follows
 *   <li>{@code token}: the token supplier failed
 *   <li>{@code callback}: a callback of the application threw the exception that is the cause
 *   <li>{@code not_understood}: the server sent what the client can't read
 * </ul>
 */
public final class ClientException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String code;

    ClientException(String code, String sentence) {
        super(code + ": " + sentence);
        this.code = code;
    }

    ClientException(String code, String sentence, Throwable cause) {
        super(code + ": " + sentence, cause);
        this.code = code;
    }

    /** The word for what went wrong. */
    public String code() {
        return code;
    }
}
