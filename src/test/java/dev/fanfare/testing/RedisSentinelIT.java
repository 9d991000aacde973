package dev.fanfare.testing;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The fixture itself. */
class RedisSentinelIT {
    @Test
    void theReplicaTakesOverWhenItIsToldToAndWhenTheMasterIsKilled() {
        try (RedisSentinel group = RedisSentinel.start()) {
            RedisServer first = group.master();
            assertThat(group.url()).contains(group.sentinel(2).url());
            group.failover();
            RedisServer second = group.master();
            assertThat(second).isNotSameAs(first);
            second.kill();
            group.awaitMasterOtherThan(second);
            assertThat(group.master()).isSameAs(first);
            assertThat(first.command("SET", "key", "value")).containsExactly("OK");
        }
    }
}
