package dev.fanfare.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fanfare.testing.Balancer;
import dev.fanfare.testing.HttpPeer;
import dev.fanfare.testing.Instance;
import dev.fanfare.testing.InstanceProcess;
import dev.fanfare.testing.Response;
import dev.fanfare.testing.UpgradeRequest;
import dev.fanfare.testing.Upstream;
import dev.fanfare.testing.WebSocketPeer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What every balancer does for the clients of two instances, with the file that is shipped for it. */
abstract class BalancerContract {
    private static final List<String> NODES = List.of("a", "b");

    private final List<AutoCloseable> open = new ArrayList<>();

    /** Starts the balancer. */
    abstract Balancer start(List<Upstream> upstreams);

    /** Lets it go when the test does, before what was kept earlier. */
    final <T extends AutoCloseable> T keep(T resource) {
        open.add(0, resource);
        return resource;
    }

    @AfterEach
    final void end() throws Exception {
        for (AutoCloseable resource : open) {
            resource.close();
        }
    }

    final Balancer before(Upstream... upstreams) {
        return keep(start(List.of(upstreams)));
    }

    final Instance instance(String... settings) {
        return keep(Instance.start(settings));
    }

    /** A client that was accepted, and the instance that the balancer says it is on: in the new cookie, else in the old one. */
    record Client(WebSocketPeer peer, String node) {}

    final Client connect(Balancer balancer, String node) {
        UpgradeRequest request = UpgradeRequest.to(balancer.port(), "/raw/balanced");
        HttpPeer http = keep(HttpPeer.to(balancer.port()));
        Response response = http.send((node.isEmpty() ? request : request.with("Cookie", "NODE=" + node)).text())
                .responseHead();
        assertThat(response.status()).as("status of %s", response).isEqualTo(101);
        String cookie = response.header("Set-Cookie");
        if (!cookie.isEmpty()) {
            assertThat(cookie).matches("NODE=[ab]; [Pp]ath=/; HttpOnly");
        }
        return new Client(http.upgraded(), cookie.isEmpty() ? node : cookie.substring(5, 6));
    }

    private static Response shakeHands(Balancer balancer, HttpPeer http, String node) {
        UpgradeRequest request = UpgradeRequest.to(balancer.port(), "/raw/balanced");
        return http.send((node.isEmpty() ? request : request.with("Cookie", "NODE=" + node)).text())
                .responseHead();
    }

    private static int status(Balancer balancer) {
        try (HttpPeer http = HttpPeer.to(balancer.port())) {
            return shakeHands(balancer, http, "").status();
        }
    }

    private static void expectEcho(Client client) {
        client.peer().sendText(client.node()).expectText(client.node());
    }

    @Test
    void messagesPassAsTheyAre() {
        Instance a = instance();
        Balancer balancer = before(Upstream.of(a), Upstream.of(instance()));
        WebSocketPeer peer = connect(balancer, "").peer();
        String large = "ä".repeat(30_000);
        peer.sendText(large).expectText(large);
        peer.sendBinary((byte) 0, (byte) 0xff).expectBinary((byte) 0, (byte) 0xff);
        peer.sendPing((byte) 1).expectPong((byte) 1);
        peer.leave();
        WebSocketPeer compressing = keep(WebSocketPeer.to(balancer.port()).connectCompressing("/ws"));
        compressing.sendText("{\"type\":\"ping\"}");
        assertThat(compressing.frame().inflated().text()).contains("pong");
    }

    @Test
    void newClientsAreSpreadAndThoseWithACookieComeBackToTheirInstance() {
        List<Instance> instances = List.of(instance(), instance());
        Balancer balancer = before(Upstream.of(instances.get(0)), Upstream.of(instances.get(1)));
        for (int i = 0; i < 6; i++) {
            connect(balancer, "");
        }
        assertThat(instances).allSatisfy(instance -> expectClients(instance, 3));
        for (int i = 0; i < 4; i++) {
            assertThat(connect(balancer, "b").node()).isEqualTo("b");
        }
        expectClients(instances.get(0), 3);
        expectClients(instances.get(1), 7);
    }

    private static void expectClients(Instance instance, int count) {
        await().untilAsserted(() ->
                assertThat(instance.metric("fanfare_connections_total")).isEqualTo(count));
    }

    @Test
    void aCookieOfNobodyIsNoObstacle() {
        Balancer balancer = before(Upstream.of(instance()), Upstream.of(instance()));
        Client client = connect(balancer, "gone");
        assertThat(client.node()).isIn(NODES);
        expectEcho(client);
    }

    @Test
    void aPageOfTheFrontsOriginConnects() {
        Balancer balancer = before(Upstream.of(instance()), Upstream.of(instance()));
        UpgradeRequest request = UpgradeRequest.to(balancer.port(), "/ws");
        try (HttpPeer http = HttpPeer.to(balancer.port())) {
            assertThat(http.send(request.with("Origin", "http://localhost:" + balancer.port())
                                    .text())
                            .responseHead()
                            .status())
                    .isEqualTo(101);
        }
        try (HttpPeer http = HttpPeer.to(balancer.port())) {
            assertThat(http.send(request.with("Origin", "http://elsewhere").text())
                            .responseHead()
                            .status())
                    .isEqualTo(403);
        }
        assertThat(HttpPeer.get(balancer.port(), "/").body()).contains("<html");
    }

    @Test
    void theInstanceIsToldWhoTheClientIsWhateverThatSaysItself() throws Exception {
        Instance probes = instance();
        ServerSocket listener = keep(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
        Upstream recorder = new Upstream(listener.getLocalPort(), probes.metricsPort());
        Balancer balancer = before(recorder, recorder);
        HttpPeer client = keep(HttpPeer.to(balancer.port()));
        client.send(UpgradeRequest.to(balancer.port(), "/ws")
                .with("X-Forwarded-For", "192.0.2.1")
                .text());
        List<String> request = requestHead(listener);
        assertThat(request)
                .contains("GET /ws HTTP/1.1")
                .contains("host: localhost:" + balancer.port(), "upgrade: websocket", "x-forwarded-for: 127.0.0.1")
                .doesNotContain("x-forwarded-for: 192.0.2.1")
                .anyMatch(line -> line.equalsIgnoreCase("connection: upgrade"));
    }

    @Test
    void whereItIsTrustedEachClientIsCountedByHisOwnAddress() {
        String[] settings = {"server.trusted-proxies=127.0.0.1", "server.max-connections-per-address=1"};
        expectOneConnectionForEachAddress(before(Upstream.of(instance(settings)), Upstream.of(instance(settings))));
    }

    /** Both of the clients on the instance a. */
    final void expectOneConnectionForEachAddress(Balancer balancer) {
        UpgradeRequest request =
                UpgradeRequest.to(balancer.port(), "/").with("Cookie", "NODE=a").with("X-Forwarded-For", "203.0.113.5");
        for (String source : List.of("127.0.0.2", "127.0.0.3")) {
            WebSocketPeer.Dial dial = WebSocketPeer.to(balancer.port()).from(source);
            keep(dial.connect(request));
            assertThat(keep(dial.http()).send(request.text()).responseHead().status())
                    .isEqualTo(429);
        }
    }

    /** The lines of the next request, the names of its headers in lower case. */
    private static List<String> requestHead(ServerSocket listener) throws IOException {
        try (Socket socket = listener.accept()) {
            var head = new StringBuilder();
            while (head.indexOf("\r\n\r\n") < 0) {
                head.append((char) socket.getInputStream().read());
            }
            return Arrays.stream(head.toString().strip().split("\r\n", -1))
                    .map(line -> {
                        int colon = line.indexOf(": ");
                        return line.substring(0, Math.max(0, colon)).toLowerCase(Locale.ROOT)
                                + line.substring(Math.max(0, colon));
                    })
                    .toList();
        }
    }

    @Test
    void aFullInstanceIsPassedOver() {
        Balancer balancer = before(Upstream.of(instance("server.max-connections=1")), Upstream.of(instance()));
        assertThat(IntStream.range(0, 5)
                        .mapToObj(i -> connect(balancer, "a").node())
                        .toList())
                .containsExactly("a", "b", "b", "b", "b");
    }

    @Test
    void whereAllAreFullTheClientIsToldAndSoonServedAgain() {
        Balancer balancer = before(
                Upstream.of(instance("server.max-connections=1")), Upstream.of(instance("server.max-connections=1")));
        connect(balancer, "a");
        Client client = connect(balancer, "b");
        assertThat(status(balancer)).isEqualTo(503);
        client.peer().leave();
        await().until(() -> status(balancer) == 101);
    }

    @Test
    void aDrainingInstanceGetsNoNewClientsWhileItsOldOnesGoOn() {
        Instance a = instance("shutdown.drain=3s", "server.event-loops=1");
        Balancer balancer = before(Upstream.of(a), Upstream.of(instance()));
        List<Client> clients =
                IntStream.range(0, 6).mapToObj(i -> connect(balancer, "a")).toList();
        a.stop();
        clients.get(0).peer().expectClose(1001);
        assertThat(connect(balancer, "a").node()).isEqualTo("b");
        assertThat(connect(balancer, "").node()).isEqualTo("b");
        Client last = clients.get(5);
        expectEcho(last);
        last.peer().expectClose(1001);
    }

    @Test
    void theClientsOfAKilledInstanceComeBackToTheOtherAtOnce() {
        InstanceProcess a = keep(InstanceProcess.start(List.of("-Xmx128m", "-XX:TieredStopAtLevel=1")));
        Balancer balancer = before(Upstream.of(a), Upstream.of(instance()));
        Client client = connect(balancer, "a");
        expectEcho(client);
        a.close();
        client.peer().expectEof();
        for (int i = 0; i < 3; i++) {
            Client back = connect(balancer, "a");
            assertThat(back.node()).isEqualTo("b");
            expectEcho(back);
        }
    }
}
