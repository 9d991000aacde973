package dev.fanfare.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class TrustedProxiesTest {
    /** As a number, which is another way to look at it. */
    @Property(tries = 500)
    void aBlockHoldsTheAddressesWithItsFirstBits(
            @ForAll @Size(4) byte[] first,
            @ForAll @IntRange(max = 32) int bits,
            @ForAll @IntRange(max = 31) int flipped)
            throws UnknownHostException {
        byte[] other = first.clone();
        other[flipped / 8] ^= (byte) (0x80 >> flipped % 8);
        BigInteger beyond =
                new BigInteger(1, first).xor(new BigInteger(1, other)).shiftRight(32 - bits);
        var proxies = new TrustedProxies(List.of(new TrustedProxies.Block(InetAddress.getByAddress(first), bits)));
        assertThat(proxies.contains(InetAddress.getByAddress(first))).isTrue();
        assertThat(proxies.contains(InetAddress.getByAddress(other))).isEqualTo(beyond.signum() == 0);
    }

    @Test
    void readsAddressesAndBlocksOfBothKinds() throws UnknownHostException {
        TrustedProxies proxies =
                parse("[192.0.2.1, 10.1.2.3/9, '2001:db8::1', '2001:db8:ff00::/41', '::ffff:192.0.2.7']");
        assertThat(List.of(
                        "192.0.2.1",
                        "10.0.0.0",
                        "10.127.255.255",
                        "2001:db8::1",
                        "2001:db8:ff7f:ffff::",
                        "192.0.2.7",
                        "::ffff:192.0.2.1"))
                .allMatch(address -> proxies.contains(address(address)));
        assertThat(List.of("192.0.2.0", "10.128.0.0", "2001:db8::2", "2001:db8:ff80::", "::192.0.2.1", "::"))
                .noneMatch(address -> proxies.contains(address(address)));
    }

    @Test
    void aPrefixOfZeroIsEverybodyOfItsKind() {
        TrustedProxies proxies = parse("[0.0.0.0/0]");
        assertThat(proxies.contains(address("203.0.113.5"))).isTrue();
        assertThat(proxies.contains(address("2001:db8::1"))).isFalse();
    }

    private static TrustedProxies parse(String list) {
        return Configuration.parse("server:\n  trusted-proxies: " + list + "\n", "test.yaml", Map.of())
                .server()
                .trustedProxies();
    }

    private static InetAddress address(String literal) {
        try {
            return InetAddress.getByName(literal);
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }
}
