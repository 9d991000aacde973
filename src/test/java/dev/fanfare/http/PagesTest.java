package dev.fanfare.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fanfare.testing.HttpPeer;
import dev.fanfare.testing.Instance;
import dev.fanfare.testing.Response;
import dev.fanfare.testing.SharedInstance;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a browser gets. What the pages do is tested in {@code src/test/js}. */
class PagesTest {
    @RegisterExtension
    static final SharedInstance SERVER = SharedInstance.with();

    private static final Pattern LOADED = Pattern.compile("\\b(?:href|src)=\"(?!data:|#)([^\"]*)\"");
    private static final Pattern IMPORTED = Pattern.compile("(?m)^import .* from '([^']*)';$");

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

    @ParameterizedTest
    @ValueSource(strings = {"/", "/process/build-7"})
    void allowsWhatIsServedBesideItAndNothingElse(String path) {
        assertThat(HttpPeer.get(SERVER.port(), path).header("Content-Security-Policy"))
                .isEqualTo("default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; "
                        + "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
                        + "require-trusted-types-for 'script'; trusted-types 'none'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/process/build-7"})
    void loadsOnlyWhatIsThere(String path) {
        String body = HttpPeer.get(SERVER.port(), path).body();
        assertThat(body).doesNotContain("<style", "style=", "onclick", "url(");
        List<String> loaded = new ArrayList<>();
        Matcher matcher = LOADED.matcher(body);
        while (matcher.find()) {
            loaded.add(URI.create(path).resolve(matcher.group(1)).getPath());
        }
        assertThat(loaded).hasSizeGreaterThan(2).doesNotHaveDuplicates();
        for (int i = 0; i < loaded.size(); i++) {
            Response part = HttpPeer.get(SERVER.port(), loaded.get(i));
            assertThat(part.status()).as(loaded.get(i)).isEqualTo(200);
            Matcher imports = IMPORTED.matcher(loaded.get(i).endsWith(".js") ? part.body() : "");
            while (imports.find()) {
                String module =
                        URI.create(loaded.get(i)).resolve(imports.group(1)).getPath();
                if (!loaded.contains(module)) {
                    loaded.add(module);
                }
            }
        }
        assertThat(loaded).contains("/fanfare.js", "/pages/connection.js");
    }

    @ParameterizedTest
    @CsvSource({
        "/fanfare.js, text/javascript; charset=utf-8",
        "/asyncapi.json, application/json",
        "/pages/base.css, text/css; charset=utf-8",
        "/pages/connection.js, text/javascript; charset=utf-8",
        "/process/a, text/html; charset=utf-8"
    })
    void servesFilesAsWhatTheyAre(String path, String type) {
        Response file = HttpPeer.get(SERVER.port(), path);
        assertThat(file.status()).isEqualTo(200);
        assertThat(file.header("Content-Type")).isEqualTo(type);
        assertThat(file.header("X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(file.header("Cache-Control")).isEqualTo("no-cache");
        assertThat(file.header("ETag")).matches("\"[^\"]+\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/fanfare.js", "/asyncapi.json"})
    void letsPagesFromElsewhereHaveThe(String path) {
        assertThat(HttpPeer.get(SERVER.port(), path).header("Access-Control-Allow-Origin"))
                .isEqualTo("*");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/process",
                "/process/",
                "/process/a/b",
                "/process/a%20b",
                "/process/a/",
                "/process/ä",
                "/process/.",
                "/process/.."
            })
    void showsNoProcessWhoseNameIsNone(String path) {
        assertThat(HttpPeer.get(SERVER.port(), path).status()).isEqualTo(404);
    }

    @Test
    void showsNoProcessWhoseNameIsTooLong() {
        assertThat(HttpPeer.get(SERVER.port(), "/process/" + "n".repeat(128)).status())
                .isEqualTo(200);
        assertThat(HttpPeer.get(SERVER.port(), "/process/" + "n".repeat(129)).status())
                .isEqualTo(404);
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
    @ValueSource(
            strings = {
                "//",
                "/./",
                "/index.html",
                "/pages/demo.html",
                "/pages/",
                "/pages/../pages/demo.js",
                "//fanfare.js"
            })
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
