package dev.fanfare.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fanfare.testing.HttpPeer;
import dev.fanfare.testing.Instance;
import dev.fanfare.testing.Response;
import dev.fanfare.testing.SharedInstance;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a browser gets for {@code /}. What the page does is tested in {@code src/test/js}. */
class DemoPageTest {
    @RegisterExtension
    static final SharedInstance SERVER = SharedInstance.with();

    private static Response page() {
        return HttpPeer.get(SERVER.port(), "/");
    }

    private static String request(String method, String headers) {
        return method + " / HTTP/1.1\r\nHost: localhost:" + SERVER.port() + "\r\n" + headers + "\r\n";
    }

    @Test
    void answersWithThePage() {
        Response page = page();
        assertThat(page.status()).isEqualTo(200);
        assertThat(page.header("Content-Type")).isEqualTo("text/html; charset=utf-8");
        assertThat(page.body()).startsWith("<!doctype html>").endsWith("</html>\n");
        assertThat(page.header("X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(page.header("Referrer-Policy")).isEqualTo("no-referrer");
        assertThat(page.header("Cache-Control")).isEqualTo("no-cache");
    }

    @Test
    void allowsItsOwnScriptAndStyleAndNothingElse() throws Exception {
        Response page = page();
        assertThat(page.header("Content-Security-Policy"))
                .isEqualTo("default-src 'none'; script-src '" + hash(page, "script") + "'; style-src '"
                        + hash(page, "style") + "'; img-src data:; connect-src 'self'; base-uri 'none'; "
                        + "form-action 'none'; frame-ancestors 'none'");
    }

    private static String hash(Response page, String element) throws Exception {
        Matcher matcher = Pattern.compile("<" + element + "\\b[^>]*>(.*?)</" + element + ">", Pattern.DOTALL)
                .matcher(page.body());
        assertThat(matcher.find()).isTrue();
        byte[] content = matcher.group(1).getBytes(ISO_8859_1);
        assertThat(matcher.find()).as("a second " + element).isFalse();
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(content);
        return "sha256-" + Base64.getEncoder().encodeToString(digest);
    }

    @Test
    void loadsNothingFromAnywhereElse() {
        assertThat(page().body())
                .doesNotContainPattern("\\bsrc\\s*=")
                .doesNotContainPattern("href=\"(?!data:|#)")
                .doesNotContain("@import", "url(");
    }

    @Test
    void answersHeadAsGetWithoutTheBody() {
        Response page = page();
        HttpPeer http = SERVER.http();
        Response head = http.send(request("HEAD", "")).responseHead();
        assertThat(head.status()).isEqualTo(200);
        for (String name : new String[] {"Content-Type", "Content-Length", "Content-Security-Policy", "ETag"}) {
            assertThat(head.header(name)).as(name).isEqualTo(page.header(name)).isNotEmpty();
        }
        // The next response begins right behind the head.
        assertThat(http.send(request("GET", "")).response().body()).isEqualTo(page.body());
    }

    @Test
    void isNotSentAgainToWhoHasIt() {
        String etag = page().header("ETag");
        assertThat(etag).matches("\"[^\"]+\"");
        HttpPeer http = SERVER.http();
        for (String known : new String[] {etag, "W/" + etag, "\"other\", " + etag, "*"}) {
            Response answer = http.send(request("GET", "If-None-Match: " + known + "\r\n"))
                    .response();
            assertThat(answer.status()).as(known).isEqualTo(304);
            assertThat(answer.header("ETag")).isEqualTo(etag);
            assertThat(answer.header("Cache-Control")).isEqualTo("no-cache");
        }
    }

    @Test
    void isSentToWhoHasAnother() {
        Response answer = SERVER.http()
                .send(request("GET", "If-None-Match: \"other\"\r\n"))
                .response();
        assertThat(answer.status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "DELETE", "PATCH", "OPTIONS"})
    void refusesAnotherMethod(String method) {
        Response answer =
                SERVER.http().send(request(method, "Content-Length: 0\r\n")).response();
        assertThat(answer.status()).isEqualTo(405);
        assertThat(answer.header("Allow")).isEqualTo("GET, HEAD");
    }

    @Test
    void doesNotWaitForABody() {
        Response answer = SERVER.http()
                .send(request("POST", "Content-Length: 1000000\r\n"))
                .response();
        assertThat(answer.status()).isEqualTo(405);
    }

    @Test
    void takesAQueryForNothing() {
        assertThat(HttpPeer.get(SERVER.port(), "/?x=1").body()).isEqualTo(page().body());
    }

    @ParameterizedTest
    @ValueSource(strings = {"//", "/./", "/index.html", "/page.html"})
    void isNowhereElse(String path) {
        assertThat(HttpPeer.get(SERVER.port(), path).status()).isEqualTo(404);
    }

    @Test
    void isNotCountedAsARefusal() {
        double before = SERVER.instance().metric("fanfare_handshakes_rejected_total");
        page();
        assertThat(SERVER.instance().metric("fanfare_handshakes_rejected_total"))
                .isEqualTo(before);
    }

    @Test
    void knowsWhereTheRawRelayIs() {
        assertThat(page().body()).contains("data-raw-path=\"/\" data-raw-enabled=\"true\"");
        try (Instance moved = Instance.start("raw.path=/relay")) {
            Response page = HttpPeer.get(moved.port(), "/");
            assertThat(page.status()).isEqualTo(200);
            assertThat(page.body()).contains("data-raw-path=\"/relay\" data-raw-enabled=\"true\"");
            assertThat(page.header("ETag")).isNotEqualTo(page().header("ETag"));
            assertThat(HttpPeer.get(moved.port(), "/relay").status()).isEqualTo(426);
        }
    }

    @Test
    void knowsThatThereIsNoRawRelay() {
        try (Instance without = Instance.start("raw.enabled=false")) {
            Response page = HttpPeer.get(without.port(), "/");
            assertThat(page.status()).isEqualTo(200);
            assertThat(page.body()).contains("data-raw-enabled=\"false\"");
        }
    }
}
