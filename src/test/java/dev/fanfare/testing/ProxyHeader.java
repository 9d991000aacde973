package dev.fanfare.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.netty.util.NetUtil;

/** Headers of HAProxy's PROXY protocol, a byte a character. */
public final class ProxyHeader {
    private static final String SIGNATURE = "\r\n\r\n\0\r\nQUIT\n";
    private static final int LOCAL = 0x20;
    private static final int PROXY = 0x21;
    private static final int TCP4 = 0x11;
    private static final int TCP6 = 0x21;
    private static final int UNIX_STREAM = 0x31;

    private ProxyHeader() {}

    /** Version 1, for a client with IPv4 or IPv6. */
    public static String v1(String client) {
        boolean six = client.indexOf(':') >= 0;
        return "PROXY TCP%s %s %s 40000 443\r\n".formatted(six ? "6" : "4", client, six ? "2001:db8::1" : "192.0.2.1");
    }

    /** Version 1, of a proxy that does not know. */
    public static String v1Unknown() {
        return "PROXY UNKNOWN\r\n";
    }

    /** Version 2, for a client with IPv4 or IPv6. */
    public static String v2(String client) {
        byte[] address = NetUtil.createByteArrayFromIpAddressString(client);
        String ports = "\u00ff".repeat(4);
        String twice = new String(address, ISO_8859_1).repeat(2);
        return v2(PROXY, address.length == 4 ? TCP4 : TCP6, twice + ports);
    }

    /** Version 2, of a proxy that speaks for itself, as its health checks do. */
    public static String v2Local() {
        return v2(LOCAL, 0, "");
    }

    /** Version 2, for a client of a UNIX socket. */
    public static String v2Unix(String path) {
        String name = path + "\0".repeat(108 - path.length());
        return v2(PROXY, UNIX_STREAM, name + name);
    }

    private static String v2(int command, int family, String addresses) {
        int length = addresses.length();
        return SIGNATURE + (char) command + (char) family + (char) (length >> 8) + (char) (length & 0xff) + addresses;
    }
}
