// The JavaScript client of Fanfare: https with or without WebSockets, for browsers, Node and Bun. Its types and their meaning
// stand in fanfare.d.ts.
//
// Where a message goes: a link (WebSocketLink, StreamLink) takes it off the wire, Connection notes that the server was heard, and
// Fanfare finds out whose it is. An answer goes to who asked, by the Outbox; a broadcast to its listeners; all else to its Channel,
// which is the subscription on the wire, and from there to each Subscription of it. There CatchUp looks whether it is the next
// one, has been had, or has to wait until those before it are read from the history; and then a listener or a loop gets it, or
// the buffer in front of the loop. A command goes the other way: it waits in the Outbox until the Connection has a link for it.
//
// SPDX-License-Identifier: Apache-2.0

/** A connection to a relay that comes back by itself, with its subscriptions. */
export class Fanfare {
  #options;
  #connection;
  #outbox;
  #listeners = new Listeners((error, event) => event === 'error' ? uncaught(error) : this.#threw(`a listener of '${event}'`, error));
  #channels = new Map();
  #unasked = new Set();
  #asked = new Map();
  #lastId = 0;
  #ready;

  constructor(url = here(), options = {}) {
    this.url = addressOf(url);
    this.#options = optionsOf(options);
    this.#outbox = new Outbox(this.#options);
    const context = {url: this.url, options: this.#options, read: text => this.#read(text), wanted: () => this.#wanted()};
    this.#connection = new Connection(context, {
      entered: status => this.#entered(status),
      ended: end => this.#outbox.lost(end),
      message: message => this.#receive(message),
      ping: () => this.#connection.link.send({type: 'ping'}),
      present: token => this.present(token),
      error: error => this.#listeners.emit('error', error),
    });
    this.#promiseReady();
    // Whoever made it gets to listen first.
    queueMicrotask(() => {
      if (this.state === 'connecting') {
        this.#connection.open();
      }
    });
    whenAborted(options.signal, () => this.close());
  }

  get state() {
    return this.status.state;
  }

  get status() {
    return this.#connection.status;
  }

  on(event, listener, options) {
    return this.#listeners.on(event, listener, options);
  }

  ready() {
    return this.#ready.promise;
  }

  subscribe(name, options = {}) {
    let channel = this.#channels.get(name);
    if (channel === undefined) {
      channel = new Channel(name, {
        ask: channel => this.#ask(channel),
        leave: channel => this.#leave(channel),
        retry: attempt => jitter(this.#options.backoff, attempt),
        acknowledge: command => this.state === 'connected' && this.#connection.link.send(command),
        threw: (error, event) => this.#threw(`a listener of '${event}' of '${name}'`, error),
      });
    }
    const subscription = new Subscription(this, channel, options);
    if (this.state === 'closed') {
      channel.end(new FanfareError('closed', `'${name}' can't be subscribed to: this client is closed`, name));
    } else if (!this.#channels.has(name) && subscription.state !== 'ended') {
      this.#channels.set(name, channel);
      this.#ask(channel);
    }
    return subscription;
  }

  publish(channel, data, options = {}) {
    const {key = options.idempotent || this.#channels.get(channel)?.position ? randomKey() : undefined} = options;
    return this.#request({type: 'publish', channel, data, key}, {...options, again: key !== undefined}).then(receipt);
  }

  broadcast(data, options = {}) {
    return this.#request({type: 'publish', data}, {...options, again: false}).then(receipt);
  }

  async history(channel, {since, limit, reverse, signal} = {}) {
    const {messages, epoch, offset} =
      await this.#request({type: 'history', channel, since, limit, reverse}, {again: true, signal});
    return {messages: messages.map(message => ({...message, epoch})), epoch, offset};
  }

  async presence(channel) {
    return (await this.#request({type: 'presence', channel}, {again: true})).data;
  }

  async presenceCount(channel) {
    return (await this.#request({type: 'presence', channel, count: true}, {again: true})).count;
  }

  async ping() {
    if (this.state !== 'connected') {
      throw new FanfareError('disconnected', `there is nobody to ping: the client is ${this.state}`);
    }
    const from = performance.now();
    await this.#request({type: 'ping'}, {again: false});
    return performance.now() - from;
  }

  async present(token) {
    if (this.state === 'connected') {
      await this.#request({type: 'token', data: token}, {again: false, timeout: this.#options.connectTimeout});
      // What no transport carries is no matter of the token.
      this.#askAll(({refusal}) => refusal !== undefined && refusal !== 'unsupported');
    }
    this.#connection.use(token);
  }

  reconnect() {
    this.#connection.resume();
  }

  close() {
    if (this.state !== 'closed') {
      this.#connection.close({code: 1000, reason: 'the client was closed', opened: this.state === 'connected'});
    }
  }

  /** What the server sent; where the user's own reader can't read it, as JSON. @returns undefined where it is no message of the protocol */
  #read(text) {
    const {parse} = this.#options;
    let message;
    try {
      message = JSON.parse(text);
    } catch {
      return undefined;
    }
    if (typeof message?.type !== 'string') {
      return undefined;
    }
    try {
      const own = parse === JSON.parse ? message : parse(text);
      if (typeof own?.type !== 'string') {
        throw new TypeError('what it gave is no message');
      }
      return own;
    } catch (error) {
      this.#threw('`parse`', error);
      return message;
    }
  }

  /** What a function of the user's threw: an uncaught error where nobody listens. */
  #threw(what, cause) {
    if (this.#listeners.has('error')) {
      this.#listeners.emit('error', new FanfareError('callback', `${what} threw: ${cause}`, undefined, {cause}));
    } else {
      uncaught(cause);
    }
  }

  #request(command, options) {
    if (this.state === 'closed') {
      return Promise.reject(fault('closed', command, "can't be sent: this client is closed"));
    }
    const answer = this.#outbox.add({...command, id: ++this.#lastId}, options);
    this.#flush();
    return answer;
  }

  #flush() {
    if (this.state === 'connected') {
      this.#outbox.flush(this.#connection.link);
    }
  }

  #wanted() {
    return [...this.#channels.values()].filter(({refusal}) => refusal === undefined).map(channel => channel.wish());
  }

  #promiseReady() {
    this.#ready = {};
    this.#ready.promise = new Promise((resolve, reject) => Object.assign(this.#ready, {resolve, reject}));
    this.#ready.promise.catch(() => {});
  }

  #entered(status) {
    const {state} = status;
    if (state === 'connected') {
      this.#askAll(() => true);
      this.#flush();
      this.#ready.resolve();
    } else if (state === 'closed') {
      this.#end(status);
    } else if (state === 'disconnected') {
      if (status.opened) {
        this.#promiseReady();
      }
      this.#asked.clear();
      this.#channels.forEach(channel => channel.disconnected());
    }
    // A listener of a channel may have closed all, which was told by then.
    if (this.status === status) {
      this.#listeners.emit('state', status);
    }
  }

  #end({code, reason, opened}) {
    const why = `the connection was closed for good (${code} ${reason})`;
    if (code === 1000) {
      this.#channels.forEach(channel => channel.end());
    } else {
      this.#channels.forEach(channel => channel.end(new FanfareError('closed', why, channel.name)));
    }
    this.#channels.clear();
    this.#outbox.close(why);
    if (opened) {
      this.#promiseReady();
    }
    this.#ready.reject(new FanfareError('closed', why));
  }

  #askAll(which) {
    this.#channels.forEach(channel => which(channel) && this.#ask(channel));
  }

  /** What is asked for in one turn goes into one command. */
  #ask(channel) {
    if (this.state === 'connected') {
      this.#unasked.add(channel);
      queueMicrotask(() => this.#askNow());
    }
  }

  #askNow() {
    const {link} = this.#connection;
    const channels = [...this.#unasked];
    this.#unasked.clear();
    while (this.state === 'connected' && channels.length > 0) {
      const id = ++this.#lastId;
      const asked = [];
      for (let size = 0; channels.length > 0 && size < COMMAND;) {
        const channel = channels.shift();
        const wish = channel.ask(link.name);
        if (wish !== undefined) {
          size += this.#options.stringify(wish).length;
          asked.push([channel, wish]);
        }
      }
      // A listener that was told of it may have unsubscribed, or closed all.
      const wanted = asked.filter(([channel]) => this.#channels.get(channel.name) === channel);
      if (wanted.length > 0) {
        this.#asked.set(id, new Map(wanted.map(([channel]) => [channel.name, channel])));
        link.send({type: 'subscribe', channels: wanted.map(([, wish]) => wish), id});
      }
    }
  }

  #leave(channel) {
    if (this.#channels.get(channel.name) === channel) {
      this.#channels.delete(channel.name);
      if (this.state === 'connected') {
        this.#connection.link.send({type: 'unsubscribe', channel: channel.name});
      }
    }
  }

  #receive(message) {
    const {type, id, channel} = message;
    if (type === 'subscribed') {
      this.#subscribed(message);
    } else if (this.#asked.has(id)) {
      this.#notSubscribed(message);
    } else if (id !== undefined) {
      this.#outbox.answer(message);
      this.#flush();
    } else if (channel === undefined) {
      this.#everybody(message);
    } else {
      this.#channels.get(channel)?.heard(message);
    }
  }

  #everybody(message) {
    if (message.type === 'error') {
      this.#listeners.emit('error', errorOf(message));
    } else if (message.type !== 'pong') {
      this.#listeners.emit('broadcast', message);
    }
  }

  /** A stream has no ids: what it opens with is what there is. */
  #subscribed({id, channels}) {
    const asked = id === undefined ? this.#channels : this.#asked.get(id);
    if (id === undefined) {
      this.#asked.clear();
    }
    this.#asked.delete(id);
    for (const outcome of channels) {
      const channel = asked?.get(outcome.channel);
      if (channel === undefined || this.#channels.get(channel.name) !== channel) {
        continue;
      }
      if (outcome.type === 'error') {
        channel.refused(errorOf(outcome));
      } else {
        channel.subscribed(outcome);
      }
    }
  }

  /** The whole command was refused. */
  #notSubscribed(error) {
    const asked = this.#asked.get(error.id);
    this.#asked.delete(error.id);
    asked.forEach(channel => channel.refused(errorOf({...error, channel: channel.name})));
  }
}

// A subscription to many channels is told in commands of so many characters, well below server.max-message-size.
const COMMAND = 16_384;

/** (crypto.randomUUID is there on pages by https alone.) */
const randomKey = () => [...crypto.getRandomValues(new Uint8Array(16))].map(byte => byte.toString(16).padStart(2, '0')).join('');

const receipt = ({timestamp, epoch, offset, local}) => ({
  timestamp, ...(epoch !== undefined && {epoch, offset}), ...(local && {local}),
});

/** Where the module came from, which is where it was mounted. */
const here = () => {
  if (!/^https?:/.test(import.meta.url)) {
    throw new TypeError('new Fanfare(url) needs the address of the relay here, such as https://relay.example.org');
  }
  return new URL('.', import.meta.url).href;
};

const addressOf = url => {
  const {protocol, href} = new URL(url);
  if (!/^(https?|wss?):$/.test(protocol)) {
    throw new TypeError(`'${href}' is no address of a relay: it has to be http, https, ws or wss`);
  }
  return href.replace(/^ws/, 'http').replace(/[?#].*$/, '').replace(/\/+$/, '');
};

/** Whether this is a page of another origin, which browsers don't tell why it is not admitted. */
const isForeign = url => globalThis.location !== undefined && new URL(url).origin !== globalThis.location.origin;

const optionsOf = options => {
  const runtime = {WebSocket: globalThis.WebSocket, fetch: globalThis.fetch?.bind(globalThis), parse: JSON.parse, stringify: JSON.stringify};
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  const all = {transports: ['websocket', 'sse'], connectTimeout: 10_000, pingInterval: 30_000, ...runtime, ...given};
  all.backoff = {initial: 1_000, max: 30_000, ...options.backoff};
  all.offlineQueue = {messages: 1_000, bytes: 1 << 20, ...options.offlineQueue};
  all.transports = all.transports.filter(transport => transport === 'websocket' ? all.WebSocket : transport === 'sse' && all.fetch);
  if (all.transports.length === 0) {
    throw new FanfareError('unsupported', 'no transport is left: this runtime has no WebSocket (give the class as the option ' +
      'WebSocket), or `transports` names neither websocket nor sse');
  }
  return all;
};

/** One reader of a channel: listeners, or one loop. What comes before it is read waits in a buffer. */
export class Subscription {
  #client;
  #channel;
  #reader;
  #place;
  #listeners;
  #state = 'subscribing';
  #ready = {};
  #buffer = [];
  #limit;
  #waiters = [];
  #iterating = false;
  #listening = false;
  #error;
  #off = () => {};

  constructor(client, channel, {recover, consumer, info, buffer = 1_000, signal}) {
    this.#client = client;
    this.#channel = channel;
    this.#limit = Math.max(buffer, 1);
    this.#listeners = new Listeners((error, event) => channel.threw(error, event));
    this.ready = new Promise((resolve, reject) => { this.#ready = {resolve, reject}; });
    this.ready.catch(() => {});
    this.#reader = {
      start: recover,
      isLive: () => this.#state === 'subscribed',
      room: () => this.#room,
      wants: () => this.#room > this.#limit / 2,
      history: query => this.history(query),
      asked: () => this.#enter('subscribing'),
      began: outcome => this.#began(outcome),
      take: message => this.#place.take(message),
      lostTo: position => this.#place.lostTo(position),
      hand: message => this.#hand(message),
      refused: error => this.#refused(error),
      ended: error => this.#end(error),
      emit: (event, of) => this.#listeners.emit(event, of),
    };
    this.#place = new CatchUp(channel, this.#reader);
    channel.add(this.#reader, {consumer, info});
    this.#off = whenAborted(signal, () => this.unsubscribe());
  }

  get channel() {
    return this.#channel.name;
  }

  get state() {
    return this.#state;
  }

  get position() {
    const [next] = this.#buffer;
    const {position} = this.#place;
    return next?.offset === undefined ? position && {...position} : {epoch: next.epoch, offset: next.offset - 1};
  }

  on(event, listener, options) {
    if (event === 'message' && !this.#listening) {
      this.#listening = true;
      // What came before anybody listened is not lost, and comes first.
      queueMicrotask(() => this.#handOver());
    }
    return this.#listeners.on(event, listener, options);
  }

  publish(data, options) {
    return this.#client.publish(this.channel, data, options);
  }

  history(query) {
    return this.#client.history(this.channel, query);
  }

  presence() {
    return this.#client.presence(this.channel);
  }

  presenceCount() {
    return this.#client.presenceCount(this.channel);
  }

  ack(offset = this.position?.offset) {
    this.#channel.acknowledge(offset);
  }

  unsubscribe() {
    this.#buffer = [];
    this.#end();
  }

  [Symbol.asyncIterator]() {
    this.#iterating = true;
    if (this.#state === 'refused') {
      this.#end(this.#error);
    }
    return {
      next: () => this.#next(),
      return: async () => {
        this.unsubscribe();
        return {done: true, value: undefined};
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  }

  #next() {
    if (this.#buffer.length > 0) {
      const value = this.#buffer.shift();
      this.#place.readOn();
      return Promise.resolve({done: false, value});
    }
    if (this.#state !== 'ended') {
      return new Promise((resolve, reject) => this.#waiters.push({resolve, reject}));
    }
    const error = this.#error;
    this.#error = undefined;
    return error === undefined ? Promise.resolve({done: true, value: undefined}) : Promise.reject(error);
  }

  #handOver() {
    if (!this.#iterating) {
      while (this.#buffer.length > 0) {
        this.#listeners.emit('message', this.#buffer.shift());
      }
      this.#place.readOn();
    }
  }

  #began(outcome) {
    const {epoch, offset, recovered} = outcome;
    this.#place.began(outcome);
    this.#error = undefined;
    this.#enter('subscribed');
    this.#ready.resolve({...(epoch !== undefined && {epoch, offset}), ...(recovered !== undefined && {recovered})});
    this.#place.go();
  }

  /** Whether messages go into the buffer; else listeners take them at once. */
  get #keeps() {
    return this.#iterating || !this.#listening || this.#buffer.length > 0;
  }

  /** How many messages it can take now. */
  get #room() {
    return this.#keeps ? this.#limit - this.#buffer.length : Infinity;
  }

  /** Where there is no room for it, it comes without a history: then it, or an older one, is lost. */
  #hand(message) {
    if (this.#state === 'ended') {
      return;
    }
    const kept = this.#keeps;
    if (this.#room === 0) {
      if (this.#iterating) {
        this.#end(new FanfareError('overflow',
          `more than ${this.#limit} messages of '${this.channel}' wait to be read, and it has no history to read them from`, this.channel));
        return;
      }
      this.#buffer.shift();
    }
    if (this.#waiters.length > 0) {
      this.#waiters.shift().resolve({done: false, value: message});
    } else if (kept) {
      this.#buffer.push(message);
    }
    if (this.#listening && (this.#iterating || !kept)) {
      this.#listeners.emit('message', message);
    }
  }

  #refused(error) {
    this.#ready.reject(error);
    if (this.#iterating) {
      this.#end(error);
    } else {
      this.#error = error;
      this.#enter('refused');
      this.#listeners.emit('error', error);
    }
  }

  #end(error) {
    if (this.#state === 'ended') {
      return;
    }
    this.#error = error;
    this.#place.stop();
    this.#off();
    this.#ready.reject(error ?? new FanfareError('closed', `'${this.channel}' was unsubscribed from`, this.channel));
    this.#enter('ended');
    this.#channel.remove(this.#reader);
    if (error !== undefined) {
      this.#listeners.emit('error', error);
    }
    for (const {resolve, reject} of this.#waiters.splice(0)) {
      if (this.#error === undefined) {
        resolve({done: true, value: undefined});
      } else {
        reject(this.#error);
        this.#error = undefined;
      }
    }
  }

  #enter(state) {
    if (this.#state !== state && this.#state !== 'ended') {
      this.#state = state;
      this.#listeners.emit('state', state);
    }
  }
}

// What is held of the live messages while the history is read up to them, and what is read of it at once.
const TAIL = 1_000;
const PAGE = 1_000;

/**
 * Where a reader stands in the history of its channel. It is live, and takes messages as they come, or behind: then it holds those, and
 * reads the history page by page until it is where they are. It gets behind where the server could not recover it at once, where
 * it asks for older messages, and where the reader has no room. Without a history there is no position, and every message is handed on.
 */
class CatchUp {
  /** Up to where messages were handed on. Is another object each time. */
  position;
  #channel;
  #start;
  #reader;
  /** The highest offset that it got; less than that of its position where it began in the middle. */
  #seen = 0;
  #behind = false;
  #tail = [];
  /** What it is still to get of what it has missed: {from, to, count}. */
  #missed;
  #reading = false;
  #failures = 0;
  #timer = 0;

  /**
   * @param reader start, where it begins: at a position, with the 'oldest', or where there is none with what is published now; hand(message);
   *     room() for so many, wants() whether that is worth a page; isLive(), history(query), emit(event, of), ended(error)
   */
  constructor(channel, reader) {
    this.#channel = channel;
    this.#start = reader.start;
    this.#reader = reader;
  }

  /** @param outcome with `mine` where what was missed follows, and `base`, behind which it does */
  began({epoch, offset, recovered, base = {epoch, offset}, mine}) {
    const comesBack = mine || this.position !== undefined || this.#start !== undefined;
    if (epoch === undefined) {
      this.#loseHistory();
    } else if (this.position === undefined) {
      this.#begin({epoch, offset}, base, mine, recovered);
    } else if (!mine) {
      this.#fallBehind();
    }
    this.#missed = this.position && comesBack ? {from: {...this.position}, to: {epoch, offset}, count: 0} : undefined;
  }

  /** Takes what is to be had, once the reader knows that it is subscribed. */
  go() {
    this.#tellRecovered();
    this.readOn();
  }

  take(message) {
    if (message.offset === undefined || this.position === undefined) {
      this.#reader.hand(message);
    } else if (this.#behind) {
      this.#tail = this.#tail.length < TAIL ? this.#tail : [];
      this.#tail.push(message);
    } else if (message.offset > this.#seen && !this.#hand(message)) {
      this.#behind = true;
      this.#tail = [message];
    }
  }

  /** What stood up to there does not come any more. */
  lostTo(position) {
    if (this.#behind) {
      this.#fallBehind();
    } else {
      this.#tellLost(this.position, position);
      this.#standAt(position);
    }
  }

  async readOn() {
    if (this.#reading) {
      return;
    }
    this.#reading = true;
    clearTimeout(this.#timer);
    try {
      while (this.#behind && this.#reader.isLive() && !this.#join() && this.#reader.wants()) {
        await this.#readPage();
      }
      this.#failures = 0;
    } catch (error) {
      this.#failed(error);
    } finally {
      this.#reading = false;
    }
  }

  stop() {
    clearTimeout(this.#timer);
    this.#tail = [];
  }

  /** What it holds ends before a gap: what comes behind that does not follow. */
  #fallBehind() {
    this.#behind = true;
    this.#tail = [];
  }

  /** Where it starts depends on what it wished for; who wished for nothing begins with what is published now. */
  #begin(now, base, mine, recovered) {
    if (this.#start === 'oldest') {
      this.position = {epoch: now.epoch, offset: 0};
      this.#behind = true;
    } else if (this.#start !== undefined) {
      this.#standAt(this.#start);
      this.#behind = !mine || base.epoch !== this.#start.epoch || base.offset !== this.#start.offset;
    } else {
      const consumes = this.#channel.consumer !== undefined;
      this.position = {...(consumes && mine ? base : now)};
      this.#seen = mine ? this.position.offset : 0;
      if (consumes && recovered === false) {
        this.#tellLost(undefined, now);
      }
    }
  }

  #standAt({epoch, offset}) {
    this.position = {epoch, offset};
    this.#seen = offset;
  }

  #loseHistory() {
    const from = this.position ?? (this.#start === 'oldest' ? undefined : this.#start);
    this.position = this.#start = undefined;
    this.#behind = false;
    if (from !== undefined) {
      this.#tellLost(from, undefined);
    }
  }

  /** @returns whether there was room for it */
  #hand(message) {
    if (this.#reader.room() === 0) {
      return false;
    }
    const {epoch, offset} = message;
    this.position = {epoch, offset: Math.max(offset, this.position.epoch === epoch ? this.position.offset : 0)};
    this.#seen = offset;
    this.#reader.hand(message);
    if (this.#missed !== undefined) {
      this.#missed.count++;
      this.#tellRecovered();
    }
    return true;
  }

  /** @returns whether it is where the live messages are */
  #join() {
    const now = this.#channel.position;
    if (now === undefined) {
      this.#loseHistory();
      return true;
    }
    if (now.epoch !== this.position.epoch) {
      return false;
    }
    this.#tail = this.#tail.filter(({epoch, offset}) => epoch === now.epoch && offset > this.position.offset);
    if (this.position.offset < now.offset && this.#tail[0]?.offset !== this.position.offset + 1) {
      return false;
    }
    while (this.#tail.length > 0 && this.#hand(this.#tail[0])) {
      this.#tail.shift();
    }
    this.#behind = this.#tail.length > 0;
    return true;
  }

  async #readPage() {
    const from = this.position;
    const now = {...this.#channel.position};
    const isNew = from.epoch !== now.epoch;
    const since = {epoch: now.epoch, offset: isNew ? 0 : from.offset};
    const {epoch, messages} = await this.#reader.history({since, limit: Math.min(this.#reader.room(), PAGE)});
    if (!this.#reader.isLive() || epoch !== now.epoch || this.position !== from) {
      return;
    }
    const first = messages[0]?.offset ?? now.offset + 1;
    // Who wished for the oldest has lost nothing of what was gone before.
    if ((isNew || first > since.offset + 1) && this.#start !== 'oldest') {
      this.#tellLost(from, {epoch, offset: first - 1});
    }
    this.#start = undefined;
    this.#standAt({epoch, offset: Math.max(first - 1, since.offset)});
    this.#tellRecovered();
    messages.every(message => this.#hand(message));
  }

  /** The server can't tell now; where its history was begun anew, it says so to the channel. */
  #failed(error) {
    if ([...TRANSIENT, 'unrecoverable', 'queue_full'].includes(error.code)) {
      this.#timer = setTimeout(() => this.readOn(), jitter({initial: 1_000, max: 30_000}, this.#failures++));
    } else if (error.code !== 'closed') {
      this.#reader.ended(error);
    }
  }

  #tellRecovered() {
    const {from, to, count} = this.#missed ?? {};
    if (to && this.position.epoch === to.epoch && this.position.offset >= to.offset) {
      this.#missed = undefined;
      this.#reader.emit('recovered', {from, to, count});
    }
  }

  #tellLost(from, to) {
    this.#reader.emit('lost', {channel: this.#channel.name, ...(from && {from: {...from}}), ...(to && {to: {...to}})});
  }
}

/** A subscription on the wire, for all who read that channel. */
class Channel {
  /** Up to where its messages have come: what to recover from. Undefined on a channel without a history. */
  position;
  /** The code of the error with which it is refused, or undefined. */
  refusal;
  #client;
  #readers = new Set();
  #live = false;
  #recover;
  consumer;
  #info;
  #refusals = 0;
  #timer = 0;
  #acknowledged;

  /** @param client ask(channel), leave(channel), retry(attempt), acknowledge(command), threw(error, event) */
  constructor(name, client) {
    this.name = name;
    this.threw = client.threw;
    this.#client = client;
  }

  /** @param reader start, asked(), began(outcome), take(message), lostTo(position), refused(error), ended(error), emit(event, of) */
  add(reader, {consumer, info}) {
    if (this.#readers.size === 0) {
      [this.#recover, this.consumer, this.#info] = [reader.start === 'oldest' ? undefined : reader.start, consumer, info];
    } else if ((consumer ?? this.consumer) !== this.consumer || (info !== undefined && info !== this.#info)) {
      throw new FanfareError('bad_request', `'${this.name}' is subscribed to already, with another consumer or info`, this.name);
    }
    this.#readers.add(reader);
    if (this.#live) {
      reader.began({...this.position, mine: false});
    }
  }

  remove(reader) {
    this.#readers.delete(reader);
    if (this.#readers.size === 0) {
      clearTimeout(this.#timer);
      this.#client.leave(this);
    }
  }

  /** How the command `subscribe` names it. */
  wish() {
    return {channel: this.name, recover: this.position ?? this.#recover, consumer: this.consumer, info: this.#info};
  }

  /** It is being asked for. @returns its wish; undefined where that can't be had */
  ask(transport) {
    clearTimeout(this.#timer);
    this.#live = false;
    this.refusal = undefined;
    if (transport === 'sse' && this.consumer !== undefined) {
      this.refused(new FanfareError('unsupported', `'${this.name}' has a consumer, which takes a WebSocket`, this.name));
      return undefined;
    }
    this.#readers.forEach(reader => reader.asked());
    return this.wish();
  }

  disconnected() {
    clearTimeout(this.#timer);
    this.#live = false;
    this.#readers.forEach(reader => reader.asked());
  }

  /** @param recovered true: what was missed are `messages`, or where it has none (on a stream) they come next */
  subscribed({epoch, offset, recovered, messages}) {
    const known = this.position ?? this.#recover;
    this.#live = true;
    this.#refusals = 0;
    if (epoch === undefined) {
      this.position = undefined;
    } else if (recovered && known !== undefined) {
      this.position = {...known};
    } else if (recovered && messages?.length > 0) {
      this.position = {epoch, offset: messages[0].offset - 1};
    } else {
      this.position = {epoch, offset};
    }
    const mine = recovered === true;
    this.#readers.forEach(reader => reader.began({epoch, offset, recovered, base: this.position, mine}));
    messages?.forEach(message => this.#receive(message));
    if (messages !== undefined && this.position !== undefined) {
      this.position.offset = offset;
    }
    if (this.#acknowledged !== undefined && this.#acknowledged.epoch === epoch) {
      this.acknowledge(this.#acknowledged.offset);
    }
  }

  /** What comes before it is subscribed is left of an earlier subscription. */
  heard(message) {
    if (this.#live) {
      switch (message.type) {
        case 'join':
        case 'leave': this.#readers.forEach(reader => reader.emit(message.type, message.data)); break;
        case 'unsubscribed': this.refused(errorOf({...message, data: 'this session was unsubscribed'})); break;
        case 'error': this.#lost(message); break;
        default: this.#receive(message);
      }
    }
  }

  #receive(message) {
    if (message.offset !== undefined && this.position !== undefined) {
      message.epoch = this.position.epoch;
      this.position.offset = Math.max(this.position.offset, message.offset);
    }
    this.#readers.forEach(reader => reader.take(message));
  }

  #lost({epoch, offset}) {
    this.position = {epoch, offset};
    this.#readers.forEach(reader => reader.lostTo(this.position));
  }

  /** What the server can't do now it may be able to do later. */
  refused(error) {
    this.#live = false;
    if (TRANSIENT.includes(error.code)) {
      this.#timer = setTimeout(() => this.#client.ask(this), this.#client.retry(this.#refusals++));
      return;
    }
    this.refusal = error.code;
    this.#readers.forEach(reader => reader.refused(error));
  }

  end(error) {
    clearTimeout(this.#timer);
    this.#live = false;
    this.#readers.forEach(reader => reader.ended(error));
  }

  acknowledge(offset) {
    if (this.consumer === undefined) {
      throw new FanfareError('not_subscribed', `'${this.name}' is subscribed to without a consumer, so there is nothing to ack`, this.name);
    }
    this.#acknowledged = {epoch: this.position?.epoch, offset};
    this.#client.acknowledge({type: 'ack', channel: this.name, offset});
  }
}

const TRANSIENT = ['rate_limited', 'unavailable'];

// What may wait in a link: beyond it, commands wait here, where they are counted.
const HIGH_WATER = 1 << 20;

// A key is known for five minutes: a publication whose answer was lost is not sent again when they are nearly over, as it could
// count twice.
const KEY_HOLDS = 240_000;

/** Commands that are to be answered, in their order: those that were sent, and behind them those that wait. */
class Outbox {
  #bounds;
  #stringify;
  #sent = new Map();
  #waiting = new Map();
  #bytes = 0;

  constructor({offlineQueue, stringify}) {
    this.#bounds = offlineQueue;
    this.#stringify = stringify;
  }

  /** @param again whether it may be sent once more where the connection was lost before the answer */
  add(command, {again, timeout, signal}) {
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      const entry = {command, again, text: this.#stringify(command), resolve, reject};
      const {messages, bytes} = this.#bounds;
      if (this.#waiting.size >= messages || this.#bytes + entry.text.length > bytes) {
        throw fault('queue_full', command, `has to wait for the connection, as ${this.#waiting.size} commands of ${this.#bytes} ` +
          `characters do, and offlineQueue admits ${messages} of ${bytes}`);
      }
      this.#put(entry);
      const timer = timeout === undefined ? 0 : setTimeout(
        () => this.#take(entry)?.reject(fault('timeout', command, `had no answer in ${timeout} ms`)), timeout);
      const off = whenAborted(signal, () => this.#take(entry)?.reject(signal.reason));
      entry.forget = () => { clearTimeout(timer); off(); };
    });
  }

  flush(link) {
    for (const entry of this.#waiting.values()) {
      if (link.buffered > HIGH_WATER) {
        return;
      }
      if (isTooLate(entry)) {
        this.#giveUp(entry);
      } else {
        this.#remove(entry);
        entry.sentAt ??= Date.now();
        this.#sent.set(entry.command.id, entry);
        link.send(entry.command, entry.text);
      }
    }
  }

  /** Where nobody waits for it any more, nobody is told. */
  answer(answer) {
    const entry = this.#take(this.#sent.get(answer.id));
    if (answer.type === 'error') {
      entry?.reject(errorOf(answer));
    } else {
      entry?.resolve(answer);
    }
  }

  /** What was sent and not answered is sent again, or it is not known what became of it. The largest was what was too large. */
  lost({code, reason}) {
    const sent = [...this.#sent.values()];
    const waiting = [...this.#waiting.values()];
    if (code === 1009 && sent.length > 0) {
      const entry = sent.reduce((one, other) => other.text.length > one.text.length ? other : one);
      this.#take(entry).reject(fault('too_large', entry.command, `has ${entry.text.length} characters, more than server.max-message-size admits`));
    }
    sent.filter(entry => !entry.again).forEach(entry => this.#take(entry)?.reject(fault('disconnected', entry.command,
      `was not answered before the connection ended (${code} ${reason}): whether it was carried out is not known`)));
    waiting.forEach(entry => this.#remove(entry));
    [...this.#sent.values(), ...waiting].forEach(entry => this.#put(entry));
    this.#sent.clear();
  }

  close(reason) {
    for (const entry of [...this.#sent.values(), ...this.#waiting.values()]) {
      this.#take(entry).reject(fault('closed', entry.command, `was not answered: ${reason}`));
    }
  }

  #put(entry) {
    this.#waiting.set(entry.command.id, entry);
    this.#bytes += entry.text.length;
    if (entry.sentAt !== undefined && entry.command.key !== undefined) {
      entry.ageing = setTimeout(() => this.#giveUp(entry), entry.sentAt + KEY_HOLDS - Date.now());
    }
  }

  #giveUp(entry) {
    this.#take(entry)?.reject(fault('disconnected', entry.command,
      'was not answered, and the connection was away until its key was too old: whether it was carried out is not known'));
  }

  #remove(entry) {
    clearTimeout(entry.ageing);
    if (this.#waiting.delete(entry.command.id)) {
      this.#bytes -= entry.text.length;
      return true;
    }
    return this.#sent.delete(entry.command.id);
  }

  /** @returns it, where it was still there */
  #take(entry) {
    if (entry === undefined || !this.#remove(entry)) {
      return undefined;
    }
    entry.forget();
    return entry;
  }
}

const isTooLate = ({command, sentAt}) => command.key !== undefined && Date.now() - sentAt >= KEY_HOLDS;

const fault = (code, {type, channel}, what) =>
  new FanfareError(code, `'${type}'${channel === undefined ? '' : ` on '${channel}'`} ${what}`, channel);

const TOKEN_EXPIRED = 4002;
// Only a connection that held so long makes the next wait a short one again; else a server that accepts and fails would be
// asked every second by everybody.
const STEADY = 5_000;
// So often a WebSocket has to fail where HTTP gets through, until it is taken for blocked; and one in so many connections
// tries it again after that.
const BLOCKED = 2;
const TRY_AGAIN = 5;

/** Whether the next try would end like this one: a mistake of the client's own, or the server's wish. */
const isFinal = ({code, status}) => [1002, 1003, 1007, 1008].includes(code) || (code >= 4500 && code <= 4999) ||
  status === 403 || TOO_LONG.includes(status);

/** The `exp` of a JSON Web Token in milliseconds, or undefined. */
const expiryOf = token => {
  try {
    return JSON.parse(atob(token.split('.')[1].replaceAll('-', '+').replaceAll('_', '/'))).exp * 1000 || undefined;
  } catch {
    return undefined;
  }
};

/** A link that comes back, by whichever transport gets through, with a token that holds. */
class Connection {
  status = {state: 'connecting'};
  link = null;
  #context;
  #tell;
  #token;
  #timer = 0;
  #watch = 0;
  #refresh = 0;
  #failures = 0;
  #blocked = 0;
  #turn = 0;
  #openedAt = 0;
  #heardAt = 0;
  #everOpen = false;
  /** Aborted, and another one, when what was tried matters no more. */
  #attempt = null;
  /** The token that was shown last. */
  #shown;

  /** @param tell entered(status), ended(end), message(object), ping(), error(error), present(token): a promise of its answer */
  constructor(context, tell) {
    this.#context = context;
    this.#tell = tell;
    this.#token = context.options.token;
    globalThis.addEventListener?.('online', this.online);
  }

  async open() {
    this.#forget();
    const attempt = this.#attempt = new AbortController();
    const Link = this.#nextLink();
    this.#timer = setTimeout(() => this.drop('no answer'), this.#context.options.connectTimeout);
    this.#enter({state: 'connecting', transport: Link === WebSocketLink ? 'websocket' : 'sse'});
    try {
      const token = await this.#askToken();
      if (attempt === this.#attempt) {
        this.#shown = token;
        this.link = new Link(this.#context, token, {
          opened: () => this.#opened(token),
          message: message => this.#heard(message),
          closed: end => this.#closed(end),
        });
      }
    } catch (error) {
      if (attempt === this.#attempt) {
        this.#forget();
        this.#wait({code: 1006, reason: error.message, opened: false});
        this.#tell.error(new FanfareError('disconnected', `getToken or the transport failed: ${error.message}`));
      }
    }
  }

  /** Comes back now, unless the server told the time. */
  resume() {
    if (this.status.state === 'disconnected' && !this.status.told) {
      this.open();
    }
  }

  /** Another token for connections to come. */
  use(token) {
    this.#token = token;
    if (this.status.state === 'connected') {
      this.#schedule(token);
    }
  }

  /** Takes the link for dead: its own close could take minutes. */
  drop(reason) {
    this.#closed({code: 1006, reason});
  }

  /** Ends it for good. */
  close(end) {
    this.#forget();
    globalThis.removeEventListener?.('online', this.online);
    this.#enter({state: 'closed', ...end});
  }

  /** The network is back: what was tried without one will not succeed. */
  online = () => this.status.state === 'connecting' ? this.open() : this.resume();

  async #askToken() {
    const {getToken} = this.#context.options;
    return getToken ? getToken() : this.#token;
  }

  #nextLink() {
    const {transports} = this.#context.options;
    const preferred = this.#blocked < BLOCKED || ++this.#turn % TRY_AGAIN === 0 ? transports[0] : transports.at(-1);
    return preferred === 'websocket' ? WebSocketLink : StreamLink;
  }

  #opened(token) {
    clearTimeout(this.#timer);
    this.#openedAt = this.#heardAt = Date.now();
    this.#everOpen = true;
    if (this.link.name === 'websocket') {
      this.#blocked = 0;
    }
    this.#schedule(token);
    this.#listen();
    this.#enter({state: 'connected', transport: this.link.name});
  }

  #heard(message) {
    this.#heardAt = Date.now();
    // What is no message of the protocol is nobody's.
    if (message !== undefined) {
      this.#tell.message(message);
    }
  }

  /** Asks a server that says nothing whether it is there. */
  #listen() {
    const {pingInterval, connectTimeout} = this.#context.options;
    const wait = this.#heardAt + pingInterval - Date.now();
    this.#watch = setTimeout(() => {
      if (this.#heardAt + pingInterval > Date.now()) {
        this.#listen();
        return;
      }
      const askedAt = this.#heardAt;
      this.#tell.ping();
      this.#watch = setTimeout(
        () => this.#heardAt > askedAt ? this.#listen() : this.drop(`nothing was heard for ${Date.now() - askedAt} ms`),
        connectTimeout);
    }, Math.max(wait, 0));
  }

  /** Asks for another token a minute before this one expires, or when four fifths of its time are over. */
  #schedule(token) {
    clearTimeout(this.#refresh);
    const left = this.#context.options.getToken && token ? expiryOf(token) - Date.now() : NaN;
    if (left > 0) {
      this.#refreshAt(Date.now() + Math.max(left - 60_000, left * 0.8), token, 0);
    }
  }

  #refreshAt(time, token, attempt) {
    this.#refresh = setTimeout(
      () => Date.now() < time ? this.#refreshAt(time, token, attempt) : this.#refreshNow(token, attempt),
      Math.min(time - Date.now(), LONGEST));
  }

  /** Until the server has taken another, the old one holds; so while that does, it is tried again. */
  async #refreshNow(token, attempt) {
    const {link} = this;
    try {
      const fresh = await this.#askToken();
      if (fresh !== undefined && fresh !== token && link === this.link) {
        await this.#tell.present(fresh);
        return;
      }
    } catch (error) {
      if (link === this.link) {
        this.#tell.error(error instanceof FanfareError ? error : new FanfareError('unauthorised', `no fresh token: ${error.message}`));
      }
    }
    if (link === this.link && expiryOf(token) > Date.now()) {
      this.#refreshAt(Date.now() + jitter(this.#context.options.backoff, attempt), token, attempt + 1);
    }
  }

  async #closed(end) {
    const opened = this.status.state === 'connected';
    const link = this.status.transport;
    this.#forget();
    if (opened) {
      this.#tell.ended(end);
    } else if (link === 'websocket' && (!this.#everOpen || this.#failures > 0)) {
      end = await this.#why(end);
      if (end === undefined) {
        return;
      }
    }
    if (end.status === 401 || end.code === TOKEN_EXPIRED) {
      this.#unauthorised(end, opened);
    } else if (isFinal(end)) {
      this.close({code: end.status ?? end.code, reason: end.reason, opened});
    } else if (this.#blocked >= BLOCKED && link === 'websocket') {
      this.open();
    } else {
      this.#wait({...end, opened});
    }
  }

  /** Asks by HTTP why a WebSocket did not open, which browsers don't tell. @returns undefined where that matters no more */
  async #why(end) {
    const attempt = this.#attempt = new AbortController();
    const timer = setTimeout(() => attempt.abort(), this.#context.options.connectTimeout);
    try {
      const {status, retry, answer} = await post(this.#context, this.#shown, {}, '{"type":"ping"}', attempt.signal);
      if (answer.type === 'pong') {
        this.#blocked += this.#context.options.transports.includes('sse') ? 1 : 0;
        end = {...end, reason: 'the server is there, but did not open the WebSocket'};
      } else {
        end = {...end, status, retry, reason: answer.data};
      }
    } catch {
      const orNot = isForeign(this.#context.url) ? ', or does not admit this origin' : '';
      end = {...end, reason: `the server is not reached${orNot}`};
    } finally {
      clearTimeout(timer);
    }
    return attempt === this.#attempt ? end : undefined;
  }

  #unauthorised(end, opened) {
    if (this.#context.options.getToken) {
      this.#wait({...end, opened});
    } else {
      this.close({code: end.status ?? end.code, reason: end.reason, opened});
    }
  }

  #wait({code, reason, retry, opened}) {
    if (opened && Date.now() - this.#openedAt > STEADY) {
      this.#failures = 0;
    }
    // What a close tells is one's own moment; what a response tells is everybody's, who must not come back together.
    const told = /^retry after (\d{1,9}) ms$/.exec(reason)?.[1];
    const wait = told === undefined
      ? (retry ?? 0) + Math.round(jitter(this.#context.options.backoff, this.#failures++))
      : Number(told);
    this.#timer = setTimeout(() => this.open(), wait);
    this.#enter({state: 'disconnected', until: Date.now() + wait, told: told !== undefined, code, reason, opened});
  }

  /** Lets go of link and timers; what the link still tells is not heard. */
  #forget() {
    clearTimeout(this.#timer);
    clearTimeout(this.#watch);
    clearTimeout(this.#refresh);
    this.#attempt?.abort();
    this.#attempt = null;
    this.link?.close();
    this.link = null;
  }

  #enter(status) {
    this.status = status;
    this.#tell.entered(status);
  }
}

// What a timer can wait for at most.
const LONGEST = 2 ** 31 - 1;

// Links: one connection each. A link tells opened(), message(object), and once closed({code, reason, retry, status}). Its
// send(command, text) takes commands of the protocol, and their text where it is known, `buffered` says how many characters of
// them wait, close() ends it untold.

/** The subprotocols that carry a token: a page can't set a header for it, and a URL is no place for a secret. */
const subprotocols = token => {
  if (token === undefined) {
    return ['fanfare'];
  }
  const bytes = String.fromCharCode(...new TextEncoder().encode(token));
  return ['fanfare', `bearer.${btoa(bytes).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')}`];
};

class WebSocketLink {
  name = 'websocket';
  #socket;
  #stringify;

  constructor({url, options, read}, token, tell) {
    this.#stringify = options.stringify;
    const socket = this.#socket = new options.WebSocket(`${url.replace(/^http/, 'ws')}/ws`, subprotocols(token));
    socket.onopen = () => tell.opened();
    socket.onmessage = ({data}) => tell.message(read(data));
    socket.onclose = ({code, reason}) => tell.closed({code, reason});
    // It says less than the close that follows.
    socket.onerror = () => {};
  }

  get buffered() {
    return this.#socket.bufferedAmount;
  }

  send(command, text = this.#stringify(command)) {
    if (this.#socket.readyState === 1) {
      this.#socket.send(text);
    }
  }

  close() {
    const socket = this.#socket;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close(1000);
  }
}

/**
 * One command by HTTP.
 *
 * @returns the answer of the protocol, with the `status` and `retry` (milliseconds) of the response; `answered` is false where the
 *     request did not get as far as the command, and may at another time
 */
const post = async ({url, options, read}, token, {id}, body, signal) => {
  const headers = {'Content-Type': 'application/json', ...authorization(token)};
  const response = await options.fetch(`${url}/sse`, {method: 'POST', headers, body, signal});
  const text = await response.text();
  const {status} = response;
  const said = read(text);
  const isAnswer = status === 200 ? said !== undefined : said?.type === 'error';
  // A refusal that comes before the protocol, or from a proxy, is text, or JSON of another kind.
  const answer = isAnswer ? said : {type: 'error', ...refusal(status, text)};
  return {status, retry: retryAfter(response), answered: isAnswer || status in REFUSED, answer: {...answer, id}};
};

const authorization = token => token === undefined ? {} : {Authorization: `Bearer ${token}`};

/** In milliseconds; 0 where there is none, or none that can be kept. */
const retryAfter = response => {
  const seconds = /^\d{1,6}$/.exec(response.headers.get('Retry-After') ?? '')?.[0] ?? 0;
  return seconds * 1000;
};

// What is asked for has no room in the head of a request: the server's bounds on it, or a proxy's.
const TOO_LONG = [414, 431];

// What repeating does not mend. Any other status may be that of a proxy while the server is replaced.
const REFUSED = {400: 'bad_request', 401: 'unauthorised', 403: 'unauthorised', 413: 'too_large'};

const refusal = (status, text) => ({
  code: REFUSED[status] ?? 'unavailable',
  data: `${text.trim().slice(0, 200)} (HTTP ${status})`,
});

/**
 * Server-Sent Events on fetch, which can show a token where EventSource can't; and commands by POST, one after the other, so
 * that they keep their order. It is open when the server has answered a ping. What is subscribed stands in the address of
 * the stream, so that it is opened anew where that changes, behind the positions that have been reached.
 */
class StreamLink {
  name = 'sse';
  buffered = 0;
  #context;
  #token;
  #tell;
  #aborter = new AbortController();
  #stream = new AbortController();
  #posts = Promise.resolve();
  #stale = false;
  #watch = 0;

  /** @param context with wanted(): what to subscribe to, as in the command */
  constructor(context, token, tell) {
    this.#context = context;
    this.#token = token;
    this.#tell = tell;
    this.#post({type: 'ping'}, ({status, retry, answer}) => {
      if (answer.type === 'pong') {
        this.#tell.opened();
      } else {
        this.#turnedAway(status, retry, answer.data);
      }
    });
  }

  send(command, text) {
    switch (command.type) {
      case 'subscribe':
      case 'unsubscribe': this.#renew(); break;
      case 'token': this.#present(command); break;
      default: this.#post(command, ({answer}) => this.#tell.message(answer), {text});
    }
  }

  close() {
    this.#tell = {opened() {}, message() {}, closed() {}};
    clearTimeout(this.#watch);
    this.#aborter.abort();
    this.#stream.abort();
  }

  #end(end) {
    const tell = this.#tell;
    this.close();
    tell.closed(end);
  }

  #turnedAway(status, retry, reason) {
    this.#end({code: status === 503 ? 1013 : 1006, reason, status, retry});
  }

  /** What is not answered, or shows that the token holds no more, ends the link: then it is known what may be sent again. */
  #post(command, then, {token, text = this.#context.options.stringify(command)} = {}) {
    this.buffered += text.length;
    this.#posts = this.#posts
      .then(() => post(this.#context, token ?? this.#token, command, text, this.#aborter.signal))
      .finally(() => { this.buffered -= text.length; })
      .then(response => {
        const {status, retry, answered, answer} = response;
        if (answered && (status !== 401 || token !== undefined)) {
          then(response);
        } else {
          this.#turnedAway(status, retry, answer.data);
        }
      })
      .catch(error => this.#end({code: 1006, reason: `the request failed: ${error.message}`}));
  }

  /** There is no session to show it to: it is tried, and holds for all that follows. */
  #present({data, id}) {
    this.#post({type: 'ping'}, ({answer}) => {
      const taken = answer.type === 'pong';
      this.#token = taken ? data : this.#token;
      this.#tell.message(taken ? {type: 'token', id} : {...answer, id});
      this.#renew();
    }, {token: data});
  }

  #renew() {
    if (!this.#stale) {
      this.#stale = true;
      queueMicrotask(() => {
        this.#stale = false;
        this.#stream.abort();
        this.#stream = new AbortController();
        const wanted = this.#context.wanted();
        if (wanted.length > 0 && !this.#aborter.signal.aborted) {
          this.#read(wanted, this.#stream.signal);
        }
      });
    }
  }

  async #read(wanted, signal) {
    this.#heard(signal);
    try {
      const response = await this.#context.options.fetch(`${this.#context.url}/sse?${query(wanted)}`, {
        headers: {Accept: 'text/event-stream', ...authorization(this.#token)}, cache: 'no-store', signal,
      });
      if (response.status !== 200) {
        const text = await response.text();
        return signal.aborted || this.#refused(wanted, response.status, retryAfter(response), text);
      }
      await this.#lines(response.body.getReader(), signal);
      this.#failed(signal, 'the stream ended');
    } catch (error) {
      this.#failed(signal, `the stream failed: ${error.message}`);
    }
  }

  #failed(signal, reason) {
    if (!signal.aborted) {
      this.#end({code: 1006, reason});
    }
  }

  /** Where no channel of a stream may be subscribed to, there is none; the link goes on without. */
  #refused(wanted, status, retry, text) {
    const {code, data} = TOO_LONG.includes(status)
      ? {code: 'unsupported', data: `the address that names the channels of a stream got too long (HTTP ${status}): take fewer with one client`}
      : refusal(status, text);
    if (status === 400 || status === 403 || TOO_LONG.includes(status)) {
      this.#tell.message({type: 'subscribed', channels: wanted.map(({channel}) => ({type: 'error', channel, code, data}))});
    } else {
      this.#turnedAway(status, retry, data);
    }
  }

  async #lines(reader, signal) {
    const decoder = new TextDecoder();
    let rest = '';
    let data = '';
    for (;;) {
      const {done, value} = await reader.read();
      if (done || signal.aborted) {
        return;
      }
      this.#heard(signal);
      const lines = (rest + decoder.decode(value, {stream: true})).split('\n');
      rest = lines.pop();
      for (const line of lines) {
        if (line.startsWith('data:')) {
          data += line.slice(5);
        } else if (line.trim() === '' && data !== '') {
          this.#receive(this.#context.read(data));
          data = '';
        }
        if (signal.aborted) {
          return;
        }
      }
    }
  }

  #receive(message) {
    switch (message?.type) {
      case 'open': this.#tell.message({type: 'subscribed', channels: message.channels}); break;
      case 'close': this.#end(message); break;
      default: this.#tell.message(message);
    }
  }

  /** The heartbeats of a stream come every session.ping-interval, which is 30 s unless the operator says otherwise. */
  #heard(signal) {
    clearTimeout(this.#watch);
    const silence = 3 * this.#context.options.pingInterval;
    this.#watch = setTimeout(() => this.#failed(signal, `nothing came for ${silence} ms`), silence);
  }
}

/** `lastEventId` has the form in which the server gives it: of one channel EPOCH:OFFSET, of several CHANNEL=EPOCH:OFFSET,... */
const query = wanted => {
  const place = ({epoch, offset}) => `${epoch}:${offset}`;
  const known = wanted.filter(({recover}) => recover !== undefined);
  const lastEventId = wanted.length === 1
    ? known.map(({recover}) => place(recover))
    : known.map(({channel, recover}) => `${channel}=${place(recover)}`);
  const fields = wanted.map(({channel}) => ['channel', channel]);
  return new URLSearchParams(known.length > 0 ? [...fields, ['lastEventId', lastEventId.join(',')]] : fields);
};

/** What went wrong; `code` is a word of the protocol, or one of the client's own (see ErrorCode in fanfare.d.ts). */
export class FanfareError extends Error {
  constructor(code, message, channel, options) {
    super(message, options);
    this.name = 'FanfareError';
    this.code = code;
    if (channel !== undefined) {
      this.channel = channel;
    }
  }
}

const errorOf = ({code, data, channel}) => new FanfareError(code, data, channel);

/** As the runtime reports what nobody catches. */
const uncaught = error => queueMicrotask(() => { throw error; });

/** Those who want to be told. What one of them throws harms no other. */
class Listeners {
  #of = new Map();
  #threw;

  /** @param threw is told what a listener threw, and of which event */
  constructor(threw) {
    this.#threw = threw;
  }

  on(event, listener, {signal} = {}) {
    const entry = {listener};
    const entries = this.#of.get(event) ?? new Set();
    this.#of.set(event, entries.add(entry));
    let ignore = () => {};
    const off = () => {
      entries.delete(entry);
      ignore();
    };
    ignore = whenAborted(signal, off);
    return off;
  }

  has(event) {
    return (this.#of.get(event)?.size ?? 0) > 0;
  }

  emit(event, of) {
    for (const {listener} of [...(this.#of.get(event) ?? [])]) {
      try {
        listener(of);
      } catch (error) {
        this.#threw(error, event);
      }
    }
  }
}

/** @returns what takes `then` away again */
const whenAborted = (signal, then) => {
  if (signal?.aborted) {
    then();
  }
  signal?.addEventListener('abort', then, {once: true});
  return () => signal?.removeEventListener('abort', then);
};

// Full jitter: anything up to a bound that doubles, so that those who were cut off together don't return together.
const jitter = ({initial, max}, attempt) => Math.random() * Math.min(max, initial * 2 ** attempt);
