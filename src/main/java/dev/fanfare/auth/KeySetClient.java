package dev.fanfare.auth;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.RequestOptions;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;

/** Fetches a key set from its URL: once, from there and nowhere else, within bounds of time and size. */
final class KeySetClient {
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final int LARGEST = 256 * 1024;
    private static final int OK = 200;

    private final Vertx vertx;
    private final URI url;
    private final HttpClient client;

    KeySetClient(Vertx vertx, URI url) {
        this.vertx = vertx;
        this.url = url;
        // A certificate has to be signed by an authority that the JDK trusts, and to carry the host's name.
        this.client = vertx.createHttpClient(
                new HttpClientOptions().setKeepAlive(false).setVerifyHost(true).setConnectTimeout((int)
                        TIMEOUT.toMillis()));
    }

    /** The body of the answer; fails with one that says why there is none. */
    Future<Buffer> fetch() {
        Promise<Buffer> body = Promise.promise();
        long timer = vertx.setTimer(
                TIMEOUT.toMillis(),
                late -> body.tryFail(new IOException("no answer within " + TIMEOUT.toSeconds() + " s")));
        // What Vert.x throws, for a port that is none or a client that is closed, becomes a failure.
        Future<HttpClientRequest> request = Future.succeededFuture()
                .compose(begin -> client.request(new RequestOptions()
                        .setAbsoluteURI(url.toString())
                        .setFollowRedirects(false)
                        .putHeader(HttpHeaders.ACCEPT, "application/jwk-set+json, application/json")));
        request.compose(HttpClientRequest::send)
                .onSuccess(response -> read(response, body))
                .onFailure(body::tryFail);
        return body.future().onComplete(over -> {
            vertx.cancelTimer(timer);
            // Ends what goes on, where it was too slow or too much.
            request.onSuccess(HttpClientRequest::reset);
        });
    }

    private static void read(HttpClientResponse response, Promise<Buffer> body) {
        // First of all, as a response that is ended without one is logged as an error by Vert.x.
        response.exceptionHandler(body::tryFail);
        if (response.statusCode() != OK) {
            body.tryFail(new IOException("status " + response.statusCode()));
            return;
        }
        Buffer read = Buffer.buffer();
        response.endHandler(end -> body.tryComplete(read)).handler(chunk -> {
            if (read.length() + chunk.length() > LARGEST) {
                body.tryFail(new IOException("more than " + LARGEST + " bytes"));
            } else {
                read.appendBuffer(chunk);
            }
        });
    }

    void close() {
        client.close();
    }
}
