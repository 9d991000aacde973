package dev.fanfare.cluster;

import dev.fanfare.protocol.ChannelName;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** What things are called in Redis: everything begins with the cluster's prefix. */
record Names(String prefix) {
    /** How many hash slots a Redis Cluster has. */
    static final int SLOTS = 16_384;

    /** The Pub/Sub channel of a channel, or that of broadcasts. */
    String of(@Nullable ChannelName channel) {
        return channel == null ? prefix + ":broadcast" : prefix + ":channel:" + channel;
    }

    /** A key of a channel; it shares its slot with the Pub/Sub channel. */
    String of(ChannelName channel, String part) {
        return '{' + of(channel) + "}:" + part;
    }

    /** The Pub/Sub channel that one instance alone is subscribed to. */
    String instance(String id) {
        return prefix + ":instance:" + id;
    }

    /** A key of what is known of all instances; all of these keys share a slot. */
    String instances(String part) {
        return '{' + prefix + ":instances}:" + part;
    }

    /** The key of the channels in which an owner has members. */
    String channelsOf(String owner) {
        return instances("channels:" + owner);
    }

    /** The key of a channel's members; it shares the slot of the channel. */
    String members(ChannelName channel) {
        return '{' + of(channel) + "}:presence";
    }

    /** The pattern of the Pub/Sub channels of all channels. */
    String everyChannel() {
        return prefix + ":channel:*";
    }

    /** The hash slot of a key or of a sharded Pub/Sub channel (Redis Cluster specification, "Key distribution model"). */
    static int slot(String key) {
        int open = key.indexOf('{');
        int close = key.indexOf('}', open + 1);
        byte[] hashed =
                (open >= 0 && close > open + 1 ? key.substring(open + 1, close) : key).getBytes(StandardCharsets.UTF_8);
        int crc = 0; // CRC-16/XMODEM
        for (byte b : hashed) {
            crc ^= (b & 0xff) << 8;
            for (int bit = 0; bit < 8; bit++) {
                crc = (crc & 0x8000) == 0 ? crc << 1 : crc << 1 ^ 0x1021;
            }
        }
        return (crc & 0xffff) % SLOTS;
    }
}
