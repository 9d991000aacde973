package dev.fanfare.config;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigurationErrorsTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            server.port                | 65536    | is not within 0 to 65535
            server.port                | -1       | is not within 0 to 65535
            server.port                | 80.0     | is not a whole number
            server.port                | 99999999999 | is not a whole number
            server.event-loops         | 1025     | is not within 0 to 1024
            server.compression         | true     | is none of on, off
            server.transport           | kqueue   | is none of auto, epoll, io_uring, nio
            server.max-message-size    | 0B       | is not within 1B to 268435456B
            server.max-message-size    | 64       | is not a size such as 512B, 64KiB or 1MiB
            server.max-message-size    | 64kb     | is not a size such as 512B, 64KiB or 1MiB
            server.max-message-size    | 9999999999GiB | is not within 1B to 268435456B
            server.max-connections     | many     | is not a whole number
            server.max-connections-per-address | -5 | is not within 0 to 2147483647
            server.handshake-rate      | 1000001  | is not within 0 to 1000000
            server.handshake-burst     | 10000001 | is not within 0 to 10000000
            server.handshake-rate-per-address | 0.5 | is not a whole number
            server.handshake-burst-per-address | -1 | is not within 0 to 10000000
            server.trusted-proxies     | localhost | has 'localhost', which is no address and no block such as 10.0.0.0/8
            server.trusted-proxies     | 10.0.0.0/8,10.0.0 | has '10.0.0', which is no address and no block such as 10.0.0.0/8
            server.trusted-proxies     | 10.0.0.0/ | has '10.0.0.0/', which is no address and no block such as 10.0.0.0/8
            server.trusted-proxies     | 10.0.0.0/33 | has '10.0.0.0/33', whose prefix is longer than 32 bits
            server.trusted-proxies     | ::ffff:10.0.0.0/104 | has '::ffff:10.0.0.0/104', whose prefix is longer than 32 bits
            server.trusted-proxies     | 2001:db8::/129 | has '2001:db8::/129', whose prefix is longer than 128 bits
            server.trusted-proxies     | fe80::1%eth0 | has 'fe80::1%eth0', which is no address and no block such as 10.0.0.0/8
            server.proxy-protocol      | on       | is none of true, false
            server.handshake-timeout   | 0s       | is not within 0.001s to 1h
            server.handshake-timeout   | 10       | is not a duration such as 250ms, 10s, 5m or 1h
            server.origins             | example.org | is not same-origin, *, or a list of origins such as https://example.org, of which same-origin may be one
            server.origins             | https://a.example/page | is not same-origin, *, or a list of origins such as https://example.org, of which same-origin may be one
            server.origins             | '*,https://a.example' | is not same-origin, *, or a list of origins such as https://example.org, of which same-origin may be one
            server.origins             | ','      | is not same-origin, *, or a list of origins such as https://example.org, of which same-origin may be one
            server.tls.enabled         | yes      | is none of true, false
            session.ping-interval      | 2h       | is not within 0.001s to 1h
            session.pong-timeout       | 30s      | is not longer than session.ping-interval, which is '30s'
            session.write-timeout      | 2d       | is not within 0.001s to 1h
            session.send-limit         | 2GiB     | is not within 1B to 1073741824B
            session.max-subscriptions  | 0        | is not within 1 to 1000000
            session.message-rate       | 1000001  | is not within 0 to 1000000
            session.message-burst      | -1       | is not within 0 to 10000000
            session.byte-rate          | 1GiB     | is not within 0B to 536870912B
            session.byte-burst         | 2GiB     | is not within 0B to 1073741824B
            session.byte-burst         | 65535B   | is less than server.max-message-size, which is '64KiB'
            session.subscribe-rate     | many     | is not a whole number
            session.subscribe-burst    | -1       | is not within 0 to 10000000
            session.max-fragments      | 0        | is not within 1 to 1000000
            session.assembly-timeout   | soon     | is not a duration such as 250ms, 10s, 5m or 1h
            raw.enabled                | on       | is none of true, false
            raw.path                   | relay    | is not a path such as / or /relay
            raw.path                   | /ws      | is an address of another protocol
            raw.path                   | /raw/x   | is an address of another protocol
            raw.channel                | a b      | is not 1 to 256 of A-Z a-z 0-9 _ . : -
            broadcast.publish          | everyone | is none of anyone, authenticated, claim:NAME, nobody
            broadcast.publish          | claim:   | is none of anyone, authenticated, claim:NAME, nobody
            metrics.enabled            | TRUE     | is none of true, false
            metrics.port               | http     | is not a whole number
            shutdown.grace             | 61m      | is not within 0s to 1h
            shutdown.drain             | -1s      | is not a duration such as 250ms, 10s, 5m or 1h
            shutdown.timeout           | 0s       | is not within 0.001s to 1h
            log.level                  | verbose  | is none of error, warn, info, debug, trace
            log.format                 | xml      | is none of text, json
            """)
    void namesSourceLineKeyValueAndRuleInOneLine(String key, String value, String rule) {
        refused(Yaml.of(key, value), "test.yaml:" + Yaml.line(key) + ": " + key + ": '" + value + "' " + rule);
        assertThatThrownBy(() -> Configuration.load(null, Map.of(Yaml.variable(key), value)))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage("environment " + Yaml.variable(key) + ": " + key + ": '" + value + "' " + rule);
    }

    @Test
    void refusesAnUnknownKey() {
        refused("server:\n  host: a\n  prot: 1\n", "test.yaml:3: server.prot: unknown key");
        refused("sever:\n  host: a\n", "test.yaml:2: sever.host: unknown key");
        refused("server:\n  port:\n    number: 1\n", "test.yaml:3: server.port.number: unknown key");
    }

    @Test
    void refusesAValueWhereASectionIs() {
        refused("server: 5\n", "test.yaml:1: server: '5' stands where a section is needed");
        refused("server:\n  tls: true\n", "test.yaml:2: server.tls: 'true' stands where a section is needed");
        refused("server:\n", "test.yaml:1: server: '' stands where a section is needed");
    }

    @Test
    void refusesAListWhereOneValueIs() {
        refused("server:\n  port: [1, 2]\n", "test.yaml:2: server.port: '1, 2' is a list where one value is needed");
    }

    @Test
    void refusesAStructureWithinAList() {
        refused(
                "server:\n  origins: [{a: b}]\n",
                "test.yaml:2: server.origins: a plain value is needed, not a structure");
    }

    @Test
    void refusesADoubledKey() {
        refused("server:\n  port: 1\n  port: 2\n", "test.yaml:3: server.port: stands there twice");
    }

    @Test
    void refusesADoubledSection() {
        refused("server:\n  port: 1\nserver:\n  host: a\n", "test.yaml:3: server: stands there twice");
    }

    @Test
    void refusesAStructureThatHoldsItself() {
        refused("server: &self\n  tls: *self\n", "test.yaml:1: server: holds itself");
    }

    @Test
    void refusesWhatIsNoMapping() {
        refused("- server\n", "test.yaml:1: the configuration is sections of keys and values");
        refused("server\n", "test.yaml:1: the configuration is sections of keys and values");
    }

    @Test
    void refusesInvalidYamlWithItsLine() {
        assertThatThrownBy(() -> parse("server:\n  host: [a\nraw: b\n"))
                .isInstanceOf(ConfigurationException.class)
                .message()
                .matches("test\\.yaml:\\d+: no valid YAML: [^\\n]+");
        assertThatThrownBy(() -> parse("server:\n  host: a\u0000\n"))
                .isInstanceOf(ConfigurationException.class)
                .message()
                .matches("test\\.yaml(:\\d+)?: no valid YAML: [^\\n]+");
        assertThatThrownBy(() -> parse("server: {}\n---\nraw: {}\n"))
                .isInstanceOf(ConfigurationException.class)
                .message()
                .matches("test\\.yaml:\\d+: no valid YAML: [^\\n]+");
    }

    private static void refused(String yaml, String message) {
        assertThatThrownBy(() -> parse(yaml))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage(message);
    }

    private static Configuration parse(String yaml) {
        return Configuration.parse(yaml, "test.yaml", Map.of());
    }
}
