package dev.fanfare.client;

/** What is said over the connections of a client. It is called on the loop. */
interface Peer {
    /** There is a connection; nothing has been said on it. */
    void connected(Link link);

    void text(String text);

    void binary(byte[] bytes);

    /** The connection has ended, with this code. */
    void disconnected(int code);

    /** There will be no other. */
    void closed(ClientException why);
}
