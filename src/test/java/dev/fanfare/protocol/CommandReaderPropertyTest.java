package dev.fanfare.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class CommandReaderPropertyTest {

    @Property(tries = 2000)
    void keepsDataAndIdVerbatimWhereverTheyStand(@ForAll long seed) {
        Random random = new Random(seed);
        JsonSamples samples = new JsonSamples(random);
        String data = samples.value();
        String id = samples.id();
        List<String> fields = new ArrayList<>(List.of(
                field(samples, "type", "\"publish\""),
                field(samples, "channel", "\"a:b\""),
                field(samples, "id", id),
                field(samples, "data", data),
                field(samples, "other", samples.value())));
        Collections.shuffle(fields, random);

        Command read = read(samples.space() + "{" + String.join(",", fields) + "}" + samples.space());

        assertThat(read).isInstanceOfSatisfying(Command.Publish.class, publish -> {
            assertThat(publish.id()).isEqualTo(new CommandId(id));
            assertThat(publish.channel()).isEqualTo(new ChannelName("a:b"));
            assertThat(publish.payload().kind()).isEqualTo(Payload.Kind.JSON);
            assertThat(publish.payload().asString()).isEqualTo(data);
        });
    }

    @Property(tries = 2000)
    void everyBytesAreACommandOrRefused(@ForAll byte[] bytes) {
        assertThat(new CommandReader(bytes).read()).isNotNull();
    }

    @Property(tries = 1000)
    void aCommandThatIsCutIsABadRequest(@ForAll long seed) {
        JsonSamples samples = new JsonSamples(new Random(seed));
        String whole =
                "{" + field(samples, "type", "\"publish\"") + "," + field(samples, "data", samples.value()) + "}";
        byte[] bytes = whole.getBytes(StandardCharsets.UTF_8);
        int end = Math.floorMod(seed, bytes.length);

        Command read = new CommandReader(Arrays.copyOf(bytes, end)).read();

        assertThat(read).isInstanceOfSatisfying(Command.Refused.class, refused -> assertThat(
                        refused.error().code())
                .isEqualTo(ErrorCode.BAD_REQUEST));
    }

    private static String field(JsonSamples samples, String name, String value) {
        return samples.space() + '"' + name + '"' + samples.space() + ":" + samples.space() + value + samples.space();
    }

    private static Command read(String json) {
        return new CommandReader(json.getBytes(StandardCharsets.UTF_8)).read();
    }
}
