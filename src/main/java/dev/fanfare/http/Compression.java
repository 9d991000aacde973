package dev.fanfare.http;

import dev.fanfare.protocol.CloseCode;
import dev.fanfare.protocol.DeflatedFormat;
import dev.fanfare.protocol.Inflation;
import dev.fanfare.protocol.WireFormat;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;

/**
 * What a loop needs for permessage-deflate (RFC 7692), once for all of its sockets: no context is kept from message to
 * message in either direction, so an idle socket costs no more than one without compression.
 */
final class Compression {
    /** Of the levels 1 to 9 the one with the best use of processor time; see the decisions. */
    private static final int LEVEL = 1;

    private final int maxMessageSize;
    private final Deflater deflater = new Deflater(LEVEL, true);
    private final Inflation inflation = new Inflation();
    private final Map<WireFormat, WireFormat> formats = new HashMap<>();

    /** @param maxMessageSize in bytes, of an inflated message */
    Compression(int maxMessageSize) {
        this.maxMessageSize = maxMessageSize;
    }

    /** The compressed version of a format; the same one each time, so that its subscribers share what it writes. */
    WireFormat of(WireFormat plain) {
        return formats.computeIfAbsent(plain, format -> new DeflatedFormat(format, deflater));
    }

    /**
     * The bytes of a message of a socket that may compress, checked as those of others are when they are read: there, its
     * size and its text can't be told.
     */
    byte[] inflate(boolean text, boolean compressed, byte[] message) throws Unreadable {
        try {
            byte[] inflated = compressed ? inflation.inflate(message, maxMessageSize) : message;
            if (inflated.length > maxMessageSize) {
                throw new Unreadable(CloseCode.TOO_BIG, "the message is too big");
            }
            if (text && !isUtf8(inflated)) {
                throw new Unreadable(CloseCode.INVALID_PAYLOAD, "the text is no UTF-8");
            }
            return inflated;
        } catch (DataFormatException e) {
            throw new Unreadable(CloseCode.INVALID_PAYLOAD, "the message can't be inflated: " + e.getMessage());
        } catch (Inflation.TooLargeException e) {
            throw new Unreadable(CloseCode.TOO_BIG, "the message is too big");
        }
    }

    private static boolean isUtf8(byte[] text) {
        ByteBuf bytes = Unpooled.wrappedBuffer(text);
        return ByteBufUtil.isText(bytes, StandardCharsets.UTF_8);
    }

    /** Why a connection is closed for a message. It carries no stack trace, since it is an answer. */
    static final class Unreadable extends Exception {
        private final CloseCode code;

        Unreadable(CloseCode code, String reason) {
            super(reason, null, false, false);
            this.code = code;
        }

        CloseCode code() {
            return code;
        }

        String reason() {
            return String.valueOf(getMessage());
        }
    }
}
