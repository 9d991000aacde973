package dev.fanfare.client;

import java.util.function.Consumer;

/** Bare messages: all that comes is for the application. */
record RawPeer(Callbacks callbacks, Consumer<String> onText, Consumer<byte[]> onBinary) implements Peer {
    @Override
    public void text(String text) {
        callbacks.run(() -> onText.accept(text));
    }

    @Override
    public void binary(byte[] bytes) {
        callbacks.run(() -> onBinary.accept(bytes));
    }

    @Override
    public void connected(Link link) {
        // It has nothing to say by itself.
    }

    @Override
    public void disconnected(int code) {
        // What was being sent has been told by the link.
    }

    @Override
    public void closed(ClientException why) {
        // Nothing waits here.
    }
}
