// The raw relay: bare messages on a WebSocket that comes back by itself. The JavaScript client speaks JSON, so this is beside it.

import {DISCONNECTED, FORBIDDEN, TOKEN_EXPIRED, UNAUTHORISED} from './connection.js';

const FIRST_WAIT = 1_000;
const LONGEST_WAIT = 30_000;
// A handshake that gets no answer would hold the browser for minutes.
const HANDSHAKE_TIMEOUT = 10_000;
// Only a connection that held so long makes the next wait a short one again; else a server that accepts and fails
// would be asked every second by everybody.
const STEADY = 5_000;

/** Whether the next try would end like this one, by the tables in protocol.md; what was too large waits in the draft to be made smaller. */
const isFinal = code => [UNAUTHORISED, FORBIDDEN, 1002, 1003, 1007, 1008, 1009, TOKEN_EXPIRED].includes(code) ||
  (code >= DISCONNECTED && code <= 4999);

/** The time to come back that a server tells which is shutting down, in milliseconds, or null. */
const retryAfter = ({code, reason}) => {
  const told = code === 1001 ? /^retry after (\d+) ms$/.exec(reason) : null;
  return told === null ? null : Number(told[1]);
};

/** Full jitter: anything up to a bound that doubles, so that those who were cut off together don't return together. */
const backoff = attempt => Math.random() * Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** attempt);

/** The subprotocols that carry a token: a browser's page can't set the header for it, and a URL is no place for a secret. */
const bearing = token => {
  if (token === '') {
    return [];
  }
  const bytes = String.fromCharCode(...new TextEncoder().encode(token));
  const base64 = btoa(bytes).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
  return ['fanfare', `bearer.${base64}`];
};

/** Beside the page, which may be mounted below a path. */
const beside = path => new URL(`.${path}`, location.href).href;

/** Browsers don't tell why a WebSocket did not open, so HTTP is asked. @returns the code, where that tells something, and the reason */
async function whyNot(token) {
  try {
    const headers = {'Content-Type': 'application/json', ...(token !== '' && {Authorization: `Bearer ${token}`})};
    const response = await fetch(beside('/sse'), {method: 'POST', headers, body: '{"type":"ping"}'});
    return response.ok
      ? {reason: 'the server is there, but did not open the WebSocket'}
      : {code: response.status, reason: `${(await response.text()).trim()} (HTTP ${response.status})`};
  } catch {
    return {reason: 'the server is not reached'};
  }
}

/** A WebSocket that comes back by itself. Its status is told as that of the JavaScript client; once closed it may be opened again. */
class Connection {
  #url;
  #token;
  #handlers;
  #socket = null;
  #timer = 0;
  #failures = 0;
  #attempt = 0;
  #openedAt = 0;
  #status = {state: 'closed'};

  /**
   * @param token gives the token, or an empty text, at each connect
   * @param handlers onStatus(status), and onMessage(data): a string or an ArrayBuffer
   */
  constructor(url, token, handlers) {
    this.#url = url;
    this.#token = token;
    this.#handlers = handlers;
  }

  get status() {
    return this.#status;
  }

  /** Connects now, whatever it waited for. */
  open() {
    this.#forget();
    this.#openedAt = 0;
    const socket = new WebSocket(this.#url, bearing(this.#token()));
    socket.binaryType = 'arraybuffer';
    this.#socket = socket;
    socket.onopen = () => this.#opened();
    socket.onmessage = event => this.#handlers.onMessage(event.data);
    socket.onclose = event => this.#ended(event);
    this.#timer = setTimeout(() => this.drop('no answer'), HANDSHAKE_TIMEOUT);
    this.#enter({state: 'connecting'});
  }

  /** Closes, and stays closed. */
  close() {
    const wasOpen = this.#socket !== null;
    this.#forget();
    this.#enter({state: 'closed', code: wasOpen ? 1000 : undefined, reason: 'you disconnected'});
  }

  /** Takes the socket for dead and connects again: its own close could take minutes. */
  drop(reason) {
    this.#forget();
    this.#wait({code: 1006, reason});
  }

  /** The network is back. A time that the server told holds all the same. */
  online() {
    const {state, told} = this.#status;
    if (state === 'connecting' || (state === 'disconnected' && !told)) {
      this.open();
    }
  }

  /** @returns whether it was sent: only while connected, and not once the server has begun to close */
  send(data) {
    const connected = this.#status.state === 'connected' && this.#socket.readyState === WebSocket.OPEN;
    if (connected) {
      this.#socket.send(data);
    }
    return connected;
  }

  #opened() {
    clearTimeout(this.#timer);
    this.#openedAt = performance.now();
    this.#enter({state: 'connected'});
  }

  async #ended({code, reason}) {
    const opened = this.#openedAt > 0;
    this.#forget();
    const attempt = this.#attempt;
    const end = {code, reason, opened, ...(opened ? {} : await whyNot(this.#token()))};
    if (attempt !== this.#attempt) {
      return;
    }
    if (isFinal(end.code)) {
      this.#enter({state: 'closed', ...end});
    } else {
      this.#wait(end);
    }
  }

  #wait(end) {
    if (this.#openedAt > 0 && performance.now() - this.#openedAt > STEADY) {
      this.#failures = 0;
    }
    const told = retryAfter(end);
    const delay = told ?? backoff(this.#failures++);
    this.#timer = setTimeout(() => this.open(), delay);
    this.#enter({state: 'disconnected', until: Date.now() + delay, told: told !== null, ...end});
  }

  /** Lets go of timer and socket; what the socket still tells is not heard. */
  #forget() {
    clearTimeout(this.#timer);
    this.#attempt++;
    const socket = this.#socket;
    this.#socket = null;
    if (socket !== null) {
      socket.onopen = socket.onmessage = socket.onclose = null;
      socket.close(1000);
    }
  }

  #enter(status) {
    this.#status = status;
    this.#handlers.onStatus(status);
  }
}

const OWN_MESSAGES = 64;

/** Bare messages. Hidden ones would reach everybody, so the round trip is measured by what the user sends. */
export class RawTalk {
  #listener;
  #connection;
  #sent = [];

  /**
   * @param token gives the token, or an empty text
   * @param listener told status(status), roundTrip(milliseconds) and message({kind, text}), with the kind `text`, or `binary`, which
   *     has `bytes` for its text
   */
  constructor(path, token, listener) {
    this.#listener = listener;
    this.address = beside(path).replace(/^http/, 'ws');
    this.#connection = new Connection(this.address, token, {
      onStatus: status => {
        this.#sent = [];
        listener.status(status);
      },
      onMessage: data => this.#receive(data),
    });
    window.addEventListener('online', this.#online);
  }

  get status() {
    return this.#connection.status;
  }

  connect() {
    this.#connection.open();
  }

  close() {
    this.#connection.close();
  }

  /** Lets go of everything. */
  stop() {
    window.removeEventListener('online', this.#online);
    this.close();
  }

  #online = () => this.#connection.online();

  /** @returns null: an open connection can't show another token */
  present() {
    return null;
  }

  /** @returns whether it was sent */
  publish({text}) {
    const done = this.#connection.send(text);
    if (done) {
      this.#sent.push({text, at: performance.now()});
      this.#sent.splice(0, this.#sent.length - OWN_MESSAGES);
    }
    return done;
  }

  #receive(data) {
    if (typeof data !== 'string') {
      this.#listener.message({kind: 'binary', bytes: new Uint8Array(data)});
      return;
    }
    const own = this.#sent.findIndex(({text}) => text === data);
    if (own >= 0) {
      // Our messages come back in our order, so that those before it will not come any more.
      this.#listener.roundTrip(performance.now() - this.#sent[own].at);
      this.#sent.splice(0, own + 1);
    }
    this.#listener.message({kind: 'text', text: data});
  }
}
