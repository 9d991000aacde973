package dev.fanfare.testing;

/** One instance, or several that are one relay: for tests that have to hold on either. */
public interface Relay {
    /** How many instances there are. */
    int size();

    Instance instance(int index);

    /** Lets a peer go when the test does. */
    <T extends AutoCloseable> T keep(T peer);

    /** A session in JSON on one of the instances, which are taken in turns where there are fewer than {@code index}. */
    default JsonPeer session(int index) {
        return keep(JsonPeer.on(instance(index % size())));
    }

    /** A raw socket of a channel, on one of the instances as above. */
    default WebSocketPeer raw(int index, String channel) {
        return keep(instance(index % size()).connect("/raw/" + channel).answeringPings());
    }
}
