// permessage-deflate with clients that nobody here wrote: that of ws, in the offers that it can make and the ways in which
// it can compress, and Chromium's.

import assert from 'node:assert/strict';
import {randomBytes} from 'node:crypto';
import {once} from 'node:events';
import {after, before, test} from 'node:test';
import zlib from 'node:zlib';
import {WebSocket} from 'ws';
import {launch} from './browser.js';
import {Instance} from './instance.js';

const PATIENCE = 180_000;

let server;

before(async () => {
  server = await Instance.start();
});
after(() => server.stop());

/** A client whose messages can be waited for, on a channel of its own unless `at` names another. */
class Client {
  constructor(perMessageDeflate, at = `/raw/js-${randomBytes(8).toString('hex')}`) {
    this.socket = new WebSocket(server.webSocketUrl + at, { perMessageDeflate });
    this.received = [];
    this.waiting = [];
    this.socket.on('message', (data, binary) => this.offer({ message: binary ? data : data.toString() }));
    this.socket.on('close', (code) => this.offer({ closed: code }));
    this.socket.on('error', (error) => this.offer({ error }));
  }

  static async open(...options) {
    const client = new Client(...options);
    await once(client.socket, 'open');
    return client;
  }

  offer(what) {
    const waiter = this.waiting.shift();
    if (waiter) waiter(what);
    else this.received.push(what);
  }

  async next() {
    const what = this.received.shift() ?? (await new Promise((resolve) => this.waiting.push(resolve)));
    if (!('message' in what)) throw what.error ?? new Error(`The server closed with ${what.closed}`);
    return what.message;
  }

  async expectEcho(message, options) {
    this.socket.send(message, options);
    assert.deepEqual(await this.next(), message);
  }

  async leave() {
    this.socket.close(1000);
    await once(this.socket, 'close');
  }
}

const TEXT = 'the quick brown fox, größer als je, \u{1F600} '.repeat(1200);
const MESSAGES = [
  '',
  'a',
  'Hello',
  TEXT.slice(0, 500),
  TEXT,
  Buffer.alloc(0),
  Buffer.alloc(65_536),
  randomBytes(10),
  randomBytes(1000),
  randomBytes(60_000),
];

function it(name, body) {
  test(name, { timeout: PATIENCE }, body);
}

/** Each offer, and whether it is accepted. */
const OFFERS = [
  [true, true],
  [false, false],
  [{ threshold: 0 }, true],
  [{ clientMaxWindowBits: false }, true],
  [{ clientMaxWindowBits: true }, true],
  ...[8, 9, 12, 15].map((clientMaxWindowBits) => [{ clientMaxWindowBits, threshold: 0 }, true]),
  [{ serverNoContextTakeover: true }, true],
  [{ serverNoContextTakeover: false }, true],
  [{ clientNoContextTakeover: true }, true],
  [{ serverNoContextTakeover: true, clientNoContextTakeover: true, threshold: 0 }, true],
  [{ serverMaxWindowBits: 15 }, true],
  [{ serverMaxWindowBits: 15, clientMaxWindowBits: 10, clientNoContextTakeover: true, threshold: 0 }, true],
  [{ serverMaxWindowBits: 8 }, false],
  [{ serverMaxWindowBits: 14 }, false],
];

for (const [options, accepted] of OFFERS) {
  it(`the offer ${JSON.stringify(options)} is ${accepted ? 'accepted' : 'declined'}, and echoes`, async () => {
    const client = await Client.open(options);
    assert.equal(client.socket.extensions, accepted ? 'permessage-deflate' : '');
    for (const message of [...MESSAGES, ...MESSAGES]) await client.expectEcho(message);
    await client.leave();
  });
}

/** The server lets no client keep its context; ws takes that answer for a failure where it is told to keep it. */
it('a client that insists on its context does not connect', async () => {
  const client = new Client({ clientNoContextTakeover: false });
  await assert.rejects(client.next(), /Sec-WebSocket-Extensions/);
});

for (const options of [
  ...[0, 1, 6, 9].map((level) => ({ level })),
  ...[1, 5, 9].map((memLevel) => ({ memLevel })),
  ...['Z_FILTERED', 'Z_HUFFMAN_ONLY', 'Z_RLE', 'Z_FIXED'].map((name) => ({ strategy: zlib.constants[name] })),
]) {
  it(`what zlib compresses with ${JSON.stringify(options)} is echoed`, async () => {
    const client = await Client.open({ zlibDeflateOptions: options, threshold: 0 });
    for (const message of MESSAGES) await client.expectEcho(message);
    await client.expectEcho(randomBytes(65_536));
    await client.leave();
  });
}

it('a compressed message in fragments comes back whole, with pings in between', async () => {
  const client = await Client.open({ threshold: 0 });
  const pieces = ['', 'Hel', 'lo, ', '', TEXT.slice(0, 3000), TEXT.slice(0, 3000), ''];
  for (const piece of pieces) {
    client.socket.send(piece, { fin: false });
    client.socket.ping(piece.slice(0, 10));
  }
  client.socket.send('!', { fin: true });
  assert.equal(await client.next(), `${pieces.join('')}!`);
  await client.leave();
});

it('many messages in flight keep their order', async () => {
  const client = await Client.open({ threshold: 100 });
  const messages = Array.from({ length: 500 }, (_, i) => `${i} ${'lorem ipsum '.repeat(i % 250)}`);
  for (const message of messages) client.socket.send(message);
  for (const message of messages) assert.equal(await client.next(), message);
  await client.leave();
});

it('what shrinks takes fewer bytes from the server than it has', async () => {
  const client = await Client.open(true);
  const already = client.socket._socket.bytesRead;
  for (let i = 0; i < 10; i++) await client.expectEcho(TEXT);
  assert.ok(client.socket._socket.bytesRead - already < Buffer.byteLength(TEXT), 'ten messages take less than one');
  await client.leave();
});

it('compressed and plain clients of one channel get the same', async () => {
  const channel = `/raw/js-${randomBytes(8).toString('hex')}`;
  const clients = await Promise.all([true, false, { threshold: 0 }].map((options) => Client.open(options, channel)));
  for (const sender of clients) {
    for (const message of MESSAGES) {
      sender.socket.send(message);
      for (const client of clients) assert.deepEqual(await client.next(), message);
    }
  }
  await Promise.all(clients.map((client) => client.leave()));
});

it('JSON commands and events may be compressed', async () => {
  const client = await Client.open({ threshold: 0 }, '/ws');
  const channel = `js-${randomBytes(8).toString('hex')}`;
  const say = (command) => client.socket.send(JSON.stringify(command));
  say({ type: 'subscribe', channel, id: 1 });
  assert.equal(JSON.parse(await client.next()).type, 'subscribed');
  for (const data of [TEXT.slice(0, 20_000), { list: Array.from({ length: 2000 }, (_, i) => i) }, '', 0]) {
    say({ type: 'publish', channel, data });
    const event = JSON.parse(await client.next());
    assert.equal(event.type, 'event');
    assert.deepEqual(event.data, data);
  }
  await client.leave();
});

it('a message that is too big once it is inflated is closed with 1009', async () => {
  const client = await Client.open({ threshold: 0 });
  client.socket.send(Buffer.alloc(65_537));
  await assert.rejects(client.next(), /closed with 1009/);
});

it('Chromium negotiates it, and gets back what it sent', async () => {
  const browser = await launch();
  try {
    const page = await browser.newPage();
    await page.goto(server.url);
    const [extensions, echoes] = await page.evaluate(async ([url, text]) => {
      const socket = new WebSocket(url);
      socket.binaryType = 'arraybuffer';
      const next = type => new Promise((resolve, reject) => {
        socket.addEventListener(type, resolve, {once: true});
        socket.addEventListener('close', event => reject(new Error(`closed with ${event.code}`)), {once: true});
      });
      await next('open');
      const echoes = [];
      for (const message of ['', 'hello', text, text, new Uint8Array(60_000)]) {
        const echo = next('message');
        socket.send(message);
        const {data} = await echo;
        echoes.push(typeof data === 'string' ? data === message : data.byteLength === message.byteLength);
      }
      return [socket.extensions, echoes];
    }, [`${server.webSocketUrl}/raw/chromium`, TEXT]);
    assert.equal(extensions, 'permessage-deflate; server_no_context_takeover; client_no_context_takeover');
    assert.deepEqual(echoes, [true, true, true, true, true]);
  } finally {
    await browser.close();
  }
});
