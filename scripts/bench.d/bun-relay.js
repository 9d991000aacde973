// The peer: what comes in on any socket goes out to all, the sender included, text as text and binary as binary.
const server = Bun.serve({
  hostname: "127.0.0.1",
  port: Number(process.argv[2]),
  fetch(request, server) {
    return server.upgrade(request) ? undefined : new Response(null, { status: 426 });
  },
  websocket: {
    perMessageDeflate: false,
    idleTimeout: 0,
    sendPings: false,
    backpressureLimit: 64 * 1024 * 1024,
    open(socket) {
      socket.subscribe("relay");
    },
    message(socket, message) {
      server.publish("relay", message);
    },
  },
});
console.log(`listening on ${server.port}`);
