package dev.fanfare.bus;

/**
 * Where questions of one type are answered.
 *
 * @param <Q> the type of the questions
 * @param <A> the type of the answers
 */
@SuppressWarnings("UnusedTypeParameter") // they bind what is asked to what is answered
public record Service<Q, A>(String name) {}
