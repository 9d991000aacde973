package dev.fanfare.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.BigRange;
import net.jqwik.api.constraints.NumericChars;

class SettingPropertyTest {
    private static final Map<String, Long> MILLIS =
            Map.of("ms", 1L, "s", 1000L, "m", 60_000L, "h", 3_600_000L, "d", 86_400_000L);
    private static final Map<String, Long> BYTES = Map.of("B", 1L, "KiB", 1024L, "MiB", 1L << 20, "GiB", 1L << 30);
    private static final Duration MOST = Duration.ofDays(3);

    @Property
    void aDurationIsItsAmountTimesItsUnitOrRefused(
            @ForAll @BigRange(min = "0", max = "99999999999999999999") BigInteger amount,
            @ForAll("times") String unit) {
        BigInteger millis = amount.multiply(BigInteger.valueOf(MILLIS.getOrDefault(unit, 0L)));
        Setting setting = setting(amount + unit);
        if (millis.compareTo(BigInteger.valueOf(MOST.toMillis())) <= 0) {
            assertThat(setting.duration(Duration.ZERO, MOST)).isEqualTo(Duration.ofMillis(millis.longValueExact()));
        } else {
            assertThatThrownBy(() -> setting.duration(Duration.ZERO, MOST)).isInstanceOf(ConfigurationException.class);
        }
    }

    @Property
    void aSizeIsItsAmountTimesItsUnitOrRefused(
            @ForAll @BigRange(min = "0", max = "99999999999999999999") BigInteger amount,
            @ForAll("sizes") String unit) {
        BigInteger bytes = amount.multiply(BigInteger.valueOf(BYTES.getOrDefault(unit, 0L)));
        Setting setting = setting(amount + " " + unit);
        if (bytes.compareTo(BigInteger.valueOf(Integer.MAX_VALUE)) <= 0) {
            assertThat(setting.size(0, Integer.MAX_VALUE)).isEqualTo(bytes.intValueExact());
        } else {
            assertThatThrownBy(() -> setting.size(0, Integer.MAX_VALUE)).isInstanceOf(ConfigurationException.class);
        }
    }

    @Property
    void anyTextIsReadOrRefusedByEveryReader(@ForAll @AlphaChars @NumericChars String text) {
        Setting setting = setting(text);
        for (Runnable reader : List.<Runnable>of(
                () -> setting.duration(Duration.ZERO, MOST),
                () -> setting.size(0, Integer.MAX_VALUE),
                () -> setting.integer(0, 10),
                setting::bool,
                () -> Origins.of(setting),
                () -> Rule.of(setting))) {
            try {
                reader.run();
            } catch (ConfigurationException e) {
                assertThat(e).hasMessageStartingWith("here: a.key: '" + text + "' ");
            }
        }
    }

    @Provide
    Arbitrary<String> times() {
        return Arbitraries.of(MILLIS.keySet());
    }

    @Provide
    Arbitrary<String> sizes() {
        return Arbitraries.of(BYTES.keySet());
    }

    private static Setting setting(String text) {
        return new Setting("a.key", List.of(text), "here");
    }
}
