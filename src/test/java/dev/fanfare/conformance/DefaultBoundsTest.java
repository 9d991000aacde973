package dev.fanfare.conformance;

import static dev.fanfare.conformance.Samples.fragmentsOf;

import dev.fanfare.testing.Frame;
import dev.fanfare.testing.SharedInstance;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The bounds of a message where nothing is configured: 64 KiB in 1,024 fragments. */
class DefaultBoundsTest {
    @RegisterExtension
    static final SharedInstance SERVER = SharedInstance.with();

    @Test
    void takes65536BytesAndNotOneMore() {
        byte[] longest = Samples.binary(65536);
        SERVER.connect("/").sendBinary(longest).expectBinary(longest);
        SERVER.connect("/").sendBinary(Samples.binary(65537)).expectCloseAndEof(1009);
        SERVER.connect("/")
                .send(fragmentsOf(32768, Frame.BINARY, Samples.binary(65537)))
                .expectCloseAndEof(1009);
    }

    @Test
    void takes1024FragmentsAndNotOneMore() {
        byte[] payload = Samples.ascii(1024);
        SERVER.connect("/").send(fragmentsOf(1, Frame.TEXT, payload)).expect(Frame.text(payload));
        SERVER.connect("/")
                .send(fragmentsOf(1, Frame.TEXT, Samples.ascii(1025)))
                .expectCloseAndEof(1008);
    }
}
