/** Types of the Fanfare client. What each thing promises: src/site/markdown/javascript.md. */

/** Where a message stands in the history of its channel. */
export interface Position {
  /** The history; when another one begins, offsets count from 1 again. */
  epoch: string;
  /** Counts from 1 without a gap. */
  offset: number;
}

/** What was published. `event` is any message; the others are what a process says on the channel `process:ID`. */
export interface Message<T = any> {
  type: 'event' | 'process_output' | 'process_status';
  /** Left out on a broadcast. */
  channel?: string;
  data: T;
  /** RFC 3339 in UTC: when the relay ordered it. */
  timestamp: string;
  /** On a channel with a history. */
  epoch?: string;
  /** On a channel with a history. */
  offset?: number;
  /** Where a raw socket published bytes: `data` is their Base64. */
  encoding?: 'base64';
  /** On messages of processes. */
  processId?: string;
  /** On `process_output`. */
  stream?: 'stdout' | 'stderr';
}

/** The `data` of a `process_status`. */
export interface ProcessStatus {
  status: 'running' | 'exited' | 'killed' | 'failed';
  /** Where it has exited, or was killed: then 128 and the signal's number. */
  exitCode?: number;
  /** Such as `TERM`, where it was killed. */
  signal?: string;
  /** Why it could not be started. */
  reason?: string;
}

/** Who is subscribed: a session; one user may be several. */
export interface Member {
  session: string;
  user?: string;
  info?: any;
}

/** That a publication was taken. */
export interface Receipt {
  timestamp: string;
  /** On a channel with a history. */
  epoch?: string;
  /** On a channel with a history. */
  offset?: number;
  /** Redis did not confirm it: subscribers of other instances may not get it. */
  local?: true;
}

/** A page of a history, and the position of the newest message there is. */
export interface HistoryPage<T = any> {
  messages: Message<T>[];
  epoch: string;
  offset: number;
}

export interface HistoryQuery {
  /** Only what stands behind this position; with `reverse` what stands in front of it. */
  since?: Position;
  /** 1 to 1,000; 100 where it is left out. */
  limit?: number;
  /** The newest first. */
  reverse?: boolean;
  signal?: AbortSignal;
}

/** Words of the protocol's errors, and those of the client itself. */
export type ErrorCode =
  | 'bad_request'
  | 'unknown_type'
  | 'invalid_channel'
  | 'unauthorised'
  | 'not_subscribed'
  | 'limit_exceeded'
  | 'rate_limited'
  | 'too_large'
  | 'unavailable'
  | 'unrecoverable'
  /** No answer in `timeout`. */
  | 'timeout'
  /** The connection was lost before the answer: what was sent may have been taken or not. */
  | 'disconnected'
  /** The client was closed, by close() or for good by the server. */
  | 'closed'
  /** More is waiting to be sent than `offlineQueue` admits. */
  | 'queue_full'
  /** The reader of a channel without a history was too slow. */
  | 'overflow'
  /** The transport in use, or the runtime, can't do it. */
  | 'unsupported'
  /** A function that was given to the client threw: `cause` is what. */
  | 'callback';

export class FanfareError extends Error {
  readonly name: 'FanfareError';
  readonly code: ErrorCode;
  /** The channel that it is about, where there is one. */
  readonly channel?: string;
  constructor(code: ErrorCode, message: string, channel?: string, options?: { cause?: unknown });
}

export type Transport = 'websocket' | 'sse';

export interface Options {
  /** An API key or JSON Web Token. */
  token?: string;
  /** Asked before each connection, and before `exp` of the last token: until it gives one that the server takes. */
  getToken?: () => string | undefined | Promise<string | undefined>;
  /** In the order of preference; ['websocket', 'sse'] where it is left out. */
  transports?: Transport[];
  /** Bounds of the wait before coming back, in milliseconds: {initial: 1000, max: 30000}. */
  backoff?: { initial?: number; max?: number };
  /** How long a connection may take to open, and the server to answer a ping or a fresh token: 10000 milliseconds. */
  connectTimeout?: number;
  /** After so many milliseconds without a word the server is asked whether it is there: 30000. */
  pingInterval?: number;
  /** What may wait to be sent: {messages: 1000, bytes: 1048576}. */
  offlineQueue?: { messages?: number; bytes?: number };
  /** Closes the client. */
  signal?: AbortSignal;
  /** Another class than the runtime's, such as that of `ws` on Node 20. */
  WebSocket?: new (url: string, protocols?: string[]) => any;
  /** Another function than the runtime's. */
  fetch?: (input: string, init?: any) => Promise<any>;
  /** Another reader of what the server sends than JSON.parse: for numbers that a double can't hold, say. What it can't read, JSON.parse does. */
  parse?: (text: string) => any;
  /** Another writer of commands than JSON.stringify. */
  stringify?: (value: any) => string;
}

export type State = 'connecting' | 'connected' | 'disconnected' | 'closed';

/** The state of the connection, and what is known of it. */
export interface Status {
  state: State;
  /** While connecting or connected. */
  transport?: Transport;
  /** While disconnected: when it comes back, as of Date.now(). */
  until?: number;
  /** While disconnected: the server named that time. */
  told?: boolean;
  /** Once disconnected or closed: the code with which the connection ended (1006: it broke, or never opened). */
  code?: number;
  /** Once disconnected or closed: why. */
  reason?: string;
  /** Once disconnected or closed: whether the connection had been open. */
  opened?: boolean;
}

export interface Events {
  state: Status;
  /** What went wrong and no promise or subscription has told: a failed getToken, a refused token, a listener that threw, an error without an id. */
  error: FanfareError;
  /** What was published to every session. */
  broadcast: Message;
}

export interface SubscribeOptions {
  /** Begins behind this position, or with the oldest message there is. */
  recover?: Position | 'oldest';
  /** The name under which `ack` is remembered, on a channel whose rule says `ack: true`. */
  consumer?: string;
  /** What `presence` tells of this session: any JSON up to 1 KiB. */
  info?: any;
  /** Messages that may wait to be iterated over: 1000. */
  buffer?: number;
  /** Unsubscribes. */
  signal?: AbortSignal;
}

export type SubscriptionState = 'subscribing' | 'subscribed' | 'refused' | 'ended';

/** The answer to a subscription. */
export interface Subscribed {
  /** On a channel with a history. */
  epoch?: string;
  /** On a channel with a history: messages behind it come, and those that `recover` asked for. */
  offset?: number;
  /** Where one had recovered: whether nothing is missing so far. */
  recovered?: boolean;
}

/** Messages that did not come and are not to be had any more: those between the two positions. */
export interface Lost {
  channel: string;
  /** Up to where all had come; left out where that is not known. */
  from?: Position;
  /** Behind which they come again; left out where the channel has no history any more. */
  to?: Position;
}

/** That one is where the others are, after the connection was lost or with `recover`. */
export interface Recovered {
  /** Behind which it began. */
  from: Position;
  /** Up to where it has come. */
  to: Position;
  /** Messages that came in between. */
  count: number;
}

export interface SubscriptionEvents<T = any> {
  message: Message<T>;
  join: Member;
  leave: Member;
  lost: Lost;
  /** On a channel with a history: each time it was subscribed to again, and has what it had missed. */
  recovered: Recovered;
  /** It was refused, or the reader was too slow. */
  error: FanfareError;
  state: SubscriptionState;
}

export interface PublishOptions {
  /** The same key within five minutes is published once; only on a channel with a history. Is sent again for four. */
  key?: string;
  /** With a random key, so that it is sent again when the connection breaks; only on a channel with a history. */
  idempotent?: boolean;
  /** Rejects after so many milliseconds; without it, it waits until it is answered or the connection is lost. */
  timeout?: number;
  signal?: AbortSignal;
}

/** One reader of a channel: listeners, or one loop. Comes back by itself with the connection. */
export class Subscription<T = any> implements AsyncIterable<Message<T>> {
  private constructor();
  readonly channel: string;
  readonly state: SubscriptionState;
  /** Of the last message that was handed out; undefined before the first answer, and on a channel without a history. */
  readonly position: Position | undefined;
  /** Settles with the first answer: rejects where it is refused. */
  readonly ready: Promise<Subscribed>;
  /** @returns what takes the listener away */
  on<E extends keyof SubscriptionEvents<T>>(
    event: E,
    listener: (of: SubscriptionEvents<T>[E]) => void,
    options?: { signal?: AbortSignal },
  ): () => void;
  publish(data: any, options?: PublishOptions): Promise<Receipt>;
  history(query?: HistoryQuery): Promise<HistoryPage<T>>;
  presence(): Promise<Member[]>;
  presenceCount(): Promise<number>;
  /** This consumer is done up to `offset`, or where it is left out with the last message that was handed out. */
  ack(offset?: number): void;
  unsubscribe(): void;
  /** The messages from the subscription on; leaving the loop unsubscribes. */
  [Symbol.asyncIterator](): AsyncIterableIterator<Message<T>>;
}

/** A connection to a Fanfare relay that comes back by itself, with its subscriptions. */
export class Fanfare {
  /** @param url https, http, wss or ws, with the path under which the relay is mounted; in browsers where this module came from */
  constructor(url?: string | URL, options?: Options);
  readonly url: string;
  readonly state: State;
  readonly status: Status;
  /** @returns what takes the listener away */
  on<E extends keyof Events>(event: E, listener: (of: Events[E]) => void, options?: { signal?: AbortSignal }): () => void;
  /** Resolves once connected; rejects once closed. */
  ready(): Promise<void>;
  subscribe<T = any>(channel: string, options?: SubscribeOptions): Subscription<T>;
  publish(channel: string, data: any, options?: PublishOptions): Promise<Receipt>;
  /** To every session. */
  broadcast(data: any, options?: Pick<PublishOptions, 'timeout' | 'signal'>): Promise<Receipt>;
  history<T = any>(channel: string, query?: HistoryQuery): Promise<HistoryPage<T>>;
  presence(channel: string): Promise<Member[]>;
  presenceCount(channel: string): Promise<number>;
  /** Milliseconds to the server and back; rejects while not connected. */
  ping(): Promise<number>;
  /** Goes on with another token: on the open session, which is the same user, and on all to come. Rejects where it is not taken. */
  present(token: string): Promise<void>;
  /** Comes back now instead of later, unless the server named the time. */
  reconnect(): void;
  /** For good: what waits is rejected, loops end. */
  close(): void;
}
