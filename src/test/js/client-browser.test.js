// The client in Chromium, as a page has it: by WebSocket, and where those are blocked.

import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {after, before, test} from 'node:test';
import {launch} from './browser.js';
import {Cable} from './cable.js';
import {Instance} from './instance.js';

const BOUND = {timeout: 120_000};
const MODULE = readFileSync(new URL('../../main/js/fanfare.js', import.meta.url), 'utf8');
const HISTORY = {channels: [{match: 'kept*', 'history-size': 1_000}]};
let browser;

before(async () => { browser = await launch(); });
after(() => browser?.close());

/** A page of that origin, which can import the client as it stands. */
async function opened(t, url) {
  const context = await browser.newContext();
  t.after(() => context.close());
  const page = await context.newPage();
  await page.route('**/fanfare.js', route => route.fulfill({contentType: 'text/javascript', body: MODULE}));
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
