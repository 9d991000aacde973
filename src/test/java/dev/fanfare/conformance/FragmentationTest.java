package dev.fanfare.conformance;

import static dev.fanfare.conformance.Samples.fragments;
import static dev.fanfare.conformance.Samples.fragmentsOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fanfare.testing.Frame;
import dev.fanfare.testing.SharedInstance;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A message in fragments is relayed whole (RFC 6455, section 5.4). */
class FragmentationTest {
    @RegisterExtension
    static final SharedInstance SERVER = SharedInstance.with();

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 10, 100, 1024})
    void relaysAMessageInManyFragmentsWhole(int count) {
        byte[] payload = Samples.ascii(count * 3);
        SERVER.connect("/").send(fragmentsOf(3, Frame.TEXT, payload)).expect(Frame.text(payload));
        SERVER.connect("/").send(fragmentsOf(3, Frame.BINARY, payload)).expect(Frame.binary(payload));
    }

    @ParameterizedTest
    @CsvSource({"0, 3", "3, 3", "3, 6", "0, 0", "6, 6", "0, 6"})
    void relaysAMessageWithEmptyFragments(int firstCut, int secondCut) {
        SERVER.connect("/")
                .send(fragments(Frame.TEXT, Samples.utf8("Hallo!"), firstCut, secondCut))
                .expectText("Hallo!");
    }

    @ParameterizedTest
    @ValueSource(ints = {Frame.TEXT, Frame.BINARY})
    void relaysAMessageOfEmptyFragmentsAlone(int opcode) {
        SERVER.connect("/").send(fragments(opcode, new byte[0], 0, 0, 0)).expect(Frame.of(opcode));
    }

    @Test
    void relaysTheLongestMessageInFragments() {
        byte[] payload = Samples.binary(65536);
        SERVER.connect("/").send(fragmentsOf(1000, Frame.BINARY, payload)).expect(Frame.binary(payload));
    }

    @Test
    void relaysFragmentsThatComeByteByByte() {
        SERVER.connect("/")
                .sendByteByByte(Frame.encodeAll(fragmentsOf(2, Frame.TEXT, Samples.utf8("fragments"))))
                .expectText("fragments");
    }

    @Test
    void relaysFragmentedMessagesOneBehindTheOther() {
        var peer = SERVER.connect("/");
        for (int i = 0; i < 20; i++) {
            peer.send(fragmentsOf(1, Frame.TEXT, Samples.utf8("message " + i)));
        }
        for (int i = 0; i < 20; i++) {
            peer.expectText("message " + i);
        }
    }

    @Test
    void answersAPingInTheMiddleOfAMessageBeforeTheMessageIsWhole() {
        SERVER.connect("/")
                .send(Frame.text("Hal").unfinished())
                .sendPing((byte) 1)
                .expectPong((byte) 1)
                .send(Frame.continuation("lo").unfinished())
                .sendPing((byte) 2)
                .expectPong((byte) 2)
                .send(Frame.continuation("!"))
                .expectText("Hallo!");
    }

    @Test
    void answersAPingBetweenFragmentsOfTheSameSegmentFirst() {
        SERVER.connect("/")
                .send(Frame.text("Hal").unfinished(), Frame.ping("p"), Frame.continuation("lo"))
                .expect(Frame.pong(Samples.utf8("p")))
                .expectText("Hallo");
    }

    @Test
    void ignoresPongsBetweenFragments() {
        SERVER.connect("/")
                .send(Frame.text("Hal").unfinished(), Frame.pong(), Frame.continuation("lo"))
                .expectText("Hallo")
                .expectNothingBeforePong();
    }

    @Test
    void closesInTheMiddleOfAMessageWhereThePeerDoes() {
        var listener = SERVER.connect("/");
        listener.sendText("I am here").expectText("I am here");
        var peer = SERVER.connect("/").send(Frame.text("half a mess").unfinished(), Frame.close(1000));
        peer.expectCloseAndEof(1000);
        listener.sendText("and nothing came").expectText("and nothing came");
    }

    @Test
    void dropsHalfAMessageOfAPeerThatVanishes() {
        var listener = SERVER.connect("/");
        listener.sendText("I am here").expectText("I am here");
        var peer = SERVER.connect("/").send(Frame.text("half a mess").unfinished());
        peer.expectNothingBeforePong();
        peer.vanish();
        SERVER.awaitClients(1);
        listener.sendText("and nothing came").expectText("and nothing came");
    }

    @ParameterizedTest
    @CsvSource({"2", "7", "20"})
    void takesACommandInFragments(int size) {
        var peer = SERVER.connect("/ws");
        peer.send(fragmentsOf(size, Frame.TEXT, Samples.utf8("{\"type\":\"ping\",\"id\":17}")));
        assertThat(peer.text()).contains("\"pong\"").contains("17");
    }

    @Test
    void takesACommandWhoseFirstFragmentIsEmpty() {
        var peer = SERVER.connect("/ws");
        peer.send(fragments(Frame.TEXT, Samples.utf8("{\"type\":\"ping\"}"), 0, 0, 5));
        assertThat(peer.text()).contains("\"pong\"");
    }
}
