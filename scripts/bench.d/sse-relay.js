// The peer: what is published on a WebSocket goes out to all who listen on /sse, as the event that Fanfare makes of it.
import {createServer} from "node:http";
import {WebSocketServer} from "ws";

const streams = new Set();
const server = createServer((request, response) => {
  // As Fanfare answers: the response ends with TCP, and no event is wrapped into a chunk.
  response.removeHeader("Transfer-Encoding");
  response.writeHead(200, {"Content-Type": "text/event-stream", "Cache-Control": "no-store"});
  response.write('data: {"type":"open"}\n\n');
  streams.add(response);
  response.on("close", () => streams.delete(response));
});
new WebSocketServer({server, perMessageDeflate: false}).on("connection", (socket) => {
  socket.on("message", (text) => {
    const {channel, data} = JSON.parse(text);
    const event = JSON.stringify({type: "event", channel, data, timestamp: new Date()});
    const bytes = Buffer.from(`data: ${event}\n\n`);
    for (const stream of streams) {
      stream.write(bytes);
    }
  });
});
server.listen(Number(process.argv[2]), "127.0.0.1");
