package dev.fanfare.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fanfare.testing.Deflate;
import java.nio.charset.StandardCharsets;
import java.util.zip.DataFormatException;
import org.junit.jupiter.api.Test;

/** What a hostile sender could do to an inflater that others use too; the rest is tested over sockets. */
class InflationTest {
    /** An empty block that is marked as the last one. */
    private static final byte[] LAST_BLOCK = {3, 0};

    private final Inflation inflation = new Inflation();

    private byte[] inflate(byte[] compressed, int most) throws Exception {
        return inflation.inflate(compressed, most);
    }

    private static byte[] lastBlocks(int count) {
        byte[] blocks = new byte[2 * count + 1];
        for (int i = 0; i < count; i++) {
            System.arraycopy(LAST_BLOCK, 0, blocks, 2 * i, 2);
        }
        return blocks;
    }

    @Test
    void blocksThatAreMarkedAsTheLastAreBounded() throws Exception {
        assertThat(inflate(lastBlocks(256), 10)).isEmpty();
        assertThatThrownBy(() -> inflate(lastBlocks(257), 10))
                .isInstanceOf(DataFormatException.class)
                .hasMessageContaining("last blocks");
    }

    @Test
    void whatWasRefusedLeavesNothingBehind() throws Exception {
        byte[] hello = Deflate.compress("hello".getBytes(StandardCharsets.UTF_8));
        for (byte[] wrong : new byte[][] {{}, {7}, {5, 1, 2, 3}, lastBlocks(300), Deflate.compress(new byte[100])}) {
            assertThatThrownBy(() -> inflate(wrong, 99)).isInstanceOf(Exception.class);
            assertThat(inflate(hello, 5)).asString(StandardCharsets.UTF_8).isEqualTo("hello");
        }
    }

    @Test
    void aMessageMayHaveAsManyBytesAsItIsAllowedAndNoMore() throws Exception {
        for (int size : new int[] {0, 1, 255, 256, 257, 1000, 70_000}) {
            byte[] compressed = Deflate.compress(new byte[size]);
            assertThat(inflate(compressed, size)).hasSize(size);
            if (size > 0) {
                assertThatThrownBy(() -> inflate(compressed, size - 1)).isInstanceOf(Inflation.TooLargeException.class);
            }
        }
    }

    @Test
    void theBoundOfWhatIsHeldDoesNotOverflow() {
        assertThat(Inflation.compressedBound(Integer.MAX_VALUE)).isEqualTo(Integer.MAX_VALUE);
        assertThat(Inflation.compressedBound(1)).isGreaterThan(1);
    }
}
