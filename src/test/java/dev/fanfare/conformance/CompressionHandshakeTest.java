package dev.fanfare.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fanfare.testing.Response;
import dev.fanfare.testing.SharedInstance;
import dev.fanfare.testing.UpgradeRequest;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which offers of {@code permessage-deflate} are accepted, and how (RFC 7692, sections 5 and 7.1; RFC 6455, section 9.1). */
class CompressionHandshakeTest {
    @RegisterExtension
    static final SharedInstance SERVER = SharedInstance.with();

    private static final List<String> ALWAYS = List.of("server_no_context_takeover", "client_no_context_takeover");

    /** Offers in a header each, of which none or one is accepted. */
    private static Response answer(String... offers) {
        UpgradeRequest request = SERVER.upgrade("/");
        for (String offer : offers) {
            request = request.offering(offer);
        }
        return SERVER.answer(request);
    }

    private static void accepts(String... offers) {
        assertAccepted(answer(offers));
    }

    private static void assertAccepted(Response response, String... more) {
        assertThat(response.status()).as("%s", response).isEqualTo(101);
        assertThat(response.headers().get("sec-websocket-extensions")).hasSize(1);
        List<String> words =
                Arrays.asList(response.header("Sec-WebSocket-Extensions").split(" *; *", -1));
        assertThat(words).first().isEqualTo("permessage-deflate");
        assertThat(words.subList(1, words.size()))
                .containsExactlyInAnyOrder(
                        Stream.concat(ALWAYS.stream(), Stream.of(more)).toArray(String[]::new));
    }

    private static void declines(String... offers) {
        Response response = answer(offers);
        assertThat(response.status()).as("%s", response).isEqualTo(101);
        assertThat(response.headers()).doesNotContainKey("sec-websocket-extensions");
    }

    private static void refuses(String... offers) {
        Response response = answer(offers);
        assertThat(response.status()).as("%s", response).isEqualTo(400);
        assertThat(response.headers()).doesNotContainKeys("sec-websocket-accept", "sec-websocket-extensions");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/raw/conformance", "/ws"})
    void acceptsAnOfferAtEveryAddress(String path) {
        assertAccepted(SERVER.answer(SERVER.upgrade(path).offering("permessage-deflate")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/raw/conformance", "/ws"})
    void namesNoExtensionWhereNoneIsOffered(String path) {
        Response response = SERVER.answer(SERVER.upgrade(path));
        assertThat(response.status()).isEqualTo(101);
        assertThat(response.headers()).doesNotContainKey("sec-websocket-extensions");
    }

    @Test
    void selectsASubprotocolBesideTheExtension() {
        Response response = SERVER.answer(
                SERVER.upgrade("/ws").with("Sec-WebSocket-Protocol", "fanfare").offering("permessage-deflate"));
        assertAccepted(response);
        assertThat(response.header("Sec-WebSocket-Protocol")).isEqualTo("fanfare");
    }

    // 7.1.1.1 and 7.1.1.2: no context takeover

    @ParameterizedTest
    @ValueSource(
            strings = {
                "server_no_context_takeover",
                "client_no_context_takeover",
                "server_no_context_takeover; client_no_context_takeover",
                "client_no_context_takeover; server_no_context_takeover; client_max_window_bits"
            })
    void forgoesTheContextWhetherOrNotThatWasOffered(String parameters) {
        accepts("permessage-deflate; " + parameters);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "15", "true", "\"15\"", "server_no_context_takeover"})
    void declinesAValueWhereNoneMayBe(String value) {
        declines("permessage-deflate; server_no_context_takeover=" + value);
        declines("permessage-deflate; client_no_context_takeover=" + value);
    }

    // 7.1.2.1: server_max_window_bits

    @ParameterizedTest
    @ValueSource(strings = {"15", "\"15\"", "\"1\\5\"", "\"\\1\\5\""})
    void confirmsTheServersGreatestWindowWhereItIsOffered(String value) {
        assertAccepted(answer("permessage-deflate; server_max_window_bits=" + value), "server_max_window_bits=15");
        assertAccepted(
                answer("permessage-deflate; client_max_window_bits; server_max_window_bits=" + value
                        + "; server_no_context_takeover"),
                "server_max_window_bits=15");
    }

    @ParameterizedTest
    @ValueSource(strings = {"8", "9", "10", "11", "12", "13", "14", "\"10\""})
    void declinesASmallerWindowOfTheServer(String value) {
        declines("permessage-deflate; server_max_window_bits=" + value);
    }

    @Test
    void declinesAWindowOfTheServerWithoutItsSize() {
        declines("permessage-deflate; server_max_window_bits");
    }

    // 7.1.2.2: client_max_window_bits

    @ParameterizedTest
    @ValueSource(strings = {"8", "9", "10", "11", "12", "13", "14", "15", "\"8\"", "\"15\"", "\"1\\0\""})
    void acceptsAnyWindowOfTheClientAndAsksForNone(String value) {
        accepts("permessage-deflate; client_max_window_bits=" + value);
    }

    @Test
    void acceptsAWindowOfTheClientWithoutItsSize() {
        accepts("permessage-deflate; client_max_window_bits");
    }

    /** Digits without leading zeroes, from 8 to 15 (section 7.1.2). */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "0",
                "1",
                "7",
                "16",
                "32",
                "150",
                "4294967304",
                "99999999999999999999",
                "08",
                "015",
                "0xf",
                "-8",
                "+15",
                "15.0",
                "1e1",
                "abc",
                "true",
                "\"7\"",
                "\"08\""
            })
    void declinesAWindowOfASizeThatIsNone(String value) {
        declines("permessage-deflate; server_max_window_bits=" + value);
        declines("permessage-deflate; client_max_window_bits=" + value);
    }

    // 7.1: what an offer must not hold

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mux",
                "mux=1",
                "max_window_bits=15",
                "no_context_takeover",
                "server_no_context_takeover_",
                "client-max-window-bits",
                "s2c_max_window_bits=15"
            })
    void declinesAnUnknownParameter(String parameter) {
        declines("permessage-deflate; " + parameter);
        declines("permessage-deflate; client_max_window_bits; " + parameter);
        declines("permessage-deflate; " + parameter + "; client_max_window_bits");
    }

    @ParameterizedTest
    @CsvSource({
        "server_no_context_takeover, server_no_context_takeover",
        "client_no_context_takeover, client_no_context_takeover",
        "client_no_context_takeover, Client_No_Context_Takeover",
        "server_max_window_bits=15, server_max_window_bits=15",
        "client_max_window_bits, client_max_window_bits",
        "client_max_window_bits, client_max_window_bits=15",
        "client_max_window_bits=10, client_max_window_bits=15"
    })
    void declinesADoubledParameter(String first, String second) {
        declines("permessage-deflate; " + first + "; " + second);
        declines("permessage-deflate; " + first + "; server_no_context_takeover; " + second);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x-webkit-deflate-frame",
                "permessage-deflat",
                "permessage-deflate2",
                "deflate",
                "permessage-bzip2",
                "permessage-compress; method=deflate",
                "server_no_context_takeover",
                "foo; permessage-deflate"
            })
    void declinesAnotherExtension(String offer) {
        declines(offer);
    }

    // 5: several offers, of which the first that is acceptable is accepted

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x-webkit-deflate-frame, permessage-deflate",
                "permessage-deflate, x-webkit-deflate-frame",
                "foo; bar=baz; qux=\"quux\", permessage-deflate; client_max_window_bits",
                "permessage-deflate; server_max_window_bits=10, permessage-deflate",
                "permessage-deflate; mux, permessage-deflate; client_max_window_bits=7, permessage-deflate",
                "permessage-deflate; client_max_window_bits; client_max_window_bits, permessage-deflate",
                "permessage-deflate, permessage-deflate; mux",
                "permessage-deflate, permessage-deflate; server_max_window_bits=15"
            })
    void acceptsTheFirstAcceptableOfSeveralOffers(String offers) {
        accepts(offers);
        accepts(offers.split(", ", -1));
    }

    @Test
    void confirmsTheWindowOfTheOfferThatIsAccepted() {
        String offers = "permessage-deflate; server_max_window_bits=9, permessage-deflate; server_max_window_bits=15";
        assertAccepted(answer(offers + ", permessage-deflate"), "server_max_window_bits=15");
        assertAccepted(answer(offers, "permessage-deflate"), "server_max_window_bits=15");
    }

    @Test
    void declinesOffersOfWhichNoneIsAcceptable() {
        declines("permessage-deflate; server_max_window_bits=9, permessage-deflate; mux, mux");
        declines("permessage-deflate; server_max_window_bits=9", "permessage-deflate; mux", "mux");
    }

    // RFC 6455, section 9.1: how offers are spelled

    @ParameterizedTest
    @ValueSource(
            strings = {
                "PERMESSAGE-DEFLATE",
                "Permessage-Deflate; Client_Max_Window_Bits",
                "permessage-deflate; SERVER_NO_CONTEXT_TAKEOVER; CLIENT_MAX_WINDOW_BITS=10"
            })
    void takesNamesInAnyCase(String offer) {
        accepts(offer);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "permessage-deflate;client_max_window_bits",
                "permessage-deflate;client_max_window_bits=10;server_no_context_takeover",
                "permessage-deflate ; client_max_window_bits",
                "permessage-deflate\t;\tclient_max_window_bits",
                "  permessage-deflate  ;  client_max_window_bits  ",
                "permessage-deflate; client_max_window_bits = 10",
                "permessage-deflate; client_max_window_bits =\t\"10\" ; server_no_context_takeover",
                "foo,permessage-deflate",
                "foo\t,\tpermessage-deflate",
                ", permessage-deflate",
                "permessage-deflate,",
                "foo,, ,permessage-deflate"
            })
    void passesOverWhitespaceAndEmptyElements(String offers) {
        accepts(offers);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                ";",
                "=",
                "permessage-deflate;",
                "permessage-deflate; ",
                ";permessage-deflate",
                "permessage-deflate;;client_max_window_bits",
                "permessage-deflate; ; client_max_window_bits",
                "permessage-deflate;, foo",
                "permessage-deflate; =15",
                "permessage-deflate; \"client_max_window_bits\"",
                "permessage-deflate; client_max_window_bits=10=10",
                "permessage-deflate; client_max_window_bits==10",
                "permessage-deflate; client max window bits",
                "permessage-deflate client_max_window_bits",
                "permessage-deflate; client_max_window_bits 10",
                "permessage-deflate; client_max_window_bits=10 10",
                "permessage-deflate=15",
                "\"permessage-deflate\"",
                "permessage/deflate",
                "permessage-deflate; client/bits",
                "permessage-deflate; client_max_window_bits=1/0",
                "permessage-deflate; client_max_window_bits=(10)",
                "permessage-deflate; client_max_window_bits={10}",
                "permessage-deflate; f\u00fcr=10",
                "permessage-d\u00e9flate",
                "@",
                "<permessage-deflate>"
            })
    void refusesWhatIsNoListOfExtensions(String offers) {
        refuses(offers);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"15",
                "15\"",
                "\"",
                "\"15\\\"",
                "\"15\\",
                "\"1\"5",
                "1\"5\"",
                "\"15\"\"15\"",
                "'15\"",
            })
    void refusesAQuoteThatIsNotClosedOrNotAll(String value) {
        refuses("permessage-deflate; client_max_window_bits=" + value);
        refuses("foo; bar=" + value + ", permessage-deflate");
    }

    /** A value is a token, quoted or not. */
    @ParameterizedTest
    @ValueSource(
            strings = {"", "\"\"", "\"1 5\"", "\" 15\"", "\"1,5\"", "\"1;5\"", "\"1\\\"5\"", "\"1=5\"", "\"\\\\\""})
    void refusesAValueThatIsNoToken(String value) {
        refuses("permessage-deflate; client_max_window_bits=" + value);
        refuses("permessage-deflate; server_max_window_bits=" + value);
        refuses("foo; bar=" + value + ", permessage-deflate");
    }

    /** Against the grammar, but Python's {@code websockets} sends it where it is given no extensions. */
    @ParameterizedTest
    @ValueSource(strings = {"", ",", " , ,"})
    void takesAListOfNoExtensionsForNone(String offers) {
        declines(offers);
    }

    @Test
    void refusesAMalformedOfferBehindAGoodOne() {
        refuses("permessage-deflate, permessage-deflate;;");
        refuses("permessage-deflate", "permessage-deflate;;");
        refuses("permessage-deflate;;", "permessage-deflate");
    }

    @Test
    void answersAHeaderOfAnyLengthThatFits() {
        accepts("foo; bar, ".repeat(300) + "permessage-deflate");
        declines("permessage-deflate" + "; client_max_window_bits".repeat(200));
    }
}
