import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;

final class Http {
    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

    HttpResponse<String> get(Life life, String path) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(life.metrics.resolve(path))
                .version(HttpClient.Version.HTTP_1_1)
                .timeout(Duration.ofSeconds(5))
                .build();
        return client.send(request, HttpResponse.BodyHandlers.ofString());
    }

    /** Returns each of Fanfare's metrics by its name and labels. */
    Map<String, Double> metrics(Life life) throws IOException, InterruptedException {
        return get(life, "/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith("fanfare_"))
                .collect(Collectors.toMap(
                        line -> line.substring(0, line.lastIndexOf(' ')),
                        line -> Double.valueOf(line.substring(line.lastIndexOf(' ') + 1))));
    }
}
