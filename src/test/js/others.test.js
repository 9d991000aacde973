// Clients that nobody here wrote: wscat on the raw relay and on /ws, and the EventSource of npm on /sse. (Node's `ws` is in
// compression.test.js, Chromium's EventSource in client-browser.test.js.)

import assert from 'node:assert/strict';
import {spawn} from 'node:child_process';
import {createHash} from 'node:crypto';
import {once} from 'node:events';
import {after, before, test} from 'node:test';
import {fileURLToPath} from 'node:url';
import {EventSource} from 'eventsource';
import {WebSocket} from 'ws';
import {Instance} from './instance.js';

const BOUND = {timeout: 120_000};
const KEY = 'others-key-0123456789';
const WSCAT = fileURLToPath(new URL('node_modules/wscat/bin/wscat', import.meta.url));

let server;
before(async () => {
  server = await Instance.start({
    'auth.api-keys': [{name: 'others', sha256: createHash('sha256').update(KEY).digest('hex')}],
    channels: [{match: 'kept*', 'history-size': 100}],
  });
});
after(() => server?.stop());

/** Runs wscat, which says all this, waits for three seconds, and ends by itself. @returns what it was told, line by line */
async function wscat(path, messages, ...options) {
  const words = ['-c', server.webSocketUrl + path, ...messages.flatMap(message => ['-x', message]), '-w', '3', ...options];
  // Its input stays open: at the end of that it leaves at once.
  const process_ = spawn(process.execPath, [WSCAT, ...words], {stdio: ['pipe', 'pipe', 'inherit']});
  let told = '';
  process_.stdout.setEncoding('utf8').on('data', text => { told += text; });
  const [code] = await once(process_, 'close');
  assert.equal(code, 0, told);
  return told.trim().split('\n');
}

test('wscat says something on the raw relay, and everybody hears it', BOUND, async t => {
  const other = new WebSocket(`${server.webSocketUrl}/`);
  t.after(() => other.terminate());
  await once(other, 'open');
  const heard = once(other, 'message');
  assert.deepEqual(await wscat('/', ['hello from wscat']), ['hello from wscat']);
  assert.equal(String((await heard)[0]), 'hello from wscat');
});

test('wscat subscribes on /ws with a key in its header, and gets what is published', BOUND, async () => {
  const commands = [
    '{"type":"subscribe","channel":"news","id":1}', '{"type":"publish","channel":"news","data":{"from":"wscat"},"id":2}',
  ];
  const told = await wscat('/ws', commands, '-H', `Authorization: Bearer ${KEY}`, '-s', 'fanfare');
  const [subscribed, ...rest] = told.map(line => JSON.parse(line));
  assert.deepEqual([subscribed.type, subscribed.id], ['subscribed', 1]);
  assert.deepEqual(rest.map(({type, data, id}) => [type, data, id]).sort(),
    [['event', {from: 'wscat'}, undefined], ['published', undefined, 2]]);
});

/** By the HTTP API. */
async function api(path, body) {
  const headers = {'Authorization': `Bearer ${KEY}`, 'Content-Type': 'application/json'};
  const response = await fetch(`${server.url}/api/v1/${path}`, {method: 'POST', headers, body: JSON.stringify(body)});
  assert.equal(response.status, 200, await response.clone().text());
  return response.json();
}

test('the EventSource of npm gets messages, and comes back by its Last-Event-ID when the server has closed it', BOUND, async t => {
  const requests = [];
  const source = new EventSource(`${server.url}/sse?channel=kept`, {
    fetch: (url, init) => {
      requests.push(init.headers);
      return fetch(url, init);
    },
  });
  t.after(() => source.close());
  const heard = [];
  let waiting = () => {};
  source.onmessage = ({data, lastEventId}) => {
    heard.push({...JSON.parse(data), lastEventId});
    waiting();
  };
  const hears = async passes => {
    while (!heard.some(passes)) {
      await new Promise(resolve => { waiting = resolve; });
    }
    return heard.find(passes);
  };
  const {session} = await hears(({type}) => type === 'open');
  await api('publish', {channel: 'kept', data: 1});
  const first = await hears(({data}) => data === 1);
  assert.equal(first.offset, 1);
  assert.match(first.lastEventId, /^[A-Za-z0-9_-]+:1$/);
  const failed = once(source, 'error');
  assert.equal((await api('disconnect', {session})).disconnected, 1);
  assert.equal((await hears(({type}) => type === 'close')).code, 4500);
  await failed;
  assert.equal(source.readyState, source.CONNECTING);
  await api('publish', {channel: 'kept', data: 2});
  await api('publish', {channel: 'kept', data: 3});
  await hears(({data}) => data === 3);
  assert.deepEqual(heard.filter(({type}) => type === 'event').map(({data, offset}) => [data, offset]), [[1, 1], [2, 2], [3, 3]]);
  assert.equal(requests.length, 2);
  assert.equal(requests[1]['Last-Event-ID'], first.lastEventId);
  assert.equal(heard.filter(({type}) => type === 'open')[1].channels[0].recovered, true);
});
