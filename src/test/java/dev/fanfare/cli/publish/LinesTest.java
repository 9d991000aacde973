package dev.fanfare.cli.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fanfare.cli.publish.Lines.Line;
import java.io.IOException;
import java.io.PipedReader;
import java.io.PipedWriter;
import java.io.Reader;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LinesTest {
    private static List<Line> all(Lines lines) throws Exception {
        List<Line> all = new ArrayList<>();
        for (List<Line> batch = lines.next(); !batch.isEmpty(); batch = lines.next()) {
            assertThat(batch).hasSizeLessThanOrEqualTo(1000);
            assertThat(batch.subList(0, batch.size() - 1).stream()
                            .mapToInt(line -> line.text().length())
                            .sum())
                    .isLessThan(256 * 1024);
            all.addAll(batch);
        }
        return all;
    }

    @Test
    void whatIsCompleteIsThereWhileHalfALineStandsBehindIt() throws Exception {
        try (PipedWriter writer = new PipedWriter()) {
            Lines lines = new Lines(new PipedReader(writer));
            writer.write("one\nha");
            writer.flush();
            assertThat(lines.next()).containsExactly(new Line(1, "one"));
            writer.write("lf");
            writer.close();
            assertThat(lines.next()).containsExactly(new Line(2, "half"));
            assertThat(lines.next()).isEmpty();
            assertThat(lines.next()).isEmpty();
        }
    }

    @Test
    void allComeOnceInOrderAndInBatchesOfABoundedSize() throws Exception {
        assertThat(all(new Lines(
                        new StringReader("x".repeat(50_000).concat("\n").repeat(20) + "\n".repeat(3_000)))))
                .hasSize(3_020)
                .extracting(Line::number)
                .isSorted()
                .doesNotHaveDuplicates();
    }

    @Test
    void whatWasReadComesBeforeTheFailure() throws Exception {
        Reader broken = new StringReader("one\n") {
            private boolean isRead;

            @Override
            public int read(char[] buffer, int from, int length) throws IOException {
                if (isRead) {
                    throw new IOException("broken");
                }
                isRead = true;
                return super.read(buffer, from, length);
            }
        };
        Lines lines = new Lines(broken);
        assertThat(lines.next()).containsExactly(new Line(1, "one"));
        assertThatThrownBy(lines::next).hasMessage("broken");
    }
}
