// The AsyncAPI document: whether it is one, and whether the server sends and takes what it says.

import assert from 'node:assert/strict';
import {createHash} from 'node:crypto';
import {once} from 'node:events';
import {createRequire} from 'node:module';
import {createInterface} from 'node:readline';
import {Readable} from 'node:stream';
import {after, before, test} from 'node:test';
import Ajv from 'ajv';
import addFormats from 'ajv-formats';
import {WebSocket} from 'ws';
import {Instance} from './instance.js';

const BOUND = {timeout: 180_000};
const KEY = 'demo-key-0123456789';
const RULES = {presence: true, 'join-leave': true, ack: true, 'history-size': 3};
const SETTINGS = {
  'auth.api-keys': [{name: 'demo', sha256: createHash('sha256').update(KEY).digest('hex')}],
  channels: [{match: 'news'}, {match: 'staff', subscribe: 'anyone'}, {match: '*', ...RULES}],
};
const WITHDRAWN = {...SETTINGS, channels: [{match: 'staff', subscribe: 'nobody'}, ...SETTINGS.channels]};

let server;
let document;
let validators;
before(async () => {
  server = await Instance.start(SETTINGS);
  document = await (await fetch(`${server.url}/asyncapi.json`)).json();
  const ajv = addFormats(new Ajv({strict: false}));
  ajv.addSchema({...document, $id: 'fanfare'});
  validators = new Map(Object.keys(document.components.messages).map(key =>
    [key, ajv.compile({$ref: `fanfare#/components/messages/${key}/payload`})]));
});
after(() => server?.stop());

/** Keeps what it is told. */
class Ear {
  heard = [];
  #waiting = () => {};

  hear(text) {
    this.heard.push(JSON.parse(text));
    this.#waiting();
  }

  /** Waits for a message of which this holds. */
  async hears(condition) {
    while (!this.heard.some(condition)) {
      await new Promise(resolve => { this.#waiting = resolve; });
    }
    return this.heard.find(condition);
  }
}

/** A session on /ws. */
class Peer extends Ear {
  static async open(t, headers = {}) {
    const peer = new Peer();
    peer.socket = new WebSocket(`${server.webSocketUrl}/ws`, {headers});
    peer.socket.on('message', data => peer.hear(data));
    t.after(() => peer.socket.terminate());
    await once(peer.socket, 'open');
    return peer;
  }

  /** Sends a command, and waits for its answer. */
  async asks(command) {
    this.socket.send(JSON.stringify(command));
    return this.hears(({id, type}) => command.id === undefined ? type === 'pong' : id === command.id);
  }
}

/** A stream of /sse. */
class Stream extends Ear {
  static async open(t, ...channels) {
    const stream = new Stream();
    const query = new URLSearchParams(channels.map(channel => ['channel', channel]));
    const aborter = new AbortController();
    t.after(() => aborter.abort());
    const {body} = await fetch(`${server.url}/sse?${query}`, {signal: aborter.signal});
    stream.ended = stream.#read(createInterface({input: Readable.fromWeb(body)}));
    return stream;
  }

  async #read(lines) {
    for await (const line of lines) {
      if (line.startsWith('data:')) {
        this.hear(line.slice(5));
      }
    }
  }
}

/** Makes sure that all of these are messages of the document, without any field that it does not have. @returns which */
function known(messages, keys) {
  const seen = new Set();
  for (const message of messages) {
    const kinds = keys.filter(key => validators.get(key)(message));
    assert.ok(kinds.length > 0, `the document has no such message: ${JSON.stringify(message)}`);
    const fields = new Set(kinds.flatMap(key => {
      const {payload} = document.components.messages[key];
      const {properties} = payload.$ref ? document.components.schemas[payload.$ref.split('/').at(-1)] : payload;
      return Object.keys(properties);
    }));
    assert.deepEqual(Object.keys(message).filter(field => !fields.has(field)), [], `not told of: ${JSON.stringify(message)}`);
    kinds.forEach(key => seen.add(key));
  }
  return seen;
}

const api = async (path, body) => assert.equal((await fetch(`${server.url}/api/v1/${path}`, {
  method: 'POST',
  headers: {'Authorization': `Bearer ${KEY}`, 'Content-Type': 'application/json'},
  body: JSON.stringify(body),
})).status, 200, path);

const commandsOf = channel => Object.values(document.operations)
  .filter(({action, channel: {$ref}}) => action === 'receive' && $ref === `#/channels/${channel}`)
  .flatMap(({messages}) => messages.map(({$ref}) => $ref.split('/').at(-1)));
const keysOf = channel => Object.keys(document.channels[channel].messages);

test('it is an AsyncAPI document by the schema of AsyncAPI itself', BOUND, () => {
  const schema = createRequire(import.meta.url)('@asyncapi/specs/schemas/3.0.0-without-$id.json');
  const valid = addFormats(new Ajv({strict: false, validateFormats: false})).compile(schema);
  assert.ok(valid(document), JSON.stringify(valid.errors?.slice(0, 5)));
});

test('everything that it refers to is there', BOUND, () => {
  const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]*)"/g)].map(match => match[1]);
  assert.ok(references.length > 100);
  for (const reference of references) {
    assert.notEqual(reference.split('/').reduce((part, name) => part?.[name], document), undefined, reference);
  }
});

test('its examples are what it says', BOUND, () => {
  for (const [key, {examples = []}] of Object.entries(document.components.messages)) {
    assert.ok(examples.length > 0 || key === 'rawBinary', key);
    examples.forEach(({payload}) => assert.ok(validators.get(key)(payload), `${key}: ${JSON.stringify(validators.get(key).errors)}`));
  }
});

test('the server takes every command that it has as an example', BOUND, async t => {
  const commands = commandsOf('json');
  assert.ok(commands.length >= 10);
  const peer = await Peer.open(t, {Authorization: `Bearer ${KEY}`});
  for (const key of commands) {
    for (const {payload} of document.components.messages[key].examples) {
      if (key === 'ack') {
        peer.socket.send(JSON.stringify(payload));
      } else {
        const {type, data} = await peer.asks(payload);
        assert.notEqual(type, 'error', `${JSON.stringify(payload)}: ${data}`);
      }
    }
  }
  await peer.asks({type: 'ping', id: 'last'});
  const refused = peer.heard.filter(({type}) => type === 'error');
  assert.deepEqual(refused, [], 'an ack that was refused');
});

test('every message that the server sends is one of its own, and all but the lost ones were seen', BOUND, async t => {
  const [peer, other] = [await Peer.open(t), await Peer.open(t, {Authorization: `Bearer ${KEY}`})];
  const stream = await Stream.open(t, 'room', 'news', 'c!', 'staff', 'process:p');
  const {session} = await stream.hears(({type}) => type === 'open');
  await peer.asks({type: 'subscribe', channels: ['room', 'news', 'c!', 'staff', 'process:p', 'relay'], id: 1});
  await peer.asks({type: 'subscribe', channel: 'news', id: 2});
  await other.asks({type: 'subscribe', channel: 'room', info: {name: 'Ann'}, id: 3});
  await other.asks({type: 'publish', channel: 'room', data: [1.5, null], key: 'k', id: 4});
  await other.asks({type: 'publish', channel: 'news', data: 'text', id: 5});
  await other.asks({type: 'publish', data: 'everybody', id: 6});
  const raw = new WebSocket(`${server.webSocketUrl}/`);
  t.after(() => raw.terminate());
  await once(raw, 'open');
  raw.send(Buffer.from([1, 2]));
  await peer.hears(({encoding}) => encoding === 'base64');
  await api('processes/p/output', {lines: [{data: 'out'}, {data: 'err', stream: 'stderr'}]});
  await api('processes/p/status', {status: 'killed', signal: 'TERM', exitCode: 143});
  await peer.hears(({type}) => type === 'process_status');
  await peer.asks({type: 'history', channel: 'process:p', id: 7});
  await peer.asks({type: 'presence', channel: 'room', id: 8});
  await peer.asks({type: 'presence', channel: 'room', count: true, id: 9});
  await peer.asks({type: 'unsubscribe', channel: 'news', id: 10});
  await peer.asks({type: 'ping'});
  await peer.asks({type: 'shout', id: 11});
  const {epoch} = await peer.asks({type: 'history', channel: 'room', id: 12});
  await peer.asks({type: 'subscribe', channels: [{channel: 'room', recover: {epoch, offset: 0}}], id: 13});
  await peer.asks({type: 'subscribe', channel: 'room', recover: {epoch: 'other', offset: 0}, id: 14});
  await other.asks({type: 'token', data: KEY, id: 15});
  await other.asks({type: 'unsubscribe', channel: 'room', id: 16});
  await peer.hears(({type}) => type === 'leave');
  server.configure(WITHDRAWN);
  await peer.hears(({type, code}) => type === 'unsubscribed' && code !== undefined);

  await stream.hears(({type}) => type === 'unsubscribed');
  await api('disconnect', {session});
  await stream.ended;

  const sent = keysOf('json').filter(key => !commandsOf('json').includes(key));
  const seen = known([...peer.heard, ...other.heard], sent);
  assert.deepEqual(sent.filter(key => !seen.has(key)), ['lost']);
  const streamed = known(stream.heard, keysOf('stream'));
  assert.deepEqual(keysOf('stream').filter(key => !streamed.has(key)), ['lost']);
  assert.equal(stream.heard.at(-1).type, 'close');
});

test('commands by POST are taken as in its examples, and answered as it says', BOUND, async () => {
  const commands = commandsOf('commands');
  assert.ok(commands.length >= 5);
  const posts = async command => (await fetch(`${server.url}/sse`, {
    method: 'POST', headers: {'Content-Type': 'application/json'}, body: JSON.stringify(command),
  })).json();
  const answers = [];
  for (const {payload} of commands.flatMap(key => document.components.messages[key].examples)) {
    const answer = await posts(payload);
    assert.notEqual(answer.type, 'error', `${JSON.stringify(payload)}: ${answer.data}`);
    answers.push(answer);
  }
  answers.push(await posts({type: 'presence', channel: 'room'}), await posts({type: 'shout', id: 1}));
  const answered = keysOf('commands').filter(key => !commands.includes(key));
  assert.deepEqual([...known(answers, answered)].sort(), answered.sort());
});
