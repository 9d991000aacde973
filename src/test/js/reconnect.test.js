// How the demo page comes back. These tests are mostly waiting, so they wait together.

import assert from 'node:assert/strict';
import {describe, test} from 'node:test';
import {BOUND, client, connected, live, opened, says, shows, started, state} from './fixture.js';
import {Instance} from './instance.js';

/** Notes in window.sockets when each socket of the page was made, and how it ended. */
const noteSockets = context => context.addInitScript(() => {
  window.sockets = [];
  window.WebSocket = class extends WebSocket {
    constructor(...of) {
      super(...of);
      const note = {madeAt: performance.now()};
      window.sockets.push(note);
      this.addEventListener('close', ({code, reason}) =>
        Object.assign(note, {closedAt: performance.now(), code, reason}));
    }
  };
});

/** Notes in window.details what the page says of its connection, one after the other: a short wait is soon over. */
const noteDetails = context => context.addInitScript(() => {
  window.details = [];
  document.addEventListener('DOMContentLoaded', () => {
    const detail = document.getElementById('detail');
    new MutationObserver(() => window.details.push(detail.textContent)).observe(detail, {childList: true});
  });
});

describe('reconnecting', {concurrency: true}, () => {
  test('when the server stops, tabs come back with their channels, not before the time they were told', BOUND, async t => {
    const first = await Instance.start();
    t.after(() => first.stop('SIGKILL'));
    const window = await opened(t, {instance: first});
    await noteSockets(window.context);
    await noteDetails(window.context);
    const tabs = [await connected(window, '#channels=news,more'), await connected(window, '#raw')];
    await live(tabs[0], 'news');
    await first.stop('SIGTERM');
    await Promise.all(tabs.map(tab => state(tab, 'waiting')));
    const details = await tabs[1].evaluate(() => window.details);
    assert.ok(details.some(detail => /^Closed with 1001: retry after \d+ ms\.$/.test(detail)), `${details}`);
    await started(t, {'server.port': first.port});
    await Promise.all(tabs.map(tab => state(tab, 'connected')));
    await Promise.all([live(tabs[0], 'news'), live(tabs[0], 'more')]);
    for (const tab of tabs) {
      const [{code, reason, closedAt}, next] = await tab.evaluate(() => window.sockets);
      assert.equal(code, 1001);
      const told = Number(/^retry after (\d+) ms$/.exec(reason)[1]);
      const waited = next.madeAt - closedAt;
      // Browsers round timers and clocks to a millisecond.
      assert.ok(waited >= told - 1, `told ${told} ms, waited ${waited}`);
    }
    await says(tabs[0], 'we are back');
    await tabs[0].bringToFront();
    await shows(tabs[0], 'we are back');
  });

  test('when the server is killed, tabs come back by themselves, and a draft is still there', BOUND, async t => {
    const first = await Instance.start();
    t.after(() => first.stop('SIGKILL'));
    const window = await opened(t, {instance: first});
    const tabs = [await connected(window, '#channels=news'), await connected(window, '#raw')];
    await first.stop('SIGKILL');
    await tabs[1].waitForSelector('#state:not([data-state="connected"])');
    await says(tabs[1], 'written while nobody heard');
    assert.equal(await tabs[1].getAttribute('#send', 'aria-disabled'), 'true');
    assert.match(await tabs[1].textContent('#hint'), /^Not connected: what you write stays here/);
    await started(t, {'server.port': first.port});
    await Promise.all(tabs.map(tab => state(tab, 'connected')));
    await live(tabs[0], 'news');
    assert.equal(await tabs[1].inputValue('#draft'), 'written while nobody heard');
    await tabs[1].click('#send');
    await shows(tabs[1], 'written while nobody heard');
  });

  test('a first attempt that fails is repeated', BOUND, async t => {
    const instance = await started(t, {'server.max-connections': 1});
    const only = await client(t, instance, '/');
    const page = await (await opened(t, {instance})).tab();
    await state(page, 'waiting');
    only.close();
    await state(page, 'connected');
  });

  test('the wait doubles from 1 s to 30 s, and ends when the browser is online again', BOUND, async t => {
    const first = await Instance.start();
    t.after(() => first.stop('SIGKILL'));
    const window = await opened(t, {instance: first});
    await window.context.addInitScript(() => { Math.random = () => 1; });
    await window.context.clock.install();
    const page = await connected(window, '#raw');
    await window.context.clock.pauseAt(Date.now() + 60_000);
    await first.stop('SIGKILL');
    const waits = text =>
      page.waitForFunction(wanted => document.getElementById('state').textContent === wanted, text, {polling: 50});
    for (const seconds of [1, 2, 4, 8, 16, 30]) {
      await waits(`Waiting ${seconds} s`);
      await window.context.clock.fastForward(seconds * 1_000);
    }
    await waits('Waiting 30 s');
    await started(t, {'server.port': first.port});
    await window.context.setOffline(true);
    await window.context.setOffline(false);
    await waits('Connected');
  });

  test('where coming back is no use, it waits for the button', BOUND, async t => {
    const instance = await started(t, {'server.max-message-size': '100B'});
    const window = await opened(t, {instance});
    await noteSockets(window.context);
    const page = await connected(window, '#raw');
    await says(page, 'x'.repeat(101));
    await state(page, 'closed');
    assert.match(await page.textContent('#detail'), /^Closed with 1009/);
    assert.equal(await page.textContent('#switch'), 'Connect');
    assert.equal(await page.inputValue('#draft'), 'x'.repeat(101));
    await page.click('#switch');
    await state(page, 'connected');
    assert.equal(await page.evaluate(() => window.sockets.length), 2);
  });
});
