package dev.fanfare.auth;

/** A key that no token may be verified with; the message goes on after the key's name and says why. */
final class UnusableKeyException extends Exception {
    private static final long serialVersionUID = 1;

    UnusableKeyException(String why) {
        super(why);
    }
}
