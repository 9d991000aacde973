// The client in Chromium, as a page has it: by WebSocket, and where those are blocked.

import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';
import {launch} from './browser.js';
import {Cable} from './cable.js';
import {Instance} from './instance.js';

const BOUND = {timeout: 120_000};
const HISTORY = {channels: [{match: 'kept*', 'history-size': 1_000}]};
let browser;

before(async () => { browser = await launch(); });
after(() => browser?.close());

/** A page of that origin, which can import the client from there. */
async function opened(t, url) {
  const context = await browser.newContext();
  t.after(() => context.close());
  const page = await context.newPage();
  // Any page of the instance will do. (One that is made up here would be of no address, which Chromium does not let near loopback.)
  await page.goto(`${url}/no-such-page`);
  return page;
}

for (const transport of ['websocket', 'sse']) {
  test(`by ${transport}, a page gets what is published while it was away`, BOUND, async t => {
    const instance = await Instance.start(HISTORY);
    t.after(() => instance.stop('SIGKILL'));
    const cable = await Cable.to(t, instance);
    if (transport === 'sse') {
      cable.refuse(/^GET \/ws /);
    }
    const page = await opened(t, cable.url);
    await page.evaluate(async () => {
      const {Fanfare} = await import('/fanfare.js');
      window.fanfare = new Fanfare(undefined, {backoff: {initial: 50, max: 200}});
      window.subscription = fanfare.subscribe('kept');
      window.got = [];
      subscription.on('message', ({data}) => got.push(data));
      await subscription.ready;
      await subscription.publish(1);
    });
    const got = count => page.waitForFunction(wanted => window.got.length === wanted, count);
    await got(1);
    assert.equal(await page.evaluate(() => fanfare.status.transport), transport);
    cable.cut();
    await page.waitForFunction(() => fanfare.state !== 'connected');
    await page.evaluate(() => { window.receipts = [2, 3].map(n => subscription.publish(n)); });
    cable.mend();
    assert.deepEqual(await page.evaluate(async () => (await Promise.all(receipts)).map(({offset}) => offset)), [2, 3]);
    await got(3);
    assert.deepEqual(await page.evaluate(() => window.got), [1, 2, 3]);
  });
}

test('an EventSource gets what is published while it was away', BOUND, async t => {
  const instance = await Instance.start(HISTORY);
  t.after(() => instance.stop('SIGKILL'));
  const cable = await Cable.to(t, instance);
  const page = await opened(t, cable.url);
  const says = async data => assert.equal((await fetch(`${instance.url}/sse`, {
    method: 'POST',
    headers: {'Content-Type': 'application/json'},
    body: JSON.stringify({type: 'publish', channel: 'kept', data}),
  })).status, 200);
  await page.evaluate(() => {
    window.opened = [];
    window.got = [];
    window.source = new EventSource('/sse?channel=kept&channel=plain');
    source.onmessage = ({data}) => {
      const message = JSON.parse(data);
      (message.type === 'open' ? opened : got).push(message);
    };
  });
  await page.waitForFunction(() => window.opened.length === 1);
  await says(1);
  await page.waitForFunction(() => window.got.length === 1);
  const gone = page.evaluate(() => new Promise(resolve => { source.onerror = () => resolve(source.readyState); }));
  cable.cut();
  assert.equal(await gone, 0, 'it is connecting');
  await says(2);
  await says(3);
  cable.mend();
  await page.waitForFunction(() => window.got.length === 3);
  assert.deepEqual(await page.evaluate(() => got.map(({data, offset}) => [data, offset])), [[1, 1], [2, 2], [3, 3]]);
  const [, {channels}] = await page.evaluate(() => window.opened);
  assert.equal(channels.find(({channel}) => channel === 'kept').recovered, true);
});

test('a page of another origin is let in where the server says so', BOUND, async t => {
  const home = await Instance.start();
  t.after(() => home.stop('SIGKILL'));
  const key = 'browser-key-0123456789';
  const {createHash} = await import('node:crypto');
  const sha256 = createHash('sha256').update(key).digest('hex');
  const relay = await Instance.start({'server.origins': [home.url], 'auth.required': true, 'auth.api-keys': [{name: 'page', sha256}]});
  t.after(() => relay.stop('SIGKILL'));
  const page = await opened(t, home.url);
  for (const transport of ['websocket', 'sse']) {
    assert.equal(await page.evaluate(async ([url, token, transport]) => {
      const {Fanfare} = await import('/fanfare.js');
      const fanfare = new Fanfare(url, {token, transports: [transport]});
      const subscription = fanfare.subscribe('news');
      await subscription.ready;
      await subscription.publish('across');
      for await (const {data} of subscription) {
        fanfare.close();
        return data;
      }
    }, [relay.url, key, transport]), 'across');
  }
  const refused = await page.evaluate(async url => {
    const {Fanfare} = await import('/fanfare.js');
    return new Fanfare(url, {token: 'none'}).ready().catch(({code, message}) => `${code}: ${message}`);
  }, relay.url);
  assert.match(refused, /^closed: .* \(401 /);
});
