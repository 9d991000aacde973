// permessage-deflate with the client of ws, in the offers that it can make and the ways in which it can compress.
//
//   node --test src/test/js/compression.test.mjs
//
// TEST_URL names a running instance (ws://127.0.0.1:8443); without it target/fanfare.jar is started, and stopped again.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import zlib from 'node:zlib';
import WebSocket from 'ws';

const PATIENCE = 30_000;
const JAR = fileURLToPath(new URL('../../../target/fanfare.jar', import.meta.url));

let url = process.env.TEST_URL;
let stop = async () => {};

/** Starts the jar on ports that the system chooses, and reads from its log which. */
async function start() {
  const folder = await mkdtemp(path.join(tmpdir(), 'fanfare-'));
  const config = path.join(folder, 'fanfare.yaml');
  await writeFile(config, 'server: {host: 127.0.0.1, port: 0}\nmetrics: {host: 127.0.0.1, port: 0}\n');
  const java = process.env.JAVA_HOME ? path.join(process.env.JAVA_HOME, 'bin', 'java') : 'java';
  const server = spawn(java, ['-jar', JAR, '--config-file', config], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise((resolve) => server.once('close', resolve));
  stop = async () => {
    server.kill('SIGTERM');
    await ended;
    await rm(folder, { recursive: true });
  };
  let log = '';
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.once('exit', (code) => reject(new Error(`The instance ended with ${code}: ${log}`)));
    server.stdout.on('data', (chunk) => {
      log += chunk;
      const listening = /listening url=(\S+) .*\n/.exec(log);
      if (listening) resolve(listening[1]);
    });
  });
}

before(async () => {
  url ??= await start();
});

after(() => stop());

/** A client whose messages can be waited for, on a channel of its own unless `at` names another. */
class Client {
  constructor(perMessageDeflate, at = `/raw/js-${randomBytes(8).toString('hex')}`) {
    this.socket = new WebSocket(url + at, { perMessageDeflate });
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
