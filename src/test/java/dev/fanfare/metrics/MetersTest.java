package dev.fanfare.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Meter;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class MetersTest {
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final Meters meters = new Meters(registry);

    @Property(tries = 100)
    void whatIsOpenIsWhatWasOpenedWithoutWhatWasClosed(@ForAll List<Boolean> changes) {
        // jqwik makes one object for all tries.
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        Meters meters = new Meters(registry);
        long open = 0;
        for (boolean opening : changes) {
            if (opening || open == 0) {
                meters.connected("raw");
                open++;
            } else {
                meters.disconnected("raw", "client");
                open--;
            }
        }
        assertThat(registry.get("fanfare.connected.clients")
                        .tag("protocol", "raw")
                        .gauge()
                        .value())
                .isEqualTo((double) open);
        double opened = registry.get("fanfare.connections")
                .tag("protocol", "raw")
                .functionCounter()
                .count();
        var closed =
                registry.find("fanfare.disconnections").tag("reason", "client").counter();
        assertThat(opened - (closed == null ? 0 : closed.count())).isEqualTo((double) open);
    }

    @Test
    void everyMeterHasADescriptionAndNoLabelThatGrows() {
        useAll();
        assertThat(registry.getMeters()).isNotEmpty().allSatisfy(meter -> {
            Meter.Id id = meter.getId();
            assertThat(id.getDescription()).as(id.getName()).isNotBlank();
            assertThat(id.getTags()).allMatch(tag -> List.of("protocol", "reason", "direction", "to", "limit")
                    .contains(tag.getKey()));
        });
    }

    @Test
    void theNamesAreThoseThatOperatorsWereTold() {
        useAll();
        List<String> names = registry.scrape()
                .lines()
                .filter(line -> line.startsWith("# TYPE "))
                .map(line -> line.substring("# TYPE ".length()))
                .toList();
        assertThat(names)
                .containsExactlyInAnyOrder(
                        "fanfare_connected_clients gauge",
                        "fanfare_connections_total counter",
                        "fanfare_disconnections_total counter",
                        "fanfare_handshakes_rejected_total counter",
                        "fanfare_messages_total counter",
                        "fanfare_deliveries_total counter",
                        "fanfare_message_bytes_total counter",
                        "fanfare_dropped_total counter",
                        "fanfare_limited_total counter",
                        "fanfare_channels gauge",
                        "fanfare_subscriptions gauge",
                        "fanfare_positions_lost_total counter",
                        "fanfare_presence_members gauge",
                        "fanfare_queued_bytes gauge",
                        "fanfare_history_bytes gauge",
                        "fanfare_history_evicted_total counter",
                        "fanfare_delivery_seconds histogram",
                        "fanfare_delivery_seconds_max gauge"); // Micrometer's, beside every histogram
    }

    @Test
    void theMetersWithoutAReasonAreThereFromTheStart() {
        assertThat(registry.scrape())
                .contains("fanfare_connected_clients{protocol=\"raw\"} 0.0")
                .contains("fanfare_connected_clients{protocol=\"json\"} 0.0")
                .contains("fanfare_connections_total{protocol=\"json\"} 0.0")
                .contains("fanfare_messages_total 0.0")
                .contains("fanfare_message_bytes_total{direction=\"in\"} 0.0")
                .contains("fanfare_message_bytes_total{direction=\"out\"} 0.0")
                .contains("fanfare_delivery_seconds_count 0");
    }

    @Test
    void countsWhatItIsTold() {
        meters.published(10);
        meters.delivered(3, 36);
        meters.subscriptions(2);
        meters.subscriptions(-1);
        meters.queuedForHub(74);
        assertThat(registry.scrape())
                .contains("fanfare_messages_total 1.0")
                .contains("fanfare_message_bytes_total{direction=\"in\"} 10.0")
                .contains("fanfare_deliveries_total 3.0")
                .contains("fanfare_message_bytes_total{direction=\"out\"} 36.0")
                .contains("fanfare_subscriptions 1.0")
                .contains("fanfare_queued_bytes{to=\"hub\"} 74.0");
    }

    private void useAll() {
        meters.connected("raw");
        meters.disconnected("raw", "client");
        meters.rejected("path");
        meters.dropped("bad_request");
        meters.limited("message_rate");
        meters.deliveredAfter(1);
    }
}
