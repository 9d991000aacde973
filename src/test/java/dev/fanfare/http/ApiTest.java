package dev.fanfare.http;

import static dev.fanfare.testing.ApiClient.KEY;
import static dev.fanfare.testing.ApiClient.request;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fanfare.testing.ApiClient;
import dev.fanfare.testing.HttpPeer;
import dev.fanfare.testing.Instance;
import dev.fanfare.testing.LogRecord;
import dev.fanfare.testing.Response;
import dev.fanfare.testing.SharedInstance;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may use the HTTP API, and what it says of requests that are none. */
class ApiTest {
    @RegisterExtension
    static final SharedInstance SERVER = SharedInstance.with(ApiClient.SETTING);

    @RegisterExtension
    static final SharedInstance KEYLESS = SharedInstance.with();

    private static final String PATH = "/api/v1/disconnect";
    private static final String BODY = "{\"user\":\"ada\"}";

    private static Response answer(String request) {
        return SERVER.http().send(request).response();
    }

    private static String valid() {
        return request(SERVER.port(), "POST", PATH, BODY);
    }

    private static void assertProblem(Response answer, int status, String title, String detail) {
        assertProblem(answer, status, title, detail, "");
    }

    private static void assertProblem(Response answer, int status, String title, String detail, String code) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(status);
        assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
        assertThat(answer.body())
                .isEqualTo("{\"type\":\"about:blank\",\"title\":\"%s\",\"status\":%d,\"detail\":\"%s\"%s}\n"
                        .formatted(title, status, detail, code.isEmpty() ? "" : ",\"code\":\"" + code + "\""));
        assertIsForNoPage(answer);
    }

    private static void assertIsForNoPage(Response answer) {
        assertThat(answer.headers().keySet()).noneMatch(name -> name.startsWith("access-control-"));
    }

    @Test
    void letsInWhoHasAnApiKey() {
        Response answer = answer(valid());
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("Content-Type")).isEqualTo("application/json");
        assertThat(answer.body()).isEqualTo("{\"disconnected\":0,\"complete\":true}\n");
        assertThat(answer(valid().replace("Bearer", "bearer")).status()).isEqualTo(200);
    }

    @Test
    void answersOneRequestAfterTheOtherOnAConnection() {
        HttpPeer http = SERVER.http();
        http.send(
                valid().replace(KEY, "wrong") + valid() + request(SERVER.port(), "POST", "/api/v1/x", BODY) + valid());
        assertThat(List.of(
                        http.response().status(),
                        http.response().status(),
                        http.response().status(),
                        http.response().status()))
                .containsExactly(401, 200, 404, 200);
    }

    @Test
    void takesABodyThatComesInChunksAndLate() {
        HttpPeer http = SERVER.http();
        http.send(valid().replace(
                        "Content-Length: 14\r\n\r\n" + BODY, "Transfer-Encoding: chunked\r\n\r\n7\r\n{\"user\"\r\n"));
        assertThat(http.send("7\r\n:\"ada\"}\r\n0\r\n\r\n").response().status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"X-Other: y", "Authorization: Bearer", "Authorization: Basic KEY", "Authorization: KEY"})
    void asksForAnApiKey(String header) {
        assertNotLetIn(header, "an API key is needed", "Bearer realm=\"fanfare\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Authorization: Bearer wrong",
                "authorization: bearer wrong",
                "Authorization: Bearer KEY KEY",
                "Authorization: Bearer KEY,KEY"
            })
    void saysThatAKeyIsNone(String header) {
        assertNotLetIn(header, "this is none of the API keys", "Bearer realm=\"fanfare\", error=\"invalid_token\"");
    }

    private static void assertNotLetIn(String header, String detail, String challenge) {
        String request = valid().replace("Authorization: Bearer " + KEY, header.replace("KEY", KEY));
        for (String each : List.of(request, request.replace("POST", "OPTIONS"), request.replace("/disconnect", "/x"))) {
            Response answer = answer(each);
            assertProblem(answer, 401, "Unauthorized", detail);
            assertThat(answer.header("WWW-Authenticate")).isEqualTo(challenge);
        }
    }

    @Test
    void tellsTheLogTheSameOfACredential() {
        try (Instance server = Instance.start(ApiClient.SETTING);
                LogRecord log = LogRecord.open();
                HttpPeer http = HttpPeer.to(server.port())) {
            for (String shown : List.of("Basic " + KEY, "Bearer " + KEY + '!', "Bearer wrong")) {
                assertThat(http.send(valid().replace("Bearer " + KEY, shown))
                                .response()
                                .status())
                        .isEqualTo(401);
            }
            assertThat(log.lines())
                    .filteredOn(line -> line.contains("request denied"))
                    .satisfiesExactly(
                            line -> assertThat(line).contains("reason=\"credential_missing\""),
                            line -> assertThat(line).contains("reason=\"credential_malformed\""),
                            line -> assertThat(line).contains("reason=\"credential_unknown\""));
        }
    }

    @Test
    void refusesTwoKeys() {
        Response answer = answer(valid().replace("Content-Type", "Authorization: Bearer x\r\nContent-Type"));
        assertProblem(answer, 400, "Bad Request", "more than one credential", "bad_request");
    }

    @Test
    void saysNothingOfARequestThatIsGivenUp() {
        String unfinished = valid().replace("Content-Length: 14", "Content-Length: 70000");
        SERVER.http().send(unfinished.replace("70000", "15")).wire().reset();
        SERVER.http().send(unfinished.replace("70000", "15")).close();
        HttpPeer refused = SERVER.http().send(unfinished + " ".repeat(69_000));
        assertThat(refused.response().status()).isEqualTo(413);
        refused.wire().reset();
        assertThat(answer(valid()).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"what is no chunk\r\n", "7\r\n{\"user\"what is no end of one\r\n"})
    void saysThatABodyIsMalformed(String chunks) {
        String chunked = valid().replace("Content-Length: 14", "Transfer-Encoding: chunked");
        HttpPeer http = SERVER.http().send(chunked.replace(BODY, chunks));
        Response refused = http.response();
        assertProblem(refused, 400, "Bad Request", "the body is malformed", "bad_request");
        assertThat(refused.header("Connection")).isEqualTo("close");
        http.wire().expectEnd();
    }

    @Test
    void readsNoKeyOutOfTheUrl() {
        String request = valid().replace("Authorization: Bearer " + KEY, "X-Other: y");
        assertThat(answer(request.replace(PATH, PATH + "?access_token=" + KEY)).status())
                .isEqualTo(401);
    }

    @Test
    void isForNobodyWhereThereAreNoApiKeys() {
        for (String request : List.of(valid(), valid().replace("Authorization: Bearer " + KEY, "X-Other: y"))) {
            Response answer = KEYLESS.http().send(request).response();
            assertProblem(answer, 403, "Forbidden", "no API keys are configured, so nobody may use this");
        }
    }

    @Test
    void doesNotWaitForTheBodyOfOneWhoIsNotLetIn() {
        String head = valid().replace(KEY, "wrong").replace("Content-Length: 14", "Content-Length: 1000000000");
        assertThat(answer(head).status()).isEqualTo(401);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/v1", "/api/v1/", "/api/v1/x", "/api/v1/disconnect/x", "/api/v1/Disconnect"})
    void saysWhereThereIsNothing(String path) {
        assertProblem(answer(request(SERVER.port(), "POST", path, BODY)), 404, "Not Found", "there is nothing here");
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "PUT", "DELETE", "PATCH", "OPTIONS"})
    void saysWhichMethodThereIs(String method) {
        Response answer = answer(request(SERVER.port(), method, PATH, BODY));
        assertProblem(answer, 405, "Method Not Allowed", "the method is POST");
        assertThat(answer.header("Allow")).isEqualTo("POST");
    }

    @Test
    void saysThatAPathIsMalformedAndLogsNoError() {
        double before = SERVER.instance().metric("fanfare_api_requests_total{status=\"400\"}");
        Response answer = answer(request(SERVER.port(), "GET", "/api/v1/channels/%zz/history", ""));
        assertProblem(answer, 400, "Bad Request", "the path is malformed", "bad_request");
        assertThat(SERVER.instance().metric("fanfare_api_requests_total{status=\"400\"}"))
                .isEqualTo(before + 1);
        assertThat(answer(request(SERVER.port(), "GET", "/channels/%zz", "")).header("Content-Type"))
                .isEqualTo("text/plain; charset=utf-8");
    }

    @Test
    void asksForABodyThatItsClientHoldsBack() {
        HttpPeer http = SERVER.http();
        http.send(valid().replace(BODY, "").replace("Content-Type", "Expect: 100-continue\r\nContent-Type"));
        assertThat(http.responseHead().status()).isEqualTo(100);
        assertThat(http.send(BODY).response().status()).isEqualTo(200);
    }

    @Test
    void countsRequestsByTheStatusOfTheAnswer() {
        double before = SERVER.instance().metric("fanfare_api_requests_total{status=\"405\"}");
        answer(request(SERVER.port(), "PUT", PATH, BODY));
        answer(request(SERVER.port(), "GET", PATH, ""));
        assertThat(SERVER.instance().metric("fanfare_api_requests_total{status=\"405\"}"))
                .isEqualTo(before + 2);
    }

    @Test
    void answersHeadWithoutABody() {
        HttpPeer http = SERVER.http();
        assertThat(http.send(request(SERVER.port(), "HEAD", PATH, ""))
                        .responseHead()
                        .status())
                .isEqualTo(405);
        assertThat(http.send(request(SERVER.port(), "HEAD", "/api/v1/cluster", ""))
                        .responseHead()
                        .status())
                .isEqualTo(200);
        assertThat(http.send(valid()).response().status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "X-Other: y",
                "Content-Type: text/plain",
                "Content-Type: application/jsonx",
                "Content-Type: application/x-www-form-urlencoded",
                "Content-Type: multipart/form-data; boundary=x"
            })
    void takesNothingButJson(String header) {
        Response answer = answer(valid().replace("Content-Type: application/json", header));
        assertProblem(answer, 415, "Unsupported Media Type", "the body has to be application/json");
    }

    @Test
    void takesParametersOfTheMediaType() {
        String request = valid().replace("application/json", "Application/JSON ; charset=utf-8");
        assertThat(answer(request).status()).isEqualTo(200);
    }

    @Test
    void refusesABodyThatIsTooLarge() {
        String most = BODY + " ".repeat((64 << 10) - BODY.length());
        assertThat(answer(request(SERVER.port(), "POST", PATH, most)).status()).isEqualTo(200);
        Response answer = answer(request(SERVER.port(), "POST", PATH, most + " "));
        assertProblem(answer, 413, "Content Too Large", "the body may have 65536 bytes", "too_large");
        assertThat(answer.header("Connection")).isEqualTo("close");
        String chunked = valid().replace("Content-Length: 14\r\n\r\n" + BODY, "Transfer-Encoding: chunked\r\n\r\n");
        assertProblem(
                answer(chunked + "10001\r\n" + most + " \r\n0\r\n\r\n"),
                413,
                "Content Too Large",
                "the body may have 65536 bytes",
                "too_large");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            ``                                  | a JSON object is needed
            []                                  | a JSON object is needed
            {"user":"ada"}{}                    | something stands behind the JSON object
            {"user":1}                          | 'user' is a string
            {"user":"a","user":"b"}             | the field 'user' stands there twice
            {}                                  | one of 'user' and 'session' is needed
            {"user":null}                       | one of 'user' and 'session' is needed
            {"name":"ada"}                      | there is no field 'name' here
            {"user":"ada","session":"AbCdEfGhIjKlMnOpQr_-09"} | one of 'user' and 'session' is needed
            {"user":"ada","why":"spam"}         | there is no field 'why' here
            {"user":""}                         | a user is 1 to 256 characters, none of them a control character
            {"user":"a\\nb"}                    | a user is 1 to 256 characters, none of them a control character
            {"user":"\\ud83d"}                  | a user is 1 to 256 characters, none of them a control character
            {"session":"AbCdEfGhIjKlMnOpQr"}    | a session is 22 of A-Z a-z 0-9 _ -
            """)
    void saysWhatIsWrongWithABody(String body, String detail) {
        assertProblem(answer(request(SERVER.port(), "POST", PATH, body)), 400, "Bad Request", detail, "bad_request");
    }

    @Test
    void saysWhichLineOfAProcessIsNone() {
        String path = "/api/v1/processes/1/output";
        String lines = "{\"lines\":[{\"data\":\"10%\\r20%\"},{\"data\":\"a\\nb\"}]}";
        assertProblem(
                answer(request(SERVER.port(), "POST", path, lines)),
                400,
                "Bad Request",
                "'lines[1]': a line has no line feed: it is sent without its end, and several as several",
                "bad_request");
        String progress = lines.replace("a\\nb", "100%\\r");
        assertThat(answer(request(SERVER.port(), "POST", path, progress)).status())
                .isEqualTo(200);
    }

    @Test
    void itsDocumentIsNotSentAgainToWhoHasIt() {
        HttpPeer http = SERVER.http();
        String request = "GET /api/v1/openapi.json HTTP/1.1\r\nHost: localhost\r\n";
        String etag = http.send(request + "\r\n").response().header("ETag");
        Response answer =
                http.send(request + "If-None-Match: " + etag + "\r\n\r\n").response();
        assertThat(answer.status()).isEqualTo(304);
        assertThat(http.send(request.replace("GET", "POST") + "\r\n").response().header("Content-Type"))
                .isEqualTo("application/problem+json");
    }

    @Test
    void saysWhereJsonIsBroken() {
        Response answer = answer(request(SERVER.port(), "POST", PATH, "{\"user\":ada}"));
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.body()).contains("no valid JSON at byte 12");
    }

    @Test
    void givesPagesOfOtherOriginsNoPermission() {
        String preflight = "OPTIONS " + PATH + " HTTP/1.1\r\nHost: localhost\r\nOrigin: https://evil.example\r\n"
                + "Access-Control-Request-Method: POST\r\nAccess-Control-Request-Headers: authorization\r\n\r\n";
        Response answer = answer(preflight);
        assertThat(answer.status()).isEqualTo(401);
        assertIsForNoPage(answer);
        answer = answer(valid().replace("Content-Type", "Origin: https://evil.example\r\nContent-Type"));
        assertThat(answer.status()).isEqualTo(200);
        assertIsForNoPage(answer);
    }
}
