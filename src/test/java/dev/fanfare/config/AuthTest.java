package dev.fanfare.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fanfare.config.Auth.ApiKey;
import dev.fanfare.config.Auth.Jwt;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The keys of {@code auth} and {@code channels}, other than those that have an {@link Effect} each. */
class AuthTest {
    private static final String DIGEST = "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae";
    private static final String SECRET = "0123456789abcdef0123456789abcdef";

    @TempDir
    Path directory = Path.of("");

    static Stream<String> keys() {
        return Stream.of(
                "channels",
                "auth.api-keys",
                "auth.jwt.secret",
                "auth.jwt.public-key",
                "auth.jwt.jwks-url",
                "auth.jwt.algorithm",
                "auth.jwt.issuer",
                "auth.jwt.audience",
                "auth.jwt.jwks-max-age",
                "auth.jwt.jwks-cooldown");
    }

    @Test
    void readsRulesInTheirOrder() {
        Channels channels = parse("""
                channels:
                  - match: "news:*"
                    publish: claim:editor
                  - match: "*"
                    subscribe: authenticated
                    publish: nobody
                """).channels();

        ChannelRule news = channels.of("news:1");
        assertThat(news.match()).isEqualTo(new ChannelPattern("news:*"));
        assertThat(news.subscribe()).isEqualTo(Rule.ANYONE);
        assertThat(news.publish()).isEqualTo(new Rule(Rule.Who.CLAIM, "editor"));
        assertThat(channels.of("other").subscribe()).isEqualTo(Rule.AUTHENTICATED);
        assertThat(channels.of("other").publish().who()).isEqualTo(Rule.Who.NOBODY);
    }

    @ParameterizedTest
    @CsvSource({"false,ANYONE", "true,AUTHENTICATED"})
    void leavesToThoseWhoMayConnectWhatNoRuleMatches(boolean required, Rule.Who who) {
        Channels channels = parse("auth:\n  required: " + required + "\nchannels:\n  - match: a\n")
                .channels();

        assertThat(channels.of("a").subscribe().who()).isEqualTo(who);
        assertThat(channels.of("b").subscribe().who()).isEqualTo(who);
        assertThat(channels.of("b").publish().who()).isEqualTo(who);
    }

    @Test
    void keepsWhatProcessesWriteWhereNoOtherRulesAreGiven() {
        ChannelRule usual = parse("").channels().of("process:1");
        assertThat(usual.historySize()).isEqualTo(100_000);
        assertThat(usual.historyTtl()).isEqualTo(Duration.ofHours(24));
        assertThat(parse("").channels().of("other").isStored()).isFalse();
        assertThat(parse("channels: []").channels().rules()).isEmpty();
    }

    @Test
    void aListOfRulesTakesThePlaceOfTheUsualOne() {
        Channels channels = parse("channels: [{match: a}]").channels();
        assertThat(channels.rules()).hasSize(1);
        assertThat(channels.of("a").isStored()).isFalse();
        assertThat(channels.of("process:1").isStored()).isFalse();
    }

    @Test
    void readsWhatIsKeptOfChannels() {
        Channels channels = parse("""
                channels:
                  - {match: a, history-size: 10, history-ttl: 5m, ack: true, conflate: true}
                  - {match: b, last: true, presence: true, join-leave: true}
                  - {match: c, history-size: 0, ack: false}
                """).channels();

        ChannelRule a = channels.of("a");
        assertThat(a.historySize()).isEqualTo(10);
        assertThat(a.historyTtl()).isEqualTo(Duration.ofMinutes(5));
        assertThat(List.of(a.ack(), a.conflate())).containsOnly(true);
        assertThat(List.of(a.last(), a.presence(), a.joinLeave())).containsOnly(false);
        ChannelRule b = channels.of("b");
        assertThat(b.historySize()).as("for the last message").isEqualTo(1);
        assertThat(b.historyTtl()).isEqualTo(Duration.ofHours(1));
        assertThat(List.of(b.last(), b.presence(), b.joinLeave(), b.isStored())).containsOnly(true);
        assertThat(channels.of("c").isStored()).isFalse();
        assertThat(channels.of("d").isStored()).isFalse();
    }

    @Test
    void readsApiKeysAndShowsNoHash() {
        Configuration configuration = parse("auth:\n  api-keys:\n    - name: backend\n      sha256: " + DIGEST
                + "\n      claims: [editor, admin]\n    - {name: other, sha256: '" + "0".repeat(64) + "'}\n");

        assertThat(configuration.auth().apiKeys())
                .containsExactly(
                        new ApiKey("backend", DIGEST, Set.of("editor", "admin")),
                        new ApiKey("other", "0".repeat(64), Set.of()));
        assertThat(configuration.toString()).doesNotContain(DIGEST);
        assertThat(configuration.effective())
                .containsEntry("auth.api-keys[0].name", "backend")
                .containsEntry("auth.api-keys[0].sha256", "***");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            channels: [a]                                            | test.yaml:1: channels: 'a' is not a list of sections with match, subscribe, publish, history-size, history-ttl, last, presence, join-leave, ack, conflate
            channels: [{match: a, write: b}]                         | test.yaml:1: channels[0].write: unknown key
            channels: [{subscribe: anyone}]                          | test.yaml:1: channels[0].match: is missing
            channels: [{match: a}, {match: "a b"}]                   | test.yaml:1: channels[1].match: 'a b' is no pattern: a pattern is 1 to 256 of A-Z a-z 0-9 _ . : - and *
            channels: [{match: a, publish: me}]                      | test.yaml:1: channels[0].publish: 'me' is none of anyone, authenticated, claim:NAME, nobody
            channels: [{}]                                           | test.yaml:1: channels: an empty section
            channels: [{match: a, history-size: 100001}]             | test.yaml:1: channels[0].history-size: '100001' is not within 0 to 100000
            channels: [{match: a, history-size: 1, history-ttl: 0s}] | test.yaml:1: channels[0].history-ttl: '0s' is not within 1s to *
            channels: [{match: a, history-ttl: 1m}]                  | test.yaml:1: channels[0].history-ttl: '1m' needs history-size
            channels: [{match: a, ack: true}]                        | test.yaml:1: channels[0].ack: 'true' needs history-size
            channels: [{match: a, join-leave: true}]                 | test.yaml:1: channels[0].join-leave: 'true' needs presence
            channels: [{match: a, last: yes}]                        | test.yaml:1: channels[0].last: 'yes' is *
            channels: {match: a}                                     | test.yaml:1: channels.match: unknown key
            auth: {api-keys: [{name: a}]}                            | test.yaml:1: auth.api-keys[0].sha256: is missing
            auth: {api-keys: [{name: a b, sha256: c}]}               | test.yaml:1: auth.api-keys[0].name: the value (not shown, it may hold a password) is not 1 to 64 of A-Z a-z 0-9 _ . -
            auth: {api-keys: [{name: a, sha256: my-secret}]}         | test.yaml:1: auth.api-keys[0].sha256: the value (not shown, it may hold a password) is not the SHA-256 of a key: 64 of 0-9 a-f
            auth: {api-keys: [my-secret]}                            | test.yaml:1: auth.api-keys: the value (not shown, it may hold a password) is not a list of sections with name, sha256, claims
            auth: {jwt: {secret: *my-secret}}                        | test.yaml:1: no valid YAML: a value that begins with * needs quotes
            auth: {jwt: {secret: too-short}}                         | test.yaml:1: auth.jwt.secret: the value (not shown, it may hold a password) is shorter than 32 bytes (RFC 7518, section 3.2)
            auth: {jwt: {algorithm: none}}                           | test.yaml:1: auth.jwt.algorithm: the value (not shown, it may hold a password) is none of HS256, *
            auth: {jwt: {jwks-url: "ftp://a/b"}}                     | test.yaml:1: auth.jwt.jwks-url: the value (not shown, it may hold a password) is no URL such as *
            auth: {jwt: {jwks-url: "https://me:pw@a/b"}}             | test.yaml:1: auth.jwt.jwks-url: the value (not shown, it may hold a password) is no URL such as *
            auth: {jwt: {public-key: /none.pem}}                     | test.yaml:1: auth.jwt.public-key: '/none.pem' is no file that can be read
            auth: {jwt: {public-key: /a, jwks-url: "https://a/b"}}   | test.yaml:1: auth.jwt.jwks-url: the value (not shown, it may hold a password) stands beside auth.jwt.public-key: one of them is enough
            auth: {jwt: {algorithm: HS256, jwks-url: "https://a/b"}} | test.yaml:1: auth.jwt.algorithm: the value (not shown, it may hold a password) is not for this kind of key
            """)
    void saysWhatIsWrong(String yaml, String message) {
        assertThatThrownBy(() -> parse(yaml))
                .isInstanceOf(ConfigurationException.class)
                .satisfies(e -> assertThat(new Expected(message).matches(String.valueOf(e.getMessage())))
                        .as(e.getMessage())
                        .isTrue());
    }

    /** An expected text that may end in any way, told by a star. */
    private record Expected(String expected) {
        boolean matches(String text) {
            return expected.endsWith("*")
                    ? text.startsWith(expected.substring(0, expected.length() - 1))
                    : text.equals(expected);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"name: a, sha256: '1'", "name: b, sha256: '0'"})
    void refusesAKeyThatStandsThereTwice(String second) {
        String digest = second.contains("'1'") ? "1".repeat(64) : "0".repeat(64);
        String yaml = "auth: {api-keys: [{name: a, sha256: '" + "0".repeat(64) + "'}, {"
                + second.replaceAll("'.'", "'" + digest + "'") + "}]}";

        assertThatThrownBy(() -> parse(yaml))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("stands there twice")
                .hasMessageNotContaining(digest);
    }

    @Test
    void takesASecretFromTheEnvironmentAndShowsItNowhere() {
        Configuration configuration = Configuration.load(null, Map.of("FANFARE_AUTH_JWT_SECRET", SECRET));

        assertThat(configuration.auth().jwt())
                .hasValueSatisfying(jwt -> assertThat(jwt.secret()).isEqualTo(SECRET));
        assertThat(configuration.toString()).doesNotContain(SECRET);
        assertThat(configuration.effective()).containsEntry("auth.jwt.secret", "***");
    }

    @Test
    void refusesTheHashOfNoKeyAtAll() {
        String digest = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assertThatThrownBy(() -> parse("auth: {api-keys: [{name: a, sha256: " + digest + "}]}"))
                .hasMessageContaining("is the SHA-256 of nothing");
    }

    @Test
    void showsNoQueryOfAUrl() {
        assertThat(parse("auth: {jwt: {jwks-url: 'https://a/b?key=secret'}}").effective())
                .containsEntry("auth.jwt.jwks-url", "https://a/b?***");
    }

    @Test
    void takesApiKeysAndRulesFromTheFileAlone() {
        Configuration configuration =
                Configuration.load(null, Map.of("FANFARE_CHANNELS", "a", "FANFARE_AUTH_API_KEYS", "b"));

        assertThat(configuration.unknownVariables()).containsExactly("FANFARE_AUTH_API_KEYS", "FANFARE_CHANNELS");
    }

    @Test
    void readsHowTokensAreVerified() throws IOException {
        Path pem = Files.createFile(directory.resolve("key.pem"));

        assertThat(parse("auth: {jwt: {public-key: '" + pem + "', algorithm: PS256, issuer: i, audience: a}}")
                        .auth()
                        .jwt())
                .contains(new Jwt(null, pem, null, "PS256", "i", "a", Duration.ofMinutes(10), Duration.ofSeconds(30)));
        assertThat(parse("auth: {jwt: {jwks-url: 'https://a/b', jwks-max-age: 1m, jwks-cooldown: 5s}}")
                        .auth()
                        .jwt())
                .contains(new Jwt(
                        null,
                        null,
                        URI.create("https://a/b"),
                        null,
                        null,
                        null,
                        Duration.ofMinutes(1),
                        Duration.ofSeconds(5)));
        assertThat(Configuration.load(null, Map.of()).auth().jwt()).isEmpty();
    }

    @Test
    void listsApiKeysBesideRulesInAnyOrderOfSections() {
        assertThat(parse("channels: []\nauth: {api-keys: []}").auth().apiKeys()).isEqualTo(List.of());
    }

    private static Configuration parse(String yaml) {
        return Configuration.parse(yaml, "test.yaml", Map.of());
    }
}
