package dev.fanfare.cli;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Map;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Where an instance is. */
final class RelayOptions {
    private static final String URL_VARIABLE = "FANFARE_URL";
    private static final Map<String, String> WEB_SOCKET =
            Map.of("http", "ws", "https", "wss", "ws", "ws", "wss", "wss");

    @Option(
            names = "--url",
            paramLabel = "URL",
            defaultValue = "${env:" + URL_VARIABLE + ":-http://127.0.0.1:8443}",
            converter = UrlConverter.class,
            description =
                    "The instance, or what balances several. Default: " + URL_VARIABLE + ", else http://127.0.0.1:8443")
    private URI url = URI.create("");

    /** For requests. */
    URI http() {
        return URI.create(scheme().replace("ws", "http") + rest());
    }

    /** For a WebSocket on this path. */
    URI webSocket(String path) {
        return URI.create(scheme() + rest() + (path.startsWith("/") ? "" : "/") + path);
    }

    private String scheme() {
        return WEB_SOCKET.getOrDefault(url.getScheme(), "");
    }

    private String rest() {
        return url.toString().substring(url.getScheme().length()).replaceFirst("/$", "");
    }

    /** Reads {@code https://example.org}, also with {@code wss}. */
    static final class UrlConverter implements ITypeConverter<URI> {
        @Override
        public URI convert(String value) {
            try {
                URI url = new URI(value);
                if (url.getHost() != null
                        && WEB_SOCKET.containsKey(url.getScheme())
                        && url.getRawUserInfo() == null
                        && url.getRawQuery() == null
                        && url.getRawFragment() == null) {
                    return url;
                }
            } catch (URISyntaxException e) {
                // as any other that can't be used
            }
            if (value.contains("@")) {
                // What stands before it may be a password.
                throw new TypeConversionException("it is no URL such as https://example.org, without a user");
            }
            throw new TypeConversionException("'" + value + "' is no URL such as https://example.org");
        }
    }
}
