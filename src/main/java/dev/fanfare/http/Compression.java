package dev.fanfare.http;

import dev.fanfare.protocol.DeflatedFormat;
import dev.fanfare.protocol.Inflation;
import dev.fanfare.protocol.WireFormat;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.Deflater;

/**
 * What a loop needs for permessage-deflate (RFC 7692), once for all of its sockets: no context is kept from message to
 * message in either direction, so an idle socket costs no more than one without compression.
 */
final class Compression {
    /** Of the levels 1 to 9 the one with the best use of processor time; see the decisions. */
    private static final int LEVEL = 1;

    private final Deflater deflater = new Deflater(LEVEL, true);
    private final Inflation inflation = new Inflation();
    private final Map<WireFormat, WireFormat> formats = new HashMap<>();

    /** The compressed version of a format; the same one each time, so that its subscribers share what it writes. */
    WireFormat of(WireFormat plain) {
        return formats.computeIfAbsent(plain, format -> new DeflatedFormat(format, deflater));
    }

    Inflation inflation() {
        return inflation;
    }
}
