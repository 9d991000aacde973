package dev.fanfare.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fanfare.config.Configuration;
import dev.fanfare.protocol.ChannelName;
import dev.fanfare.protocol.ErrorCode;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AccessTest {

    @Test
    void anyoneMayBroadcastWhereTheRuleSaysSo() {
        assertThat(access("anyone").refusesToPublish(null)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"authenticated", "claim:admin", "nobody"})
    void nobodyMayBroadcastWhereTheRuleAsksForMore(String rule) {
        assertThat(access(rule).refusesToPublish(null)).hasValueSatisfying(refusal -> {
            assertThat(refusal.code()).isEqualTo(ErrorCode.UNAUTHORISED);
            assertThat(refusal.sentence()).contains("broadcast.publish");
        });
        assertThat(access(rule).refusesToPublish(new ChannelName("a"))).isEmpty();
    }

    @Test
    void nobodyMaySpeakForAProcess() {
        assertThat(access("anyone").refusesToPublish(new ChannelName("process:1")))
                .hasValueSatisfying(refusal -> assertThat(refusal.code()).isEqualTo(ErrorCode.UNAUTHORISED));
    }

    private static Access access(String rule) {
        String yaml = "broadcast:\n  publish: " + rule + "\n";
        return new Access(
                Configuration.parse(yaml, "test.yaml", Map.of()).broadcast().publish());
    }
}
