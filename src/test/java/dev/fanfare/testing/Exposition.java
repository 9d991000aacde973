package dev.fanfare.testing;

import java.util.Arrays;
import java.util.List;

/**
 * What {@code /metrics} answered, in Prometheus's text format.
 *
 * @param text the whole of it
 */
public record Exposition(String text) {
    /** What a metrics port answers now. */
    public static Exposition scrape(int metricsPort) {
        Response response = HttpPeer.get(metricsPort, "/metrics");
        if (response.status() != 200) {
            throw new AssertionError("/metrics was answered with " + response);
        }
        return new Exposition(response.body());
    }

    /**
     * The sum of all samples that have this name and at least these labels, 0 where there is none.
     *
     * @param nameWithLabels such as {@code fanfare_connections_total{protocol="raw"}}, or the name alone
     */
    public double sum(String nameWithLabels) {
        int brace = nameWithLabels.indexOf('{');
        String name = brace < 0 ? nameWithLabels : nameWithLabels.substring(0, brace);
        List<String> labels = brace < 0
                ? List.of()
                : Arrays.asList(nameWithLabels
                        .substring(brace + 1, nameWithLabels.length() - 1)
                        .split(",", -1));
        return text.lines()
                .filter(line -> line.startsWith(name + "{") || line.startsWith(name + " "))
                .filter(line -> labels.stream().allMatch(line::contains))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }
}
