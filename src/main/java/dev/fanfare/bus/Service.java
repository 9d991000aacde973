package dev.fanfare.bus;

/**
 * Where questions of one type are answered.
 *
 * @param patience how long an answer may take, in milliseconds
 * @param <Q> the type of the questions
 * @param <A> the type of the answers
 */
@SuppressWarnings("UnusedTypeParameter") // they bind what is asked to what is answered
public record Service<Q, A>(String name, long patience) {
    private static final long USUAL = 5_000;

    /** More than Redis may take: {@code cluster.publish-timeout} is a minute at most. */
    private static final long LONG = 90_000;

    /** One that is answered within this instance, or by others within seconds. */
    public static <Q, A> Service<Q, A> of(String name) {
        return new Service<>(name, USUAL);
    }

    /** One for which Redis may be asked: whoever answers has a bound of his own. */
    public static <Q, A> Service<Q, A> ofRedis(String name) {
        return new Service<>(name, LONG);
    }
}
