package dev.fanfare.http;

import dev.fanfare.config.Configuration;
import dev.fanfare.protocol.ProcessId;
import dev.fanfare.protocol.ProtocolException;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * What the instance serves to browsers: on {@code /} the page with which people try the relay out, on {@code /process/…} the
 * one that shows what a process writes, what both load, and, for pages and tools from elsewhere, the JavaScript client and
 * the description of the protocol.
 */
final class Pages {
    /** Everything is loaded from here, and nothing that arrives is ever taken for markup or script. */
    private static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; "
            + "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
            + "require-trusted-types-for 'script'; trusted-types 'none'";

    private static final Map<String, String> PAGE =
            Map.of("Content-Security-Policy", POLICY, "Referrer-Policy", "no-referrer");
    private static final Map<String, String> PART = Map.of("Cross-Origin-Resource-Policy", "same-origin");
    private static final Map<String, String> PUBLIC = Map.of("Access-Control-Allow-Origin", "*");

    private static final List<String> PARTS = List.of(
            "base.css",
            "channels.js",
            "connection.js",
            "demo.css",
            "demo.js",
            "figures.js",
            "lines.js",
            "messages.js",
            "output.js",
            "process.css",
            "process.js",
            "raw.js",
            "search.js",
            "terminal.js");
    private static final String PROCESS = "/process/";

    private final Configuration.Raw raw;
    private final Function<HttpServerRequest, String> paths;

    /**
     * @param raw where the raw relay is, which the page is told
     * @param paths the path of a request, within what is ours
     */
    Pages(Configuration.Raw raw, Function<HttpServerRequest, String> paths) {
        this.raw = raw;
        this.paths = paths;
    }

    void mount(Router router) {
        mount(router, "/", new Asset("pages/demo.html", PAGE, this::complete));
        mount(router, "/fanfare.js", new Asset("fanfare.js", PUBLIC));
        mount(router, "/asyncapi.json", new Asset("asyncapi.json", PUBLIC));
        PARTS.forEach(file -> mount(router, "/pages/" + file, new Asset("pages/" + file, PART)));
        Asset viewer = new Asset("pages/process.html", PAGE);
        router.route(PROCESS + "*").handler(routing -> {
            if (namesProcess(paths.apply(routing.request()))) {
                viewer.answer(routing);
            } else {
                routing.next();
            }
        });
    }

    private void mount(Router router, String path, Asset asset) {
        router.route(path).handler(routing -> {
            // The router takes // and /./ for /, the addresses of WebSockets are not so lenient.
            if (path.equals(paths.apply(routing.request()))) {
                asset.answer(routing);
            } else {
                routing.next();
            }
        });
    }

    /** Nothing to escape: the characters that a path may have mean nothing in HTML. */
    private String complete(String html) {
        return html.replace("{raw.path}", raw.path()).replace("{raw.enabled}", String.valueOf(raw.enabled()));
    }

    private static boolean namesProcess(String path) {
        try {
            return path.startsWith(PROCESS)
                    && !ProcessId.parse(path.substring(PROCESS.length()))
                            .value()
                            .isEmpty();
        } catch (ProtocolException e) {
            return false;
        }
    }
}
