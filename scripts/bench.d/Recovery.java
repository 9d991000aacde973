import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.function.IntFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Clients that all come back at once, and want what they missed: {@code java -cp fanfare.jar Recovery.java PORT REDIS_PORT CLIENTS CHANNELS
 * EACH MISSED}. Each comes back to EACH of CHANNELS channels, of which it missed MISSED messages of 128 bytes. Prints one JSON object: how long it took until all were
 * connected, and from then on until all had everything, and how many commands Redis carried out for it. REDIS_PORT 0 is none.
 */
class Recovery {
    private static final Pattern TOP = Pattern.compile("\"epoch\":\"([^\"]+)\",\"offset\":(\\d+)");
    private static final Pattern CALLS = Pattern.compile("cmdstat_([^:]+):calls=(\\d+),");
    private static final String DATA = "\"" + "x".repeat(126) + "\"";

    private final EventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final int port;
    private final int redis;
    private final int clients;
    private final int channels;
    private final int each;
    private final int missed;
    private long connected;

    /** Reads what the server sends: the 101, and then whole text messages, which it never fragments. */
    private static final class Frames extends ByteToMessageDecoder {
        private static final byte[] END = {'\r', '\n', '\r', '\n'};
        private final BiConsumer<Channel, String> texts;
        private boolean upgraded;

        Frames(BiConsumer<Channel, String> texts) {
            this.texts = texts;
        }

        @Override
        protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
            if (!upgraded) {
                String head = in.toString(StandardCharsets.US_ASCII);
                int end = head.indexOf("\r\n\r\n");
                if (end < 0) {
                    return;
                }
                if (!head.startsWith("HTTP/1.1 101 ")) {
                    throw new IllegalStateException(head);
                }
                in.skipBytes(end + END.length);
                upgraded = true;
                texts.accept(context.channel(), "");
                return;
            }
            int start = in.readerIndex();
            if (in.readableBytes() < 2) {
                return;
            }
            int opcode = in.getByte(start) & 15;
            int length = in.getByte(start + 1) & 127;
            int header = length == 127 ? 10 : length == 126 ? 4 : 2;
            if (in.readableBytes() < header) {
                return;
            }
            long size = length == 127 ? in.getLong(start + 2) : length == 126 ? in.getUnsignedShort(start + 2) : length;
            if (in.readableBytes() < header + size) {
                return;
            }
            in.skipBytes(header);
            String text = in.readSlice((int) size).toString(StandardCharsets.UTF_8);
            if (opcode == 1) {
                texts.accept(context.channel(), text);
            } else if (opcode == 8) {
                throw new IllegalStateException("closed: " + text);
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            System.err.println("recovery: " + cause);
            System.exit(1);
        }
    }

    private Recovery(int[] numbers) {
        port = numbers[0];
        redis = numbers[1];
        clients = numbers[2];
        channels = numbers[3];
        each = numbers[4];
        missed = numbers[5];
    }

    public static void main(String[] arguments) throws Exception {
        new Recovery(Arrays.stream(arguments).mapToInt(Integer::parseInt).toArray()).run();
        System.exit(0);
    }

    private void run() throws Exception {
        String[] positions = positions();
        publish();
        Map<String, Long> before = calls();
        long[] whole = comeBack(positions);
        Map<String, Long> after = calls();
        before.forEach((command, count) -> after.merge(command, -count, Long::sum));
        after.values().removeIf(count -> count <= 0);
        Arrays.sort(whole);
        String commands = after.entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
                .map(entry -> "\"%s\":%d".formatted(entry.getKey(), entry.getValue()))
                .collect(Collectors.joining(","));
        long total = after.values().stream().mapToLong(Long::longValue).sum();
        System.out.printf(
                Locale.ROOT,
                "{\"clients\":%d,\"channels\":%d,\"each\":%d,\"missed\":%d,\"connected_ms\":%.0f,\"p50_ms\":%.0f,\"p99_ms\":%.0f,\"all_ms\":%.0f,"
                        + "\"redis_calls\":%d,\"redis_calls_per_client\":%.3f,\"redis_commands\":{%s}}%n",
                clients,
                channels,
                each,
                missed,
                connected / 1e6,
                whole[clients / 2] / 1e6,
                whole[(int) (clients * 0.99)] / 1e6,
                whole[clients - 1] / 1e6,
                total,
                (double) total / clients,
                commands);
    }

    private Bootstrap bootstrap(BiConsumer<Channel, String> texts) {
        return new Bootstrap()
                .group(loops)
                .channel(NioSocketChannel.class)
                .option(ChannelOption.SO_LINGER, 0)
                .handler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        channel.pipeline().addLast(new Frames(texts));
                    }
                });
    }

    private void connect(Bootstrap bootstrap) {
        bootstrap.connect(InetAddress.getLoopbackAddress(), port).addListener((ChannelFuture future) -> {
            if (!future.isSuccess()) {
                System.err.println("recovery: " + future.cause());
                System.exit(1);
            }
            future.channel()
                    .writeAndFlush(Unpooled.copiedBuffer(
                            "GET /ws HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                                    + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
                            StandardCharsets.US_ASCII));
        });
    }

    /** Masked with 0, which costs nothing. */
    private static ByteBuf frame(String text) {
        byte[] payload = text.getBytes(StandardCharsets.UTF_8);
        ByteBuf frame = Unpooled.buffer(payload.length + 14).writeByte(0x81);
        if (payload.length < 126) {
            frame.writeByte(0x80 | payload.length);
        } else if (payload.length < 65_536) {
            frame.writeByte(0x80 | 126).writeShort(payload.length);
        } else {
            frame.writeByte(0x80 | 127).writeLong(payload.length);
        }
        return frame.writeInt(0).writeBytes(payload);
    }

    /** Where each channel is before the messages that will be missed: a message more tells. */
    private String[] positions() throws Exception {
        String[] positions = new String[channels];
        exchange(
                channel -> "{\"type\":\"publish\",\"channel\":\"bench:" + channel + "\",\"data\":" + DATA + ",\"id\":" + channel + "}",
                channels,
                (id, answer) -> {
                    Matcher top = TOP.matcher(answer);
                    if (!answer.startsWith("{\"type\":\"published\"") || !top.find()) {
                        throw new IllegalStateException(answer);
                    }
                    positions[id] = "{\"epoch\":\"" + top.group(1) + "\",\"offset\":" + top.group(2) + "}";
                });
        return positions;
    }

    private void publish() throws Exception {
        exchange(
                id -> "{\"type\":\"publish\",\"channel\":\"bench:" + id % channels + "\",\"data\":" + DATA + ",\"id\":" + id + "}",
                channels * missed,
                (id, answer) -> {
                    if (!answer.startsWith("{\"type\":\"published\"")) {
                        throw new IllegalStateException(answer);
                    }
                });
    }

    private static final Pattern ID = Pattern.compile("\"id\":(\\d+),\"timestamp\":\"[^\"]+\"}$");

    /** Sends so many commands on one connection, 500 ahead of the answers at most. */
    private void exchange(IntFunction<String> command, int count, BiConsumer<Integer, String> answered)
            throws Exception {
        AtomicInteger sent = new AtomicInteger();
        AtomicInteger done = new AtomicInteger();
        CompletableFuture<Void> all = new CompletableFuture<>();
        connect(bootstrap((channel, text) -> {
            if (!text.isEmpty()) {
                Matcher id = ID.matcher(text);
                if (!id.find()) {
                    throw new IllegalStateException(text);
                }
                answered.accept(Integer.valueOf(id.group(1)), text);
                done.incrementAndGet();
            }
            while (sent.get() < count && sent.get() - done.get() < 500) {
                channel.write(frame(command.apply(sent.getAndIncrement())));
            }
            channel.flush();
            if (done.get() == count) {
                channel.close();
                all.complete(null);
            }
        }));
        all.get(120, TimeUnit.SECONDS);
    }

    /** All connect, and then all ask at once; returns after how many nanoseconds each of them had everything. */
    private long[] comeBack(String[] positions) throws Exception {
        long[] whole = new long[clients];
        CountDownLatch left = new CountDownLatch(clients);
        AtomicLong begin = new AtomicLong();
        CountDownLatch upgrading = new CountDownLatch(clients);
        List<Channel> open = new ArrayList<>(clients);
        Bootstrap bootstrap = bootstrap((channel, text) -> {
            if (text.isEmpty()) {
                open.add(channel);
                upgrading.countDown();
                return;
            }
            if (occurrences(text, "\"recovered\":true") != each || occurrences(text, "\"type\":\"event\"") != each * missed) {
                throw new IllegalStateException("not whole: " + text.substring(0, Math.min(text.length(), 500)));
            }
            whole[clients - (int) left.getCount()] = System.nanoTime() - begin.get();
            left.countDown();
        });
        long connecting = System.nanoTime();
        for (int i = 0; i < clients; i++) {
            connect(bootstrap);
        }
        await(upgrading, "connected");
        connected = System.nanoTime() - connecting;
        List<ByteBuf> subscriptions = IntStream.range(0, clients)
                .mapToObj(client -> frame(subscription(client, positions)))
                .toList();
        begin.set(System.nanoTime());
        loops.submit(() -> IntStream.range(0, clients)
                .forEach(client -> open.get(client).writeAndFlush(subscriptions.get(client))));
        await(left, "whole");
        loops.submit(() -> open.forEach(Channel::close)).get();
        return whole;
    }

    private static void await(CountDownLatch left, String what) throws InterruptedException {
        if (!left.await(120, TimeUnit.SECONDS)) {
            throw new IllegalStateException(left.getCount() + " clients are not " + what + " after 120 s");
        }
    }

    private String subscription(int client, String[] positions) {
        String list = IntStream.range(0, each)
                .map(i -> (client * each + i) % channels)
                .mapToObj(channel -> "{\"channel\":\"bench:" + channel + "\",\"recover\":" + positions[channel] + "}")
                .collect(Collectors.joining(","));
        return "{\"type\":\"subscribe\",\"id\":1,\"channels\":[" + list + "]}";
    }

    private static int occurrences(String text, String part) {
        int count = 0;
        for (int i = text.indexOf(part); i >= 0; i = text.indexOf(part, i + part.length())) {
            count++;
        }
        return count;
    }

    /** How often Redis has carried out each command, those in scripts too. */
    private Map<String, Long> calls() throws Exception {
        Map<String, Long> calls = new HashMap<>();
        if (redis == 0) {
            return calls;
        }
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), redis)) {
            socket.getOutputStream().write("INFO commandstats\r\nQUIT\r\n".getBytes(StandardCharsets.US_ASCII));
            String info = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            Matcher matcher = CALLS.matcher(info);
            while (matcher.find()) {
                if (!matcher.group(1).equals("info") && !matcher.group(1).equals("quit")) {
                    calls.put(matcher.group(1), Long.valueOf(matcher.group(2)));
                }
            }
        }
        return calls;
    }
}
