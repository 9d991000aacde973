// Channels, by the JavaScript client: subscribed to again after each connect, with what was missed, and pings while the page is seen.

import {Fanfare} from '../fanfare.js';
import {EVERYBODY} from './messages.js';

const PING_INTERVAL = 3_000;
// At once, it would measure how long the page is busy with having been loaded.
const FIRST_PING = 500;

/** JSON as it is spelled: parsed and printed again, 1.10 would be 1.1, and long numbers others. */
class Spelled {
  constructor(json) {
    this.json = json;
  }
}

/**
 * The members of a JSON object, or the elements of a list, as they are spelled.
 *
 * @param json was parsed before, so that its brackets and quotes are known to match
 */
function* partsOf(json) {
  let depth = 0;
  let part = 0;
  for (let at = 0; at < json.length; at++) {
    const character = json[at];
    if (depth === 1 && (character === ',' || character === '}' || character === ']')) {
      const spelled = json.slice(part, at).trim();
      // In brackets with nothing between them there is no part.
      if (spelled !== '') {
        yield spelled;
      }
      part = at + 1;
    }
    if (character === '"') {
      for (at++; json[at] !== '"'; at++) {
        at += json[at] === '\\' ? 1 : 0;
      }
    } else if (character === '{' || character === '[') {
      depth++;
      part = depth === 1 ? at + 1 : part;
    } else if (character === '}' || character === ']') {
      depth--;
    }
  }
}

/** The member of a JSON object that has this name. */
function memberOf(json, name) {
  const head = new RegExp(`^"${name}"\\s*:\\s*`);
  for (const part of partsOf(json)) {
    if (head.test(part)) {
      return part.replace(head, '');
    }
  }
  return '';
}

/** What the server sent, with the data of messages as they were spelled. */
function respelled(json, parsed) {
  if (parsed.type === 'event' && typeof parsed.data !== 'string') {
    parsed.data = new Spelled(memberOf(json, 'data'));
  }
  for (const list of ['messages', 'channels']) {
    if (parsed[list] !== undefined) {
      [...partsOf(memberOf(json, list))].forEach((part, at) => respelled(part, parsed[list][at]));
    }
  }
  return parsed;
}

/** A command, with its data as they are spelled. */
function written(command) {
  return command.data instanceof Spelled
    ? `${JSON.stringify({...command, data: undefined}).slice(0, -1)},"data":${command.data.json}}`
    : JSON.stringify(command);
}

/** The JSON protocol. */
export class ChannelTalk {
  /** Channel to state: `waiting`, `live` or `refused`. */
  channels = new Map();
  #token;
  #listener;
  #fanfare;
  #subscriptions = new Map();
  #positions = new Map();
  #pings;

  /**
   * @param token gives the token, or an empty text
   * @param listener told as that of RawTalk; its messages have a `channel`, and may be of the kinds `json`, `note` and `error`, too;
   *     and channelsChanged()
   */
  constructor(channels, token, listener) {
    this.#token = token;
    this.#listener = listener;
    channels.forEach(channel => this.channels.set(channel, 'waiting'));
    this.#pings = setInterval(() => this.#ping(), PING_INTERVAL);
  }

  get status() {
    return this.#fanfare.status;
  }

  get address() {
    return this.#fanfare.url;
  }

  /** A client that is closed stays so: another one goes on with the same channels. */
  connect() {
    this.#fanfare?.close();
    const fanfare = new Fanfare(undefined, {
      token: this.#token() || undefined,
      transports: ['websocket'],
      pingInterval: PING_INTERVAL,
      parse: json => respelled(json, JSON.parse(json)),
      stringify: written,
    });
    this.#fanfare = fanfare;
    fanfare.on('state', status => this.#changed(fanfare, status));
    fanfare.on('broadcast', message => this.#event(message));
    fanfare.on('error', error => this.#failed(undefined, error));
    this.#subscriptions.clear();
    [...this.channels.keys()].forEach(channel => this.#subscribe(channel));
    this.#changed(fanfare, fanfare.status);
  }

  close() {
    this.#fanfare.close();
  }

  /** Lets go of everything. */
  stop() {
    clearInterval(this.#pings);
    this.close();
  }

  subscribe(channel) {
    this.#subscribe(channel);
    this.#listener.channelsChanged();
  }

  unsubscribe(channel) {
    this.#subscriptions.get(channel).unsubscribe();
    this.#subscriptions.delete(channel);
    this.channels.delete(channel);
    this.#positions.delete(channel);
    this.#listener.channelsChanged();
  }

  /** Shows another token on the open connection. @returns the promise of its answer, or null where it is not open */
  present(token) {
    return this.status.state !== 'connected' ? null : this.#fanfare.present(token).then(() => this.#askAgain());
  }

  /** What was refused before may be allowed now. */
  #askAgain() {
    [...this.channels].filter(([, state]) => state === 'refused').forEach(([channel]) => this.subscribe(channel));
  }

  /** @returns whether it was sent: what was not stays where it was written */
  publish({channel, json}) {
    if (this.status.state !== 'connected') {
      return false;
    }
    const data = new Spelled(json);
    const published = channel === EVERYBODY ? this.#fanfare.broadcast(data) : this.#fanfare.publish(channel, data);
    published.catch(error => this.#failed(channel, error));
    return true;
  }

  #subscribe(channel) {
    this.channels.set(channel, 'waiting');
    const subscription = this.#fanfare.subscribe(channel, {recover: this.#positions.get(channel)});
    this.#subscriptions.set(channel, subscription);
    subscription.on('message', message => this.#event(message));
    subscription.on('lost', lost => this.#lost(lost));
    subscription.on('recovered', recovered => this.#recovered(channel, recovered));
    subscription.on('error', error => this.#failed(channel, error));
    subscription.on('state', () => this.#became(channel, subscription));
    subscription.ready.catch(() => {
      // Its listeners are told as well.
    });
  }

  #changed(fanfare, status) {
    if (fanfare === this.#fanfare) {
      if (status.state === 'connected') {
        setTimeout(() => this.#ping(), FIRST_PING);
      }
      this.#listener.status(status);
      this.#listener.channelsChanged();
    }
  }

  #became(channel, subscription) {
    if (this.#subscriptions.get(channel) === subscription) {
      this.channels.set(channel, {subscribed: 'live', refused: 'refused'}[subscription.state] ?? 'waiting');
      this.#listener.channelsChanged();
    }
  }

  async #ping() {
    if (this.status.state === 'connected' && document.visibilityState === 'visible') {
      try {
        this.#listener.roundTrip(await this.#fanfare.ping());
      } catch {
        // The connection went: its state tells.
      }
    }
  }

  #event({channel = EVERYBODY, data, encoding, epoch, offset}) {
    if (offset !== undefined) {
      this.#positions.set(channel, {epoch, offset});
    }
    if (encoding === 'base64') {
      this.#listener.message({channel, kind: 'binary', bytes: Uint8Array.from(atob(data), c => c.charCodeAt(0))});
    } else if (typeof data === 'string') {
      this.#listener.message({channel, kind: 'text', text: data});
    } else {
      this.#listener.message({channel, kind: 'json', text: data instanceof Spelled ? data.json : JSON.stringify(data)});
    }
  }

  #recovered(channel, {count}) {
    if (count > 0) {
      this.#listener.message({channel, kind: 'note', text: `recovered ${count.toLocaleString('en')} of its messages`});
    }
  }

  /** Where both positions are of one history, it is known how many are missing. */
  #lost({channel, from, to}) {
    const count = from !== undefined && from.epoch === to?.epoch ? (to.offset - from.offset).toLocaleString('en') : 'some';
    this.#listener.message({channel, kind: 'error', text: `${count} messages are lost`});
  }

  /** That the connection is closed is told beside the messages. */
  #failed(channel, {code, message}) {
    if (code !== 'closed') {
      this.#listener.message({channel, kind: 'error', text: `${code}: ${message}`});
    }
  }
}
