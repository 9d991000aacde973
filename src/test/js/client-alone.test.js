// The JavaScript client without a server and without waiting: what it does when time passes, and with answers that no real
// server gives when one wants it to.

import assert from 'node:assert/strict';
import {test} from 'node:test';
import {Fanfare, FanfareError} from '../../main/js/fanfare.js';

const URL_ = 'http://relay.example.org';
const BEGIN = 1_700_000_000_000;
const MINUTE = 60_000;

/** Lets what has happened have its consequences. */
const settled = () => new Promise(resolve => setImmediate(resolve));

/** Time stands still until it is told to pass, and waits are as long as they can be. */
function clock(t) {
  t.mock.timers.enable({apis: ['setTimeout', 'Date'], now: BEGIN});
  t.mock.method(Math, 'random', () => 1);
  return async milliseconds => {
    t.mock.timers.tick(milliseconds);
    await settled();
  };
}

/** The WebSockets of a client, of which a test plays the server. */
function sockets() {
  const made = [];
  class Socket {
    readyState = 0;
    bufferedAmount = 0;
    sent = [];

    constructor(url, protocols) {
      Object.assign(this, {url, protocols});
      made.push(this);
    }

    /** Whether it is there is answered at once. */
    send(text) {
      const command = JSON.parse(text);
      if (command.type === 'ping') {
        this.says({type: 'pong'});
      } else {
        this.sent.push(command);
      }
    }

    close() {
      this.readyState = 3;
    }

    // The server's part.

    open() {
      this.readyState = 1;
      this.onopen();
    }

    says(message) {
      this.onmessage({data: typeof message === 'string' ? message : JSON.stringify(message)});
    }

    /** Answers the last command of this type. */
    answers(type, answer) {
      this.says({...answer, id: this.sent.findLast(command => command.type === type).id});
    }

    ends(code, reason = '') {
      this.readyState = 3;
      this.onclose({code, reason});
    }
  }
  return {Socket, made};
}

const response = (status, body, headers = {}) =>
  new Response(typeof body === 'string' || body instanceof ReadableStream ? body : JSON.stringify(body), {status, headers});

/** A stream that says this, and then stays open until it is let go of. */
const stream = (messages, {signal}) => response(200, new ReadableStream({
  start(controller) {
    controller.enqueue(new TextEncoder().encode(messages.map(message => `data: ${JSON.stringify(message)}\n\n`).join('')));
    signal.addEventListener('abort', () => controller.error(signal.reason));
  },
}));

/** A message of a channel with a history. */
const event = offset => ({type: 'event', channel: 'kept', data: offset, offset});
const subscribed = (offset, more) => ({type: 'subscribed', channels: [{type: 'subscribed', channel: 'kept', epoch: 'e', offset, ...more}]});
const numbers = (from, to) => Array.from({length: to - from + 1}, (_, i) => from + i);

function client(t, options) {
  const fanfare = new Fanfare(URL_, {backoff: {initial: 1_000, max: 30_000}, ...options});
  t.after(() => fanfare.close());
  const errors = [];
  fanfare.on('error', error => errors.push(error));
  return {fanfare, errors};
}

/** A client that is connected by WebSocket, and the server's end of that. */
async function connected(t, options = {}) {
  const {Socket, made} = sockets();
  const all = client(t, {WebSocket: Socket, transports: ['websocket'], fetch: () => new Promise(() => {}), ...options});
  await settled();
  made[0].open();
  await settled();
  return {...all, socket: made[0], made};
}

/** A token that ends so many milliseconds after the begin, and is not signed by anybody. */
const token = (ends, name = 'ada') =>
  ['{}', JSON.stringify({sub: name, exp: (BEGIN + ends) / 1_000})].map(part => Buffer.from(part).toString('base64url')).join('.').concat('.x');

/** As what is told comes: of a subscription, by the event's name. */
function told(subscription) {
  const all = [];
  ['lost', 'recovered', 'error'].forEach(name => subscription.on(name, of => all.push([name, of])));
  return all;
}

/** Answers what is asked of a history, up to this message, until nothing more is. */
async function tells(socket, newest) {
  const isQuestion = ({type}) => type === 'history';
  for (let answered = 0; await settled(), socket.sent.filter(isQuestion).length > answered; answered++) {
    const {id, since, limit} = socket.sent.filter(isQuestion)[answered];
    const messages = numbers(since.offset + 1, newest).slice(0, limit).map(event);
    socket.says({type: 'history', id, epoch: 'e', offset: newest, messages});
  }
}

for (const [what, tears] of [
  ['a connection that can not be recovered', async ({socket, made, passes}) => {
    socket.ends(1006);
    await passes(1_000);
    made[1].open();
    await settled();
    made[1].answers('subscribe', subscribed(10, {recovered: false}));
    return made[1];
  }],
  ['a loss', ({socket}) => {
    socket.says({type: 'error', code: 'unrecoverable', channel: 'kept', data: 'too slow', epoch: 'e', offset: 10});
    return socket;
  }],
]) {
  test(`a slow reader that holds messages from before ${what} reads those between from the history`, async t => {
    const passes = clock(t);
    const {fanfare, socket, made} = await connected(t);
    const subscription = fanfare.subscribe('kept', {buffer: 2});
    const events = told(subscription);
    await settled();
    socket.answers('subscribe', subscribed(0));
    numbers(1, 5).forEach(offset => socket.says(event(offset)));
    const now = await tears({socket, made, passes});
    numbers(11, 12).forEach(offset => now.says(event(offset)));
    const got = [];
    subscription.on('message', ({data}) => got.push(data));
    await tells(now, 12);
    assert.deepEqual(got, numbers(1, 12));
    assert.deepEqual(events.filter(([name]) => name !== 'recovered'), []);
  });
}

test('it is told that nothing is missing when it has come back, and not when it begins', async t => {
  const passes = clock(t);
  const {fanfare, socket, made} = await connected(t);
  const events = told(fanfare.subscribe('kept'));
  await settled();
  socket.answers('subscribe', subscribed(3));
  await settled();
  assert.deepEqual(events, []);
  socket.ends(1006);
  await passes(1_000);
  made[1].open();
  await settled();
  made[1].answers('subscribe', subscribed(4, {recovered: true, messages: [event(4)]}));
  await settled();
  assert.deepEqual(events.map(([name, {count}]) => [name, count]), [['recovered', 1]]);
});

const code = wanted => error => error instanceof FanfareError && error.code === wanted;

test('while the old token holds a fresh one is asked for again, with doubling waits, until the server has taken it', async t => {
  const passes = clock(t);
  const old = token(10 * MINUTE);
  const fresh = token(20 * MINUTE);
  const down = () => { throw new Error('down'); };
  const gives = [() => old, down, down, () => old, () => token(15 * MINUTE, 'bob'), () => fresh];
  const {socket, errors, fanfare} = await connected(t, {getToken: async () => gives.shift()()});
  await passes(9 * MINUTE - 1);
  assert.equal(gives.length, 5, 'not before its time');
  await passes(1);
  assert.deepEqual([gives.length, errors.at(-1).message], [4, 'no fresh token: down']);
  await passes(1_000);
  assert.equal(gives.length, 3);
  await passes(2_000);
  assert.equal(gives.length, 2);
  await passes(4_000);
  assert.deepEqual(socket.sent.map(({type, data}) => [type, data]), [['token', token(15 * MINUTE, 'bob')]]);
  socket.answers('token', {type: 'error', code: 'unauthorised', data: 'this token is of another user'});
  await settled();
  assert.equal(errors.at(-1).message, 'this token is of another user');
  assert.equal(errors.length, 3);
  await passes(8_000);
  assert.equal(socket.sent.at(-1).data, fresh);
  socket.answers('token', {type: 'token'});
  await passes(8 * MINUTE);
  assert.deepEqual([gives.length, socket.sent.length, errors.length, fanfare.state], [0, 2, 3, 'connected'], 'then it is done');
});

test('a token that lives for months is not asked for before its time', async t => {
  const passes = clock(t);
  let asked = 0;
  await connected(t, {getToken: () => token(100 * 24 * 60 * MINUTE, `${++asked}`), pingInterval: 24 * 60 * MINUTE});
  await passes(99 * 24 * 60 * MINUTE);
  assert.equal(asked, 1);
});

test('a keyed publication whose answer was lost is sent again for four minutes, and then not any more', async t => {
  const passes = clock(t);
  const {fanfare, socket, made} = await connected(t);
  const outcome = promise => promise.then(({offset}) => offset, error => error.code);
  const [early, late] = [fanfare.publish('kept', 1, {key: 'early'}), fanfare.publish('kept', 2, {key: 'late'})].map(outcome);
  const page = fanfare.history('kept').then(({offset}) => offset);
  socket.ends(1006);
  await passes(1_000);
  made[1].open();
  await settled();
  assert.deepEqual(made[1].sent.map(({type, key}) => key ?? type), ['early', 'late', 'history']);
  made[1].says({type: 'published', id: made[1].sent[0].id, epoch: 'e', offset: 7});
  assert.equal(await early, 7);
  made[1].ends(1006);
  const waiting = outcome(fanfare.publish('kept', 3, {key: 'not sent so far'}));
  await passes(4 * MINUTE - 1_001);
  let over = false;
  late.finally(() => { over = true; });
  await settled();
  assert.equal(over, false);
  await passes(1_001);
  assert.equal(await late, 'disconnected');
  made.at(-1).open();
  await settled();
  assert.deepEqual(made.at(-1).sent.map(({type, key}) => key ?? type), ['history', 'not sent so far']);
  made.at(-1).answers('history', {type: 'history', messages: [], epoch: 'e', offset: 9});
  made.at(-1).answers('publish', {type: 'published', epoch: 'e', offset: 10});
  assert.deepEqual([await page, await waiting], [9, 10]);
});

test('the question why a WebSocket did not open ends with the client', async t => {
  const {Socket, made} = sockets();
  let signal;
  const fetch = (url, init) => new Promise((resolve, reject) => {
    ({signal} = init);
    signal.addEventListener('abort', () => reject(signal.reason));
  });
  const {fanfare} = client(t, {WebSocket: Socket, fetch});
  await settled();
  made[0].ends(1006);
  await settled();
  assert.equal(signal.aborted, false);
  fanfare.close();
  assert.equal(signal.aborted, true);
  await settled();
  assert.equal(fanfare.state, 'closed');
});

// The table in protocol.md: how a connection ends, and whether a client comes back by itself.
for (const [codes, state] of [
  [[1002, 1003, 1007, 1008, 4500, 4501, 4999], 'closed'],
  [[1001, 1006, 1009, 1011, 1012, 1013, 4000, 4001, 4003, 4499], 'disconnected'],
]) {
  test(`after ${codes.join(', ')} it is ${state}`, async t => {
    for (const code of codes) {
      const {fanfare, socket} = await connected(t);
      socket.ends(code);
      assert.equal(fanfare.state, state, `${code}`);
    }
  });
}

for (const [statuses, state] of [[[401, 403, 414, 431], 'closed'], [[200, 400, 404, 408, 429, 500, 502, 503], 'disconnected']]) {
  test(`where a connection is refused with ${statuses.join(', ')} it is ${state}, by either transport`, async t => {
    for (const status of statuses) {
      for (const transport of ['websocket', 'sse']) {
        const {Socket, made} = sockets();
        const {fanfare} = client(t, {WebSocket: Socket, transports: [transport], fetch: async () => response(status, 'no')});
        await settled();
        made[0]?.ends(1006);
        await settled();
        await settled();
        assert.equal(fanfare.state, state, `${status} by ${transport}`);
      }
    }
  });
}

for (const status of [414, 431]) {
  test(`where the address of a stream is too long (${status}), its channels are refused, and not asked for again`, async t => {
    const asked = [];
    const fetch = async (url, {method}) => {
      asked.push(method ?? 'GET');
      return method === 'POST' ? response(200, {type: 'pong'}) : response(status, 'too long');
    };
    const {fanfare} = client(t, {transports: ['sse'], fetch});
    const subscriptions = ['a', 'b'].map(channel => fanfare.subscribe(channel));
    for (const {ready} of subscriptions) {
      await assert.rejects(ready, error => code('unsupported')(error) && /take fewer with one client$/.test(error.message));
    }
    await settled();
    assert.deepEqual([asked, fanfare.state], [['POST', 'GET'], 'connected']);
  });
}

test('what no transport can carry is not asked for again with another token', async t => {
  let streams = 0;
  const fetch = async (url, {method}) => method === 'POST' ? response(200, {type: 'pong'}) : response(++streams > 1 ? 403 : 414, 'no');
  const {fanfare} = client(t, {transports: ['sse'], fetch});
  const long = told(fanfare.subscribe('long'));
  const consumer = told(fanfare.subscribe('consumer', {consumer: 'me'}));
  await assert.rejects(fanfare.subscribe('other').ready);
  const refused = fanfare.subscribe('refused');
  await assert.rejects(refused.ready, code('unauthorised'));
  await fanfare.present('another');
  const again = new Promise(resolve => refused.on('error', resolve));
  assert.equal((await again).code, 'unauthorised');
  assert.deepEqual([long, consumer].map(all => all.map(([name, of]) => [name, of.code])), [[['error', 'unsupported']], [['error', 'unsupported']]]);
});

test('a token that the server does not answer is given up after the connect timeout, and another one is shown', async t => {
  const passes = clock(t);
  const gives = [token(10 * MINUTE), token(20 * MINUTE, 'ada'), token(30 * MINUTE, 'ada')];
  const {socket, errors, fanfare} = await connected(t, {getToken: () => gives.shift(), connectTimeout: 5_000});
  await passes(9 * MINUTE);
  await passes(5_000);
  assert.deepEqual(errors.map(({code}) => code), ['timeout']);
  await passes(1_000);
  assert.deepEqual(socket.sent.map(({type, data}) => [type, data]), [['token', token(20 * MINUTE)], ['token', token(30 * MINUTE)]]);
  await assert.rejects(Promise.all([fanfare.present('mine'), passes(5_000)]), code('timeout'));
});

for (const [status, body] of [
  [401, 'expired'], [404, 'no such page'], [404, {type: 'about:blank', title: 'Not Found'}], [405, 'not here'], [429, 'later'],
  [502, 'nobody'], [200, '<html>']]) {
  test(`where a request is answered ${status} ${JSON.stringify(body)} on its way, it is sent again, and subscriptions go on`, async t => {
    const passes = clock(t);
    const asked = [];
    let isWell = false;
    const answers = {
      ping: {type: 'pong'},
      publish: {type: 'published', epoch: 'e', offset: 2},
      history: {type: 'history', epoch: 'e', offset: 1, messages: [event(1)]},
    };
    const fetch = async (url, init) => {
      if (init.method !== 'POST') {
        return stream([{...subscribed(1), type: 'open', session: 's'}], init);
      }
      const {type} = JSON.parse(init.body);
      asked.push(type);
      return isWell || type === 'ping' ? response(200, answers[type]) : response(status, body);
    };
    const {fanfare} = client(t, {transports: ['sse'], fetch, getToken: () => 'a token'});
    const subscription = fanfare.subscribe('kept', {recover: 'oldest'});
    const events = told(subscription);
    const first = new Promise(resolve => subscription.on('message', resolve));
    const published = fanfare.publish('kept', 2, {key: 'one'});
    const unkeyed = assert.rejects(fanfare.broadcast(3), code('disconnected'));
    const gone = new Promise(resolve => fanfare.on('state', now => now.state === 'disconnected' && resolve(now)));
    assert.equal((await gone).code, 1006);
    isWell = true;
    await passes(1_000);
    assert.equal((await published).offset, 2);
    assert.equal((await first).data, 1);
    await unkeyed;
    assert.deepEqual(events.filter(([name]) => name === 'error'), []);
    assert.deepEqual([subscription.state, fanfare.state], ['subscribed', 'connected']);
  });
}

for (const [status, word] of [[400, 'bad_request'], [403, 'unauthorised'], [413, 'too_large']]) {
  test(`where a request is answered ${status}, it is rejected, and the connection goes on`, async t => {
    const fetch = async (url, {body}) => body.includes('"ping"') ? response(200, {type: 'pong'}) : response(status, 'no');
    const {fanfare} = client(t, {transports: ['sse'], fetch});
    await assert.rejects(fanfare.publish('kept', 1, {key: 'one'}), code(word));
    assert.equal(fanfare.state, 'connected');
  });
}

/** What is thrown where nobody catches it. */
function uncaught(t) {
  const thrown = [];
  t.mock.method(globalThis, 'queueMicrotask', task => Promise.resolve().then(task).catch(error => thrown.push(error)));
  return thrown;
}

test('a client may be closed where one of its channels is told to be refused', async t => {
  const thrown = uncaught(t);
  const {fanfare} = client(t, {transports: ['sse'], fetch: async () => response(200, {type: 'pong'})});
  await fanfare.ready();
  const subscriptions = ['a', 'b', 'c'].map(channel => fanfare.subscribe(channel, {consumer: 'me'}));
  subscriptions[0].on('error', () => fanfare.close());
  await settled();
  assert.deepEqual([thrown, fanfare.state], [[], 'closed']);
});

test('who unsubscribes from a channel while it is asked for is not subscribed', async t => {
  const {fanfare, socket} = await connected(t);
  const [one, two] = ['one', 'two'].map(channel => fanfare.subscribe(channel));
  await settled();
  const refusal = channel => ({type: 'error', channel, code: 'unauthorised', data: 'no'});
  socket.answers('subscribe', {type: 'subscribed', channels: ['one', 'two'].map(refusal)});
  two.on('state', state => state === 'subscribing' && one.unsubscribe());
  const presented = fanfare.present('another');
  socket.answers('token', {type: 'token'});
  await presented;
  await settled();
  assert.deepEqual([one.state, two.state], ['ended', 'subscribing']);
  assert.deepEqual(socket.sent.at(-1).channels.map(({channel}) => channel), ['two']);
});

test('a client that is closed where a channel is told of the lost connection is closed once, and not ready any more', async t => {
  const {fanfare, socket} = await connected(t);
  await fanfare.ready();
  const states = [];
  fanfare.on('state', ({state}) => states.push(state));
  const subscription = fanfare.subscribe('kept');
  await settled();
  socket.answers('subscribe', subscribed(0));
  subscription.on('state', state => state === 'subscribing' && fanfare.close());
  socket.ends(1006);
  assert.deepEqual([states, fanfare.state, subscription.state], [['closed'], 'closed', 'ended']);
  await assert.rejects(Promise.race([fanfare.ready(), settled()]), code('closed'));
});

test('a client that is closed where it is told that there is no token stays closed', async t => {
  const {Socket} = sockets();
  const {fanfare} = client(t, {WebSocket: Socket, getToken: () => { throw new Error('none'); }});
  const states = [];
  fanfare.on('state', ({state}) => states.push(state));
  fanfare.on('error', () => fanfare.close());
  await settled();
  assert.deepEqual([states.at(-1), fanfare.state], ['closed', 'closed']);
});

test('what a listener throws goes to `error`, and all get their messages', async t => {
  const {fanfare, socket, errors} = await connected(t);
  const subscription = fanfare.subscribe('kept');
  const got = [];
  const thrown = new TypeError('oh');
  subscription.on('message', ({data}) => {
    if (data === 2) {
      throw thrown;
    }
  });
  subscription.on('message', ({data}) => got.push(data));
  await settled();
  socket.answers('subscribe', {type: 'subscribed', channels: [{type: 'subscribed', channel: 'kept', epoch: 'e', offset: 0}]});
  await settled();
  [1, 2, 3].forEach(offset => socket.says({type: 'event', channel: 'kept', data: offset, offset}));
  assert.deepEqual([got, subscription.position.offset], [[1, 2, 3], 3]);
  assert.deepEqual(errors.map(({code, cause, message}) => [code, cause, message]),
    [['callback', thrown, "a listener of 'message' of 'kept' threw: TypeError: oh"]]);
});

test('what nobody listens for is an uncaught error, as is what a listener of `error` throws', async t => {
  const {Socket, made} = sockets();
  const fanfare = new Fanfare(URL_, {WebSocket: Socket, transports: ['websocket']});
  t.after(() => fanfare.close());
  const uncaught = [];
  t.mock.method(globalThis, 'queueMicrotask', task => {
    try {
      task();
    } catch (error) {
      uncaught.push(error.message);
    }
  });
  fanfare.on('broadcast', () => { throw new Error('of broadcast'); });
  await settled();
  made[0].open();
  made[0].says({type: 'event', data: 1});
  fanfare.on('error', () => { throw new Error('of error'); });
  made[0].says({type: 'event', data: 1});
  assert.deepEqual(uncaught, ['of broadcast', 'of error']);
});

const EVENTS = [1, 2, 3].map(offset => `{"type":"event","channel":"kept","data":{"big":9007199254740993},"offset":${offset}}`);
/** Can't read the second. */
const picky = text => {
  if (text.includes('"offset":2')) {
    throw new RangeError('not this one');
  }
  return JSON.parse(text, (key, value) => key === 'big' ? BigInt(9007199254740993n) : value);
};

test('what `parse` throws goes to `error`, and JSON.parse reads in its place: by WebSocket', async t => {
  const {fanfare, socket, errors} = await connected(t, {parse: picky});
  const subscription = fanfare.subscribe('kept');
  const got = [];
  subscription.on('message', ({data}) => got.push(typeof data.big));
  await settled();
  socket.answers('subscribe', {type: 'subscribed', channels: [{type: 'subscribed', channel: 'kept', epoch: 'e', offset: 0}]});
  await settled();
  EVENTS.forEach(text => socket.says(text));
  assert.deepEqual([got, subscription.position.offset], [['bigint', 'number', 'bigint'], 3]);
  assert.deepEqual(errors.map(({code, message}) => [code, message]), [['callback', '`parse` threw: RangeError: not this one']]);
  socket.says('no JSON');
  socket.says('null');
  assert.equal(fanfare.state, 'connected', 'what is no message of the protocol is nobody\'s');
});

test('where `parse` gives no message, that goes to `error`, and JSON.parse reads in its place', async t => {
  const gives = [null, undefined, 'text', {}];
  const parse = text => text.includes('"event"') ? gives.shift() : JSON.parse(text);
  const {fanfare, socket, errors} = await connected(t, {parse});
  const subscription = fanfare.subscribe('kept');
  const got = [];
  subscription.on('message', ({data}) => got.push(data));
  await settled();
  socket.answers('subscribe', subscribed(0));
  await settled();
  numbers(1, 4).forEach(offset => socket.says(event(offset)));
  assert.deepEqual(got, [1, 2, 3, 4]);
  assert.deepEqual(errors.map(({code, message}) => [code, message]),
    Array(4).fill(['callback', '`parse` threw: TypeError: what it gave is no message']));
});

test('what `parse` throws goes to `error`, and JSON.parse reads in its place: by Server-Sent Events', async t => {
  const open = {type: 'open', session: 's', channels: [{type: 'subscribed', channel: 'kept', epoch: 'e', offset: 0}]};
  const stream = [JSON.stringify(open), ...EVENTS].map(data => `data: ${data}\n\n`).join('');
  let streams = 0;
  const fetch = async (url, {method, signal}) => method === 'POST' ? response(200, {type: 'pong'}) : response(200, new ReadableStream({
    start(controller) {
      streams++;
      controller.enqueue(new TextEncoder().encode(stream));
      signal.addEventListener('abort', () => controller.error(signal.reason));
    },
  }));
  const {fanfare, errors} = client(t, {transports: ['sse'], fetch, parse: picky});
  const subscription = fanfare.subscribe('kept');
  const got = [];
  const all = new Promise(resolve => subscription.on('message', ({data, offset}) => {
    got.push(typeof data.big);
    if (offset === 3) {
      resolve();
    }
  }));
  await all;
  assert.deepEqual([got, subscription.position.offset, streams], [['bigint', 'number', 'bigint'], 3, 1]);
  assert.equal(errors.length, 1);
});
