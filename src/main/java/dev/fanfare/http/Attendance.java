package dev.fanfare.http;

import dev.fanfare.auth.Identity;
import dev.fanfare.bus.SessionInfo;
import java.time.Clock;

/** That a client is here: its place among those who were admitted, and what is counted and known of it. Belongs to its loop. */
final class Attendance {
    private final Sessions sessions;
    private final Client client;
    private final String id;
    private final String protocol;
    private final ClientAddress address;
    private final Clock clock;
    private final Runnable release;
    private boolean hasPlace = true;
    private boolean opened;
    private long connectedAt;

    /**
     * @param id unique, and what the client was told with the handshake
     * @param protocol the word in metrics
     * @param address where the client is
     * @param release runs when it takes no place any more
     */
    Attendance(SessionLoop loop, Client client, String id, String protocol, ClientAddress address, Runnable release) {
        this.sessions = loop.sessions();
        this.client = client;
        this.id = id;
        this.protocol = protocol;
        this.address = address;
        this.clock = loop.clock();
        this.release = release;
        sessions.connected(client);
    }

    String id() {
        return id;
    }

    ClientAddress address() {
        return address;
    }

    SessionInfo info(Identity identity, int channels) {
        return new SessionInfo(id, identity.user(), protocol, address.toString(), connectedAt, channels);
    }

    /** Whether it was told that it is connected, and is counted. */
    boolean isOpened() {
        return opened;
    }

    /** It is told that it is connected. */
    void opened() {
        opened = true;
        connectedAt = clock.millis();
        sessions.opened(client);
    }

    /** It can't be used any more. */
    void ended(String reason) {
        if (opened) {
            sessions.ended(client, reason);
        }
    }

    /** TCP has ended, and what it sent has been published. */
    void gone() {
        sessions.gone(client);
        releasePlace();
    }

    /** It takes no place from others any more, however long it lingers. */
    void releasePlace() {
        if (hasPlace) {
            hasPlace = false;
            release.run();
        }
    }
}
