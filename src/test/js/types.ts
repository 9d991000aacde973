// Uses all of the client's types; `npm run types` checks them, and nothing runs this.

import {
  Fanfare, FanfareError,
  type ErrorCode, type HistoryPage, type Lost, type Member, type Message, type Options, type Position, type ProcessStatus, type Receipt,
  type Recovered, type State, type Status, type Subscribed, type Subscription, type SubscriptionState,
} from 'fanfare-client';

interface News { title: string }

const options: Options = {
  token: 'key',
  getToken: async () => undefined,
  transports: ['websocket', 'sse'],
  backoff: {initial: 1_000, max: 30_000},
  connectTimeout: 10_000,
  pingInterval: 30_000,
  offlineQueue: {messages: 10, bytes: 1_000},
  signal: new AbortController().signal,
  WebSocket,
  fetch,
  parse: text => JSON.parse(text),
  stringify: value => JSON.stringify(value),
};
const fanfare = new Fanfare('https://relay.example.org', options);
new Fanfare(new URL('wss://relay.example.org/base'));
new Fanfare();

const off: () => void = fanfare.on('state', (status: Status) => { const state: State = status.state; void state; });
fanfare.on('error', (error: FanfareError) => { const code: ErrorCode = error.code; void code; }, {signal: options.signal!});
fanfare.on('broadcast', (message: Message) => void message.data);
off();
// @ts-expect-error there is no such event
fanfare.on('nothing', () => {});
// @ts-expect-error nobody sets the state
fanfare.state = 'closed';

const subscription: Subscription<News> = fanfare.subscribe<News>('news', {
  recover: 'oldest', consumer: 'me', info: {name: 'Ada'}, buffer: 10, signal: options.signal!,
});
subscription.on('message', ({data, offset, process}: Message<News> & {process?: never}) => void [data.title, offset, process]);
subscription.on('join', (member: Member) => void member.user);
subscription.on('leave', (member: Member) => void member.session);
subscription.on('lost', ({from, to}: Lost) => void [from?.offset, to?.epoch]);
subscription.on('recovered', ({from, to, count}: Recovered) => void [from.offset, to.offset, count]);
subscription.on('state', (state: SubscriptionState) => void state);
subscription.on('error', (error: FanfareError) => void error.channel);

export async function all(): Promise<void> {
  await fanfare.ready();
  const {epoch, offset, recovered}: Subscribed = await subscription.ready;
  const position: Position | undefined = subscription.position;
  const receipt: Receipt = await fanfare.publish('news', {title: 'x'}, {key: 'k', idempotent: true, timeout: 1_000});
  await fanfare.broadcast('to all', {timeout: 1_000});
  const page: HistoryPage<News> = await subscription.history({since: position, limit: 10, reverse: true});
  await fanfare.history('news');
  const members: Member[] = await fanfare.presence('news');
  const count: number = (await fanfare.presenceCount('news')) + (await subscription.presenceCount()) + (await fanfare.ping());
  await subscription.publish({title: 'y'});
  await subscription.presence();
  subscription.ack();
  subscription.ack(receipt.offset);
  for await (const {data: {title}, type, stream} of subscription) {
    void [title, type === 'process_output', stream === 'stderr'];
  }
  for await (const {data} of fanfare.subscribe<ProcessStatus>('process:1')) {
    void data.exitCode;
  }
  subscription.unsubscribe();
  await fanfare.present('another');
  fanfare.reconnect();
  fanfare.close();
  void [epoch, offset, recovered, page.messages[0]?.data.title, members, count, new FanfareError('timeout', 'x').code];
}
