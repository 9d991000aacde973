package dev.fanfare.http;

import dev.fanfare.config.TrustedProxies;
import io.netty.util.NetUtil;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Whose connection it is: the peer's address or, where the peer is a trusted proxy, the one that it forwards for.
 *
 * <p>Each proxy adds to {@code X-Forwarded-For} whom it was reached by, so it is read from the right, and only as far as
 * trusted proxies have written it: what stands to the left of somebody else's address may be anybody's invention.
 */
record ClientAddress(InetAddress address) {
    /** An address in brackets, or one without colons, and perhaps a port; any other has no port. */
    private static final Pattern WITH_PORT = Pattern.compile("(?:\\[([^\\[\\]]+)]|([^:]+))(?::\\d{1,5})?");

    /** An IPv6 address is as good as any other of its /64, which is what one customer of a provider gets at least. */
    private static final int IPV6_NETWORK_BYTES = 8;

    static ClientAddress of(HttpServerRequest request, TrustedProxies proxies) {
        SocketAddress told = request.remoteAddress();
        // A PROXY header may name a UNIX socket: then it is the peer who counts.
        SocketAddress peer = told.isInetSocket() ? told : request.connection().remoteAddress(true);
        return of(peer.hostAddress(), request.headers().getAll("X-Forwarded-For"), proxies);
    }

    /**
     * @param peer who connected
     * @param forwardedFor the values of {@code X-Forwarded-For} in their order
     */
    static ClientAddress of(String peer, List<String> forwardedFor, TrustedProxies proxies) {
        InetAddress client = parse(peer);
        if (client == null) {
            throw new IllegalArgumentException(peer + " is no address");
        }
        List<String> entries = forwardedFor.stream()
                .flatMap(value -> Arrays.stream(value.split(",", -1)))
                .toList();
        for (int i = entries.size() - 1; i >= 0 && proxies.contains(client); i--) {
            InetAddress next = parse(entries.get(i).strip());
            if (next == null) {
                break;
            }
            client = next;
        }
        return new ClientAddress(client);
    }

    /** Never a look-up: what is no address is null. An IPv4 address within IPv6 is that IPv4 address. */
    private static @Nullable InetAddress parse(String entry) {
        Matcher matcher = WITH_PORT.matcher(entry);
        String host = !matcher.matches() ? entry : matcher.group(1) == null ? matcher.group(2) : matcher.group(1);
        int zone = host.indexOf('%');
        return NetUtil.createInetAddressFromIpAddressString(zone < 0 ? host : host.substring(0, zone));
    }

    @Override
    public String toString() {
        return NetUtil.toAddressString(address);
    }

    /** What bounds on an address count by: an IPv4 address, or the first of an IPv6 address's /64. */
    InetAddress network() {
        if (!(address instanceof Inet6Address)) {
            return address;
        }
        try {
            byte[] bytes = address.getAddress();
            Arrays.fill(bytes, IPV6_NETWORK_BYTES, bytes.length, (byte) 0);
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("16 bytes are an address", e);
        }
    }
}
