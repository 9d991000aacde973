package dev.fanfare.cli.bench;

import java.nio.ByteBuffer;

/** A message is the payload, and whoever is connected is subscribed. */
final class RawDialect implements Dialect {

    @Override
    public String subscription() {
        return "";
    }

    @Override
    public boolean confirms() {
        return false;
    }

    @Override
    public boolean confirms(String text) {
        return true;
    }

    @Override
    public String prefix() {
        return "";
    }

    @Override
    public String suffix() {
        return "";
    }

    @Override
    public int payloadAt(ByteBuffer in, int offset, int length, int size) {
        return length == size ? offset : NONE;
    }
}
