// The JavaScript client against instances that are drained, killed, frozen and cut off. client-sse.test.js runs what says so by
// Server-Sent Events, and client-bun.test.js some of it in Bun.

import assert from 'node:assert/strict';
import {createHash, createHmac} from 'node:crypto';
import {after, before, test} from 'node:test';
import * as ws from 'ws';
import {Fanfare, FanfareError} from '../../main/js/fanfare.js';
import {Cable} from './cable.js';
import {Instance} from './instance.js';
import {redis} from './redis.js';

const BOUND = {timeout: 120_000};
// As one does for Node 20, which has none.
const WebSocket = globalThis.WebSocket ?? ws.WebSocket;
const byStream = process.env.FANFARE_TRANSPORT === 'sse';
const OPTIONS = byStream ? {WebSocket, transports: ['sse']} : {WebSocket};
/** What only a session can do, is another thing by a stream, or is the same by both since neither has to do with it. */
const sessionTest = byStream ? () => {} : test;
// Waits that suit a test.
const QUICK = {backoff: {initial: 50, max: 400}};

const SECRET = 'a secret of thirty-two bytes or more';
const HISTORY = {channels: [{match: 'kept*', 'history-size': 10_000, presence: true, 'join-leave': true, ack: true}]};

async function started(t, settings = {}) {
  const instance = await Instance.start(settings);
  t.after(() => instance.stop('SIGKILL'));
  return instance;
}

let server;
/** One that lets in who has a token, or this key. */
let locked;
const KEY = 'operator-key-0123456789';

before(async () => {
  [server, locked] = await Promise.all([
    Instance.start({channels: [{match: 'kept-short', 'history-size': 10}, {match: 'staff', subscribe: 'nobody'}, ...HISTORY.channels]}),
    Instance.start({
      'auth.required': true,
      'auth.jwt.secret': SECRET,
      'auth.api-keys': [{name: 'ops', sha256: createHash('sha256').update(KEY).digest('hex')}],
      channels: [{match: 'staff', subscribe: 'claim:staff'}],
    }),
  ]);
});
after(() => Promise.all([server?.stop(), locked?.stop()]));

let names = 0;
/** Channels that no other test has. */
const fresh = kind => `${kind}:${++names}`;

/** Another instance at the same port, after the first is gone. */
const again = (t, instance, settings) => started(t, {...settings, 'server.port': instance.port});

function client(t, {url}, options = {}) {
  const fanfare = new Fanfare(url, {...OPTIONS, ...QUICK, ...options});
  t.after(() => fanfare.close());
  return fanfare;
}

/** One that publishes a lot, which takes a while by single requests. */
const writing = (t, instance) => client(t, instance, {transports: undefined});

/** The next of this event that passes. */
const next = (source, event, passes = () => true) => new Promise(resolve => {
  const off = source.on(event, of => {
    if (passes(of)) {
      off();
      resolve(of);
    }
  });
});
const enters = (fanfare, state) => next(fanfare, 'state', status => status.state === state);

/** The data of the first so many messages that come. */
async function take(messages, count) {
  const data = [];
  for await (const message of messages) {
    data.push(message.data);
    if (data.length === count) {
      break;
    }
  }
  return data;
}

/** Notes what a subscription is told, and resolves when there is as much as one waits for. */
function noted(subscription) {
  const messages = [];
  subscription.on('message', message => messages.push(message));
  return {
    messages,
    until: async passes => {
      while (!passes(messages)) {
        await next(subscription, 'message');
      }
      return messages;
    },
  };
}

const numbers = (from, to) => Array.from({length: to - from + 1}, (_, i) => from + i);
const code = wanted => error => error instanceof FanfareError && error.code === wanted;

const secondsFromNow = seconds => Math.floor(Date.now() / 1_000) + seconds;

/** A JSON Web Token with these claims, signed with HS256. */
function token(claims) {
  const content = [{alg: 'HS256', typ: 'JWT'}, claims].map(part => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  return `${content}.${createHmac('sha256', SECRET).update(content).digest('base64url')}`;
}

test('three lines do', BOUND, async t => {
  const news = fresh('news');
  const reader = client(t, server);
  const subscription = reader.subscribe(news);
  await subscription.ready;
  const receipt = await client(t, server).publish(news, {hello: 'world'});
  assert.match(receipt.timestamp, /^\d{4}-.*Z$/);
  for await (const {data, channel, timestamp} of subscription) {
    assert.deepEqual([data, channel, timestamp], [{hello: 'world'}, news, receipt.timestamp]);
    break;
  }
  assert.equal(subscription.state, 'ended');
});

sessionTest('readers of one channel share a subscription, and the last to leave ends it', BOUND, async t => {
  const kept = fresh('kept');
  const reader = client(t, server);
  const [one, two] = [reader.subscribe(kept), reader.subscribe(kept)];
  const others = client(t, server);
  await Promise.all([one.ready, two.ready]);
  assert.equal(await others.presenceCount(kept), 1);
  await others.publish(kept, 'both');
  assert.deepEqual(await Promise.all([take(one, 1), take(two, 1)]), [['both'], ['both']]);
  assert.equal(await reader.presenceCount(kept), 0);
  await reader.subscribe(kept).ready;
  assert.equal(await reader.presenceCount(kept), 1);
});

test('a channel that is refused tells its reader, and no other', BOUND, async t => {
  const reader = client(t, server);
  const refused = reader.subscribe('staff');
  const errors = [];
  refused.on('error', error => errors.push(error));
  await assert.rejects(refused.ready, code('unauthorised'));
  assert.equal(refused.state, 'refused');
  assert.equal(errors.length, 1);
  await assert.rejects(take(refused, 1), code('unauthorised'));
  await assert.rejects(take(reader.subscribe('no channel!'), 1), code(byStream ? 'bad_request' : 'invalid_channel'));
  const live = reader.subscribe('news');
  await live.ready;
  await reader.publish('news', 1);
  assert.deepEqual(await take(live, 1), [1]);
});

test('when an instance is killed, every message comes once and in order, across its restart', BOUND, async t => {
  const settings = {...HISTORY, 'cluster.redis': await redis(t)};
  const first = await started(t, settings);
  const reader = client(t, first);
  const subscription = reader.subscribe('kept');
  const plain = reader.subscribe('plain');
  const notes = noted(subscription);
  await Promise.all([subscription.ready, plain.ready]);
  const writer = client(t, first);
  await writer.subscribe('kept').ready;
  const lost = [];
  subscription.on('lost', of => lost.push(of));
  const receipts = numbers(1, 50).map(n => writer.publish('kept', n));
  await receipts[10];
  const gone = enters(reader, 'disconnected');
  await first.stop('SIGKILL');
  const {code: ended, opened, told} = await gone;
  assert.deepEqual([ended, opened, told], [1006, true, false]);
  receipts.push(...numbers(51, 100).map(n => writer.publish('kept', n)));
  const recovered = next(subscription, 'recovered');
  await again(t, first, settings);
  await plain.ready;
  const offsets = (await Promise.all(receipts)).map(({offset}) => offset);
  assert.deepEqual(offsets, numbers(1, 100));
  await notes.until(messages => messages.length === 100);
  assert.deepEqual(notes.messages.map(({data}) => data), numbers(1, 100));
  assert.deepEqual(notes.messages.map(({offset}) => offset), numbers(1, 100));
  assert.equal((await recovered).from.epoch, subscription.position.epoch);
  assert.deepEqual(lost, []);
});

test('when an instance is drained, the client comes back when it was told to', BOUND, async t => {
  const first = await started(t);
  const fanfare = client(t, first);
  const subscription = fanfare.subscribe('news');
  await subscription.ready;
  const gone = enters(fanfare, 'disconnected');
  await first.stop('SIGTERM');
  const status = await gone;
  assert.equal(status.code, 1001);
  assert.equal(status.told, true);
  const tries = enters(fanfare, 'connecting').then(() => Date.now());
  await again(t, first);
  fanfare.reconnect();
  assert.ok(await tries >= status.until - 1, 'not before its time');
  const messages = noted(subscription);
  await next(subscription, 'state', state => state === 'subscribed');
  await fanfare.publish('news', 'back');
  assert.deepEqual((await messages.until(({length}) => length > 0)).map(({data}) => data), ['back']);
});

sessionTest('where the history is gone, it is told what it can tell, and goes on with the next', BOUND, async t => {
  const first = await started(t, HISTORY);
  const fanfare = client(t, first);
  const subscription = fanfare.subscribe('kept');
  const notes = noted(subscription);
  await subscription.ready;
  await fanfare.publish('kept', 'one');
  await notes.until(({length}) => length === 1);
  const {epoch} = subscription.position;
  const lost = next(subscription, 'lost');
  await first.stop('SIGKILL');
  await again(t, first, HISTORY);
  const {from, to, channel} = await lost;
  assert.deepEqual([channel, from], ['kept', {epoch, offset: 1}]);
  assert.notEqual(to.epoch, epoch);
  await fanfare.publish('kept', 'two');
  await notes.until(({length}) => length === 2);
  assert.deepEqual(subscription.position, {epoch: to.epoch, offset: 1});
});

test('what is too much for one answer is read in pages, while more comes', BOUND, async t => {
  const instance = await started(t, {...HISTORY, 'session.send-limit': '64KiB'});
  const cable = await Cable.to(t, instance);
  const reader = client(t, cable);
  const subscription = reader.subscribe('kept');
  const notes = noted(subscription);
  await subscription.ready;
  const writer = writing(t, instance);
  const data = n => ({n, filling: 'x'.repeat(500)});
  await writer.publish('kept', data(1));
  await notes.until(({length}) => length === 1);
  cable.cut();
  await Promise.all(numbers(2, 1_000).map(n => writer.publish('kept', data(n))));
  const recovered = next(subscription, 'recovered');
  cable.mend();
  await next(subscription, 'state', state => state === 'subscribed');
  const more = numbers(1_001, 1_200).map(n => writer.publish('kept', data(n)));
  await notes.until(({length}) => length === 1_200);
  await Promise.all(more);
  assert.deepEqual(notes.messages.map(({data}) => data.n), numbers(1, 1_200));
  assert.deepEqual(notes.messages.map(({offset}) => offset), numbers(1, 1_200));
  const {from, count} = await recovered;
  assert.equal(from.offset, 1);
  assert.ok(count >= 999, `${count}`);
});

sessionTest('what was trimmed meanwhile is told to be lost, and the rest comes', BOUND, async t => {
  const cable = await Cable.to(t, server);
  const subscription = client(t, cable).subscribe('kept-short');
  const notes = noted(subscription);
  await subscription.ready;
  const writer = client(t, server);
  await writer.publish('kept-short', 1);
  await notes.until(({length}) => length === 1);
  cable.cut();
  await Promise.all(numbers(2, 30).map(n => writer.publish('kept-short', n)));
  const lost = next(subscription, 'lost');
  cable.mend();
  const {from, to} = await lost;
  assert.deepEqual([from.offset, to.offset, from.epoch], [1, 20, to.epoch]);
  await notes.until(({length}) => length === 11);
  assert.deepEqual(notes.messages.map(({data}) => data), [1, ...numbers(21, 30)]);
});

sessionTest('a reader that begins with the oldest gets all there is, and what comes', BOUND, async t => {
  const kept = fresh('kept');
  const fanfare = client(t, server);
  const writer = writing(t, server);
  await writer.ready();
  await Promise.all(numbers(1, 2_500).map(n => writer.publish(kept, n, {idempotent: true})));
  const live = fanfare.subscribe(kept);
  await live.ready;
  const oldest = fanfare.subscribe(kept, {recover: 'oldest'});
  const lost = [];
  oldest.on('lost', of => lost.push(of));
  const {epoch} = live.position;
  const middle = fanfare.subscribe(kept, {recover: {epoch, offset: 2_490}});
  const rest = numbers(2_501, 2_600).map(n => writer.publish(kept, n));
  assert.deepEqual(await take(oldest, 2_600), numbers(1, 2_600));
  assert.deepEqual(await take(middle, 110), numbers(2_491, 2_600));
  await Promise.all(rest);
  assert.deepEqual(await take(live, 100), numbers(2_501, 2_600));
  assert.deepEqual(lost, []);
  const first = client(t, server).subscribe(kept, {recover: 'oldest', buffer: 1});
  assert.deepEqual(await take(first, 20), numbers(1, 20));
});

sessionTest('a slow loop reads on from the history, and fails where there is none', BOUND, async t => {
  const [stored, passing] = [fresh('kept'), fresh('plain')];
  const fanfare = client(t, server);
  const kept = fanfare.subscribe(stored, {buffer: 10});
  const plain = fanfare.subscribe(passing, {buffer: 10});
  const [loop, plainLoop] = [kept[Symbol.asyncIterator](), plain[Symbol.asyncIterator]()];
  await Promise.all([kept.ready, plain.ready]);
  for (const n of numbers(1, 300)) {
    await fanfare.publish(stored, n);
  }
  const failed = next(plain, 'error');
  await Promise.all(numbers(1, 30).map(n => fanfare.publish(passing, n)));
  assert.equal((await failed).code, 'overflow');
  assert.deepEqual(kept.position.offset, 0);
  for (const n of numbers(1, 300)) {
    assert.equal((await loop.next()).value.data, n);
    assert.equal(kept.position.offset, n);
  }
  for (const n of numbers(1, 10)) {
    assert.equal((await plainLoop.next()).value.data, n);
  }
  await assert.rejects(plainLoop.next(), code('overflow'));
  assert.equal((await plainLoop.next()).done, true);
});

test('a server that stands still is noticed, and left', BOUND, async t => {
  const instance = await started(t);
  const fanfare = client(t, instance, {pingInterval: 200, connectTimeout: 1_000});
  await fanfare.ready();
  const gone = enters(fanfare, 'disconnected');
  instance.freeze();
  t.after(() => instance.thaw());
  const {reason} = await gone;
  assert.match(reason, /^nothing was heard for \d+ ms$/);
  const back = enters(fanfare, 'connected');
  instance.thaw();
  await back;
  assert.ok(await fanfare.ping() >= 0);
});

test('what is published while there is no connection waits, up to a bound, in its order', BOUND, async t => {
  const news = fresh('news');
  const cable = await Cable.to(t, server);
  const fanfare = client(t, cable, {offlineQueue: {messages: 3, bytes: 1_000}});
  await fanfare.subscribe(news).ready;
  const listener = client(t, server).subscribe(news);
  await listener.ready;
  const gone = enters(fanfare, 'disconnected');
  cable.cut();
  await gone;
  await assert.rejects(fanfare.publish(news, 'x'.repeat(1_000)), code('queue_full'));
  const waiting = [1, 2, 3].map(n => fanfare.publish(news, n));
  await assert.rejects(fanfare.publish(news, 4), code('queue_full'));
  cable.mend();
  await Promise.all(waiting);
  assert.deepEqual(await take(listener, 3), [1, 2, 3]);
});

sessionTest('whose answer got lost is sent again with its key, or told that it is not known', BOUND, async t => {
  const [kept, passing] = [fresh('kept'), fresh('plain')];
  const cable = await Cable.to(t, server);
  const fanfare = client(t, cable);
  await fanfare.ready();
  const listener = client(t, server).subscribe(kept);
  const plain = client(t, server).subscribe(passing);
  const notes = noted(listener);
  await Promise.all([listener.ready, plain.ready]);
  cable.mute();
  const keyed = [fanfare.publish(kept, 1, {key: 'once'}), fanfare.publish(kept, 2, {idempotent: true})];
  const unknown = fanfare.publish(passing, 3);
  assert.deepEqual(await take(plain, 1), [3]);
  await notes.until(({length}) => length === 2);
  cable.cut();
  await assert.rejects(unknown, code('disconnected'));
  cable.mend();
  assert.deepEqual((await Promise.all(keyed)).map(({offset}) => offset), [1, 2]);
  await fanfare.publish(kept, 'last');
  await notes.until(messages => messages.at(-1).data === 'last');
  assert.deepEqual(notes.messages.map(({data}) => data), [1, 2, 'last']);
});

sessionTest('waits double up to their bound', BOUND, async t => {
  const cable = await Cable.to(t, server);
  const {random} = Math;
  Math.random = () => 1;
  t.after(() => { Math.random = random; });
  const fanfare = client(t, cable, {backoff: {initial: 20, max: 100}, transports: ['websocket']});
  await fanfare.ready();
  const waits = [];
  const enough = new Promise(resolve => fanfare.on('state', ({state, until}) => {
    if (state === 'disconnected' && waits.push(until - Date.now()) === 6) {
      resolve();
    }
  }));
  cable.cut();
  await enough;
  [20, 40, 80, 100, 100, 100].forEach((wait, i) => assert.ok(Math.abs(waits[i] - wait) <= 10, `${waits}`));
});

test('a fresh token is shown in time, and the session goes on', BOUND, async t => {
  const expiries = [secondsFromNow(5), secondsFromNow(600)];
  const fanfare = client(t, locked, {getToken: async () => token({sub: 'ada', exp: expiries.shift()})});
  const states = [];
  fanfare.on('state', ({state}) => states.push(state));
  const subscription = fanfare.subscribe('news');
  await subscription.ready;
  const [first] = expiries;
  assert.equal(expiries.length, 1);
  // Its own pings tell the time.
  while (expiries.length > 0) {
    await fanfare.ping();
  }
  assert.ok(first > 0);
  await fanfare.publish('news', 'still here');
  assert.deepEqual(await take(subscription, 1), ['still here']);
  assert.deepEqual(states, ['connecting', 'connected']);
});

test('whose token has expired comes back with another, or stays away', BOUND, async t => {
  const short = token({sub: 'ada', exp: secondsFromNow(3)});
  const stays = client(t, locked, {token: short});
  let given = short;
  const comes = client(t, locked, {getToken: () => given});
  const [closed, gone] = [enters(stays, 'closed'), enters(comes, 'disconnected')];
  await Promise.all([stays, comes].map(fanfare => fanfare.subscribe('news').ready));
  assert.equal((await closed).code, 4002);
  assert.equal((await gone).code, 4002);
  given = token({sub: 'ada', exp: secondsFromNow(600)});
  await enters(comes, 'connected');
  await assert.rejects(stays.publish('news', 1), code('closed'));
});

sessionTest('an open session takes another token, or keeps the one it has', BOUND, async t => {
  const fanfare = client(t, locked, {token: token({sub: 'ada', exp: secondsFromNow(600)})});
  const staff = fanfare.subscribe('staff');
  await assert.rejects(staff.ready, code('unauthorised'));
  await assert.rejects(fanfare.present(token({sub: 'bob', exp: secondsFromNow(600)})), code('unauthorised'));
  const live = next(staff, 'state', state => state === 'subscribed');
  await fanfare.present(token({sub: 'ada', staff: true, exp: secondsFromNow(600)}));
  await live;
  assert.equal(fanfare.state, 'connected');
});

test('whom an operator disconnects stays away', BOUND, async t => {
  const fanfare = client(t, locked, {token: token({sub: 'eve', exp: secondsFromNow(600)})});
  const subscription = fanfare.subscribe('news');
  await subscription.ready;
  const reading = assert.rejects(take(subscription, 1), code('closed'));
  const closed = enters(fanfare, 'closed');
  await fetch(`${locked.url}/api/v1/disconnect`, {
    method: 'POST', headers: {Authorization: `Bearer ${KEY}`, 'Content-Type': 'application/json'}, body: '{"user":"eve"}',
  });
  assert.equal((await closed).code, 4500);
  await reading;
  await assert.rejects(fanfare.ready(), code('closed'));
});

sessionTest('a consumer goes on behind what it acknowledged', BOUND, async t => {
  const kept = fresh('kept');
  const before = client(t, server);
  const worker = before.subscribe(kept, {consumer: 'worker'});
  await worker.ready;
  await Promise.all(numbers(1, 5).map(n => before.publish(kept, n)));
  for await (const {data} of worker) {
    if (data === 3) {
      worker.ack();
      break;
    }
  }
  await before.ping();
  before.close();
  const after = client(t, server).subscribe(kept, {consumer: 'worker'});
  assert.deepEqual(await take(after, 2), [4, 5]);
  const plain = client(t, server).subscribe(kept);
  assert.throws(() => plain.ack(1), code('not_subscribed'));
});

sessionTest('who comes and goes is told, and who is there', BOUND, async t => {
  const kept = fresh('kept');
  const fanfare = client(t, server);
  const subscription = fanfare.subscribe(kept, {info: {name: 'Ada'}});
  await subscription.ready;
  const joined = next(subscription, 'join', ({info}) => info?.name === 'Bob');
  const bob = client(t, server);
  const left = next(subscription, 'leave', ({info}) => info?.name === 'Bob');
  const guest = bob.subscribe(kept, {info: {name: 'Bob'}});
  await guest.ready;
  const {session} = await joined;
  assert.deepEqual((await subscription.presence()).map(({info}) => info.name).sort(), ['Ada', 'Bob']);
  assert.equal(await subscription.presenceCount(), 2);
  guest.unsubscribe();
  assert.equal((await left).session, session);
});

test('a broadcast reaches everybody, and a history can be paged', BOUND, async t => {
  const kept = fresh('kept');
  const fanfare = client(t, server);
  const heard = next(fanfare, 'broadcast');
  // By a stream there is nothing to hear it by, as long as there is no subscription.
  await (byStream ? fanfare.subscribe(kept).ready : fanfare.ready());
  await fanfare.broadcast({to: 'all'});
  assert.deepEqual((await heard).data, {to: 'all'});
  await Promise.all(numbers(1, 5).map(n => fanfare.publish(kept, n)));
  const page = await fanfare.history(kept, {limit: 2});
  assert.deepEqual([page.messages.map(({data}) => data), page.offset], [[1, 2], 5]);
  const {epoch, offset} = page.messages[1];
  const {messages} = await fanfare.history(kept, {since: {epoch, offset}});
  assert.deepEqual(messages.map(({data}) => data), [3, 4, 5]);
  await assert.rejects(fanfare.history('plain'), code('bad_request'));
});

sessionTest('what is too large is refused alone, and the client comes back', BOUND, async t => {
  const instance = await started(t, {...HISTORY, 'server.max-message-size': '1KiB'});
  const fanfare = client(t, instance);
  const back = enters(fanfare, 'disconnected').then(() => enters(fanfare, 'connected'));
  const large = fanfare.publish('kept', 'x'.repeat(2_000), {idempotent: true});
  const small = fanfare.publish('kept', 'small', {idempotent: true});
  await assert.rejects(large, code('too_large'));
  await back;
  assert.equal((await small).offset, 1);
});

sessionTest('signals abort, and close() is for good', BOUND, async t => {
  const news = fresh('news');
  const cable = await Cable.to(t, server);
  const fanfare = client(t, cable);
  const subscription = fanfare.subscribe(news, {signal: AbortSignal.abort()});
  assert.equal(subscription.state, 'ended');
  const stop = new AbortController();
  const reading = take(fanfare.subscribe(news, {signal: stop.signal}), 1);
  await fanfare.ready();
  stop.abort();
  assert.deepEqual(await reading, []);
  cable.mute();
  await assert.rejects(fanfare.publish(news, 1, {timeout: 20}), code('timeout'));
  const aborter = new AbortController();
  const published = fanfare.publish(news, 2, {signal: aborter.signal});
  aborter.abort();
  await assert.rejects(published, {name: 'AbortError'});
  const pending = fanfare.publish(news, 3);
  const rest = take(fanfare.subscribe('more'), 1);
  fanfare.close();
  await assert.rejects(pending, code('closed'));
  assert.deepEqual(await rest, []);
  assert.equal(fanfare.state, 'closed');
  await assert.rejects(take(fanfare.subscribe('late'), 1), code('closed'));
});

sessionTest('many channels are subscribed to again in commands that the server takes', BOUND, async t => {
  const first = await started(t, HISTORY);
  const fanfare = client(t, first);
  const subscriptions = numbers(1, 1_000).map(n => fanfare.subscribe(`kept:${'x'.repeat(200)}:${n}`));
  await Promise.all(subscriptions.map(({ready}) => ready));
  const all = Promise.all(subscriptions.map(subscription => next(subscription, 'lost')));
  await first.stop('SIGKILL');
  await again(t, first, HISTORY);
  await all;
  assert.ok(subscriptions.every(({state}) => state === 'subscribed'));
});

sessionTest('an address that is none is said to be', () => {
  assert.throws(() => new Fanfare('ftp://example.org'), /is no address of a relay/);
  assert.throws(() => new Fanfare(), /needs the address of the relay/);
  assert.throws(() => new Fanfare('http://localhost', {transports: []}), code('unsupported'));
});

sessionTest('where WebSockets are blocked, it goes on by Server-Sent Events, and tries them again later', BOUND, async t => {
  const cable = await Cable.to(t, server);
  cable.refuse(/^GET \/ws /);
  const fanfare = client(t, cable, {transports: undefined});
  const [kept, plain] = [fanfare.subscribe(fresh('kept')), fanfare.subscribe(fresh('plain'))];
  const notes = noted(kept);
  const transports = [];
  fanfare.on('state', ({state, transport}) => state === 'connected' && transports.push(transport));
  await Promise.all([kept.ready, plain.ready]);
  assert.deepEqual(transports, ['sse']);
  assert.deepEqual((await Promise.all([1, 2, 3].map(n => kept.publish(n)))).map(({offset}) => offset), [1, 2, 3]);
  await plain.publish('x');
  assert.deepEqual(await take(plain, 1), ['x']);
  assert.ok(await kept.presenceCount() > 0);
  assert.deepEqual((await kept.history()).messages.map(({data}) => data), [1, 2, 3]);
  assert.deepEqual((await notes.until(({length}) => length === 3)).map(({data}) => data), [1, 2, 3]);
  await assert.rejects(take(fanfare.subscribe(fresh('kept'), {consumer: 'me'}), 1), code('unsupported'));
  // A stream is opened anew for each change: when this one is there, none is on its way. What is cut then would not be noticed.
  await fanfare.subscribe(fresh('plain')).ready;
  cable.refuse(/^nothing/);
  while (transports.at(-1) !== 'websocket') {
    const back = enters(fanfare, 'connected');
    const live = next(kept, 'state', state => state === 'subscribed');
    cable.cut();
    cable.mend();
    // What is cut before its stream is open would not be noticed.
    await Promise.all([back, live]);
  }
  await kept.publish(4);
  assert.deepEqual((await notes.until(({length}) => length === 4)).map(({data}) => data), [1, 2, 3, 4]);
});

test('who comes later to an open connection gets its channel, and the others lose nothing', BOUND, async t => {
  const fanfare = client(t, server);
  const first = fanfare.subscribe(fresh('kept'));
  const notes = noted(first);
  await first.ready;
  const writer = client(t, server);
  const published = numbers(1, 100).map(n => writer.publish(first.channel, n));
  for (const _ of numbers(1, 5)) {
    await fanfare.subscribe(fresh('plain')).ready;
  }
  await Promise.all(published);
  await notes.until(({length}) => length === 100);
  assert.deepEqual(notes.messages.map(({data}) => data), numbers(1, 100));
});
