package dev.fanfare.testing;

/** What clients of {@code /ws} send. */
public final class Commands {
    private Commands() {}

    public static String subscribe(String channel, String id) {
        return "{\"type\":\"subscribe\",\"channel\":\"" + channel + "\",\"id\":\"" + id + "\"}";
    }

    public static String unsubscribe(String channel, String id) {
        return "{\"type\":\"unsubscribe\",\"channel\":\"" + channel + "\",\"id\":\"" + id + "\"}";
    }

    /** {@code data} is JSON. */
    public static String publish(String channel, String data) {
        return "{\"type\":\"publish\",\"channel\":\"" + channel + "\",\"data\":" + data + "}";
    }

    public static String publish(String channel, String data, String id) {
        return "{\"type\":\"publish\",\"channel\":\"" + channel + "\",\"data\":" + data + ",\"id\":\"" + id + "\"}";
    }

    public static String broadcast(String data, String id) {
        return "{\"type\":\"publish\",\"data\":" + data + ",\"id\":\"" + id + "\"}";
    }
}
