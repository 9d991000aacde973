package dev.fanfare.cli.bench;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;

/** The server under load: its resolved address, and what the request line and the {@code Host} header say. */
public record Target(InetSocketAddress address, String authority, String path) {

    /**
     * Reads a {@code ws:} or {@code http:} URL; an empty path, or {@code /} alone, becomes the default path.
     *
     * @throws IllegalArgumentException where the URL is none, has another scheme, or its host is unknown
     */
    public static Target of(String url, String defaultPath) {
        URI uri = URI.create(url);
        if (uri.getScheme() == null || !uri.getScheme().matches("(?i)ws|http") || uri.getHost() == null) {
            throw new IllegalArgumentException("url: " + url + " is not of the form ws://HOST[:PORT][/PATH]");
        }
        int port = uri.getPort() < 0 ? 80 : uri.getPort();
        String path = uri.getRawPath().length() <= 1 ? defaultPath : uri.getRawPath();
        String query = uri.getRawQuery() == null ? "" : (path.contains("?") ? "&" : "?") + uri.getRawQuery();
        try {
            InetAddress host = InetAddress.getByName(uri.getHost());
            return new Target(new InetSocketAddress(host, port), uri.getHost() + ":" + port, path + query);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("url: the host of " + url + " is unknown", e);
        }
    }

    /** The same server at another path. */
    public Target at(String other) {
        return new Target(address, authority, other);
    }

    /**
     * Where the n-th socket comes from: an address has about 28,000 ports to offer, so beyond 25,000 sockets the next
     * address of the loopback network is used. Port 0; elsewhere than on loopback always the wildcard address.
     */
    InetSocketAddress source(int n) {
        int host = 1 + n / 25_000;
        if (host == 1 || !address.getAddress().isLoopbackAddress()) {
            return new InetSocketAddress(0);
        }
        try {
            byte[] loopback = {127, 0, 0, (byte) host};
            return new InetSocketAddress(InetAddress.getByAddress(loopback), 0);
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }
}
