package dev.fanfare.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fanfare.config.Configuration;
import dev.fanfare.config.TrustedProxies;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClientAddressTest {
    private static final List<String> NOT_FORWARDED = List.of();

    /** In {@code forwardedFor} a slash is between two header lines. */
    @ParameterizedTest(name = "{0}: {2} for {1}")
    @CsvSource(delimiter = '|', textBlock = """
            no header                             | 10.0.0.1    |                                  | 10.0.0.1
            a proxy nobody trusts                 | 192.0.2.1   | 203.0.113.5                      | 192.0.2.1
            one proxy                             | 10.0.0.1    | 203.0.113.5                      | 203.0.113.5
            a neighbour of the block              | 11.0.0.1    | 203.0.113.5                      | 11.0.0.1
            the proxy invents nothing             | 10.0.0.1    | 198.51.100.9, 203.0.113.5        | 203.0.113.5
            two proxies                           | 10.0.0.1    | 198.51.100.9, 203.0.113.5, 10.9.9.9 | 203.0.113.5
            two header lines                      | 10.0.0.1    | 198.51.100.9/203.0.113.5         | 203.0.113.5
            the proxy adds a line of its own      | 10.0.0.1    | 203.0.113.5, 10.0.0.2/10.0.0.3   | 203.0.113.5
            all are trusted                       | 10.0.0.1    | 10.0.0.7, 10.0.0.8               | 10.0.0.7
            the client names a trusted one        | 10.0.0.1    | 10.0.0.7, 203.0.113.5            | 203.0.113.5
            garbage at once                       | 10.0.0.1    | unknown                          | 10.0.0.1
            garbage behind a proxy                | 10.0.0.1    | 198.51.100.9, unknown, 10.0.0.2  | 10.0.0.2
            garbage that nobody looks at          | 10.0.0.1    | <script>, 203.0.113.5            | 203.0.113.5
            an empty entry                        | 10.0.0.1    | 198.51.100.9,, 10.0.0.2          | 10.0.0.2
            an empty entry at the end             | 10.0.0.1    | 203.0.113.5,                     | 10.0.0.1
            a name is never looked up             | 10.0.0.1    | localhost                        | 10.0.0.1
            too large a number                    | 10.0.0.1    | 203.0.113.256                    | 10.0.0.1
            too few numbers                       | 10.0.0.1    | 203.0.113                        | 10.0.0.1
            a lone number                         | 10.0.0.1    | 3405803781                       | 10.0.0.1
            a port                                | 10.0.0.1    | 203.0.113.5:8080                 | 203.0.113.5
            no port                               | 10.0.0.1    | 203.0.113.5:http                 | 10.0.0.1
            spaces and tabs                       | 10.0.0.1    | '  203.0.113.5\t'                | 203.0.113.5
            IPv6                                  | 10.0.0.1    | 2001:db8::5                      | 2001:db8:0:0:0:0:0:5
            IPv6 in brackets                      | 10.0.0.1    | [2001:db8::5]                    | 2001:db8:0:0:0:0:0:5
            IPv6 in brackets with a port          | 10.0.0.1    | [2001:db8::5]:8080               | 2001:db8:0:0:0:0:0:5
            half a bracket                        | 10.0.0.1    | [2001:db8::5                     | 10.0.0.1
            too many colons                       | 10.0.0.1    | 2001::db8::5                     | 10.0.0.1
            IPv4 within IPv6                      | 10.0.0.1    | ::ffff:203.0.113.5               | 203.0.113.5
            IPv4 within IPv6 with a port          | 10.0.0.1    | [::ffff:203.0.113.5]:8080        | 203.0.113.5
            a trusted IPv4 within IPv6            | 10.0.0.1    | 203.0.113.5, ::ffff:10.0.0.2     | 203.0.113.5
            a proxy that is IPv4 within IPv6      | ::ffff:10.0.0.1 | 203.0.113.5                  | 203.0.113.5
            a proxy with IPv6                     | fd00::1     | 203.0.113.5                      | 203.0.113.5
            a proxy with IPv6 on a link           | fe80::1%eth0 | 203.0.113.5                     | 203.0.113.5
            IPv6 that nobody trusts               | 2001:db8::1 | 203.0.113.5                      | 2001:db8:0:0:0:0:0:1
            """)
    void isWhomTheLastTrustedProxySpeaksFor(String what, String peer, String forwardedFor, String expected) {
        List<String> lines = forwardedFor == null ? NOT_FORWARDED : Arrays.asList(forwardedFor.split("/", -1));
        assertThat(ClientAddress.of(peer, lines, trusted("10.0.0.0/8, fd00::/8, fe80::1"))
                        .address()
                        .getHostAddress())
                .as(what)
                .isEqualTo(expected);
    }

    @Test
    void believesNobodyWhereNobodyIsTrusted() {
        assertThat(ClientAddress.of("127.0.0.1", List.of("203.0.113.5"), trusted(""))
                        .address()
                        .getHostAddress())
                .isEqualTo("127.0.0.1");
    }

    @ParameterizedTest
    @CsvSource({
        "192.0.2.1,               192.0.2.1",
        "::ffff:192.0.2.1,        192.0.2.1",
        "2001:db8:1:2:3:4:5:6,    2001:db8:1:2:0:0:0:0",
        "2001:db8:1:2::,          2001:db8:1:2:0:0:0:0",
        "2001:db8:1:3::,          2001:db8:1:3:0:0:0:0",
        "::1,                     0:0:0:0:0:0:0:0"
    })
    void countsByAddressOrByNetwork(String address, String network) {
        assertThat(ClientAddress.of(address, NOT_FORWARDED, trusted(""))
                        .network()
                        .getHostAddress())
                .isEqualTo(network);
    }

    @Test
    void aPeerHasAnAddress() {
        assertThatThrownBy(() -> ClientAddress.of("localhost", NOT_FORWARDED, trusted("")))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static TrustedProxies trusted(String list) {
        return Configuration.parse("server:\n  trusted-proxies: '" + list + "'\n", "test.yaml", Map.of())
                .server()
                .trustedProxies();
    }
}
