// What the demo page shows and sends, in a real browser against real instances.

import assert from 'node:assert/strict';
import {once} from 'node:events';
import {test} from 'node:test';
import {Cable} from './cable.js';
import {BOUND, client, connected, hurries, live, opened, says, server, shows, started, state} from './fixture.js';

test('what one tab says on the raw relay is seen in the other', BOUND, async t => {
  const window = await opened(t);
  const [one, other] = [await connected(window, '#raw'), await connected(window, '#raw')];
  await says(other, 'from the second');
  await shows(other, 'from the second');
  await one.bringToFront();
  await shows(one, 'from the second');
  assert.equal(await other.inputValue('#draft'), '');
});

test('binary is shown as its bytes in hex and its size', BOUND, async t => {
  const page = await connected(await opened(t), '#raw');
  const socket = await client(t, server, '/');
  socket.send(Buffer.from([0xde, 0xad, 0xbe, 0xef]));
  await shows(page, 'de ad be ef 4 bytes');
  socket.send(Buffer.alloc(1_500, 7));
  await shows(page, '07 … 1,500 bytes');
});

test('what one tab publishes is seen by the subscribers of its channel, and by nobody else', BOUND, async t => {
  const window = await opened(t);
  const [one, other, third] = [
    await connected(window, '#channels=a,b'),
    await connected(window, '#channels=b'),
    await connected(window, '#channels=c'),
  ];
  await Promise.all([live(one, 'a'), live(one, 'b'), live(other, 'b'), live(third, 'c')]);
  await one.bringToFront();
  await one.selectOption('#target', 'b');
  await says(one, 'only for b');
  await one.selectOption('#target', '*');
  await says(one, 'for everybody');
  await shows(one, 'for everybody');
  for (const page of [other, third]) {
    await page.bringToFront();
    await shows(page, 'for everybody');
  }
  const message = (page, text) => page.locator('.message', {hasText: text});
  assert.equal(await message(one, 'only for b').locator('.channel').textContent(), 'b');
  assert.equal(await message(other, 'for everybody').locator('.channel').textContent(), 'everybody');
  assert.equal(await message(other, 'only for b').count(), 1);
  assert.equal(await message(third, 'only for b').count(), 0);
});

test('JSON is published as it is spelled, and what is no JSON stays in the draft', BOUND, async t => {
  const page = await connected(await opened(t), '#channels=json');
  await live(page, 'json');
  const socket = await client(t, server, '/ws');
  socket.send('{"type":"subscribe","id":1,"channel":"json"}');
  await once(socket, 'message');
  await page.selectOption('#format', 'json');
  await says(page, '{"x": 1.50');
  assert.match(await page.textContent('#hint'), /no valid JSON/);
  assert.equal(await page.getAttribute('#draft', 'aria-invalid'), 'true');
  const message = once(socket, 'message');
  await says(page, '{"x": 1.50}');
  assert.match(String((await message)[0]), /"data":\{"x": 1\.50\}/);
  await shows(page, '{"x": 1.50}');
});

test('JSON is shown as it is spelled', BOUND, async t => {
  const page = await connected(await opened(t), '#channels=json');
  await live(page, 'json');
  const socket = await client(t, server, '/ws');
  const spellings = [
    '9007199254740993',
    '-1.10e+05',
    'null',
    '[ ]',
    '{"b":1.10,"a" : [true,  {"data":1}], "":{}}',
    '{\n  "lines": 2\n}',
    '{"data":",\\"timestamp\\":\\"x}]\\\\"}',
    '["\\\\","\\u0041{[\\/",",\\"data\\":2}"]',
  ];
  for (const spelling of [...spellings, '"\\u0041 text is read"']) {
    socket.send(`{"type":"publish","channel":"json","data": ${spelling} }`);
  }
  await shows(page, 'A text is read');
  assert.deepEqual(await page.locator('#log .content[data-kind="json"]').allTextContents(), spellings);
});

test('the format that was chosen for channels does not hold on the raw relay', BOUND, async t => {
  const page = await connected(await opened(t), '#channels=json');
  await page.selectOption('#format', 'json');
  await says(page, 'no JSON');
  assert.match(await page.textContent('#hint'), /no valid JSON/);
  await page.check('#mode-raw', {force: true});
  await page.waitForSelector('#address', {state: 'hidden'});
  assert.doesNotMatch(await page.textContent('#hint'), /no valid JSON/);
  assert.equal(await page.getAttribute('#draft', 'aria-invalid'), 'false');
  await state(page, 'connected');
  await page.press('#draft', 'Enter');
  await shows(page, 'no JSON');
});

test('what is written goes to the channel that was added last, unless another one was chosen', BOUND, async t => {
  const page = await connected(await opened(t), '#channels=a');
  const adds = async name => {
    await page.fill('#channel', name);
    await page.press('#channel', 'Enter');
    await live(page, name);
  };
  const target = () => page.inputValue('#target');
  await adds('b');
  assert.equal(await target(), 'b');
  await page.selectOption('#target', 'a');
  await adds('c');
  assert.equal(await target(), 'a');
  await page.getByRole('button', {name: 'Unsubscribe from a'}).click();
  assert.equal(await target(), 'b');
  await adds('d');
  assert.equal(await target(), 'd');
});

test('an empty message is shown to be one', BOUND, async t => {
  const page = await connected(await opened(t), '#raw');
  (await client(t, server, '/')).send('');
  await shows(page, '(empty)');
});

test('channels are joined and left, the address keeps up with them, and a link opens the same', BOUND, async t => {
  const window = await opened(t);
  const page = await connected(window, '#channels=a');
  await page.fill('#channel', 'b, c:1');
  await page.press('#channel', 'Enter');
  await Promise.all([live(page, 'b'), live(page, 'c:1')]);
  await page.getByRole('button', {name: 'Unsubscribe from a'}).click();
  assert.equal(new URL(page.url()).hash, '#channels=b,c:1');
  await page.fill('#channel', 'not a channel');
  await page.press('#channel', 'Enter');
  assert.match(await page.textContent('#join-note'), /“not a channel” is no channel/);
  assert.equal(await page.getAttribute('#channel', 'aria-invalid'), 'true');
  await page.fill('#channel', 'not');
  assert.equal(await page.getAttribute('#channel', 'aria-invalid'), 'false');
  assert.equal(await page.textContent('#join-note'), '');
  const linked = await connected(window, new URL(page.url()).hash);
  await Promise.all([live(linked, 'b'), live(linked, 'c:1')]);
  await linked.check('#mode-raw', {force: true});
  await state(linked, 'connected');
  assert.equal(new URL(linked.url()).hash, '#raw');
});

test('state, round trip, rate and totals are shown', BOUND, async t => {
  const window = await opened(t);
  const page = await connected(window, '#raw');
  assert.equal(await page.textContent('#state'), 'Connected');
  assert.equal(await page.textContent('#announcement'), `Connected. ${server.webSocketUrl}/`);
  assert.equal(await page.textContent('#rtt'), '–');
  await says(page, 'timed by its echo');
  await page.waitForFunction(() => /^\d+(\.\d)? ms$/.test(document.getElementById('rtt').textContent));
  await page.waitForFunction(() => document.getElementById('received').textContent === '1');
  assert.equal(await page.textContent('#sent'), '1');
  // So many that they are one a second at least, however late the page counts them.
  const socket = await client(t, server, '/');
  for (let i = 0; i < 100; i++) {
    socket.send('counted');
  }
  await page.waitForFunction(() => document.getElementById('rate').textContent !== '0');
  const channels = await connected(window, '#channels=quiet');
  await channels.waitForFunction(() => /^\d+(\.\d)? ms$/.test(document.getElementById('rtt').textContent));
});

test('a page that is still busy when it is connected does not take that for the round trip', BOUND, async t => {
  const window = await opened(t);
  // For longer than a round trip takes, on a busy machine too.
  const BUSY = 5_000;
  await window.context.addInitScript(busy => {
    window.WebSocket = class extends WebSocket {
      set onopen(handler) {
        super.onopen = handler && (event => {
          handler(event);
          for (const end = performance.now() + busy; performance.now() < end;) {
            // As layout and the first drawing would be.
          }
        });
      }
    };
  }, BUSY);
  const page = await connected(window, '#channels=quiet');
  await page.waitForFunction(() => document.getElementById('rtt').textContent !== '–');
  const shown = await page.textContent('#rtt');
  assert.ok(parseFloat(shown) < BUSY, shown);
});

test('markup in a message stays text', BOUND, async t => {
  const page = await connected(await opened(t), '#raw');
  const markup = '<img src=x onerror="document.title=1"><b id="bold">bold</b><script>document.title=2</script>';
  await says(page, markup);
  await shows(page, '<b id="bold">');
  assert.equal(await page.textContent('#log .content'), markup);
  assert.equal(await page.locator('#log :is(img, b, script)').count(), 0);
  assert.equal(await page.title(), 'Fanfare');
});

test('after 20,000 messages in a rush the page has the last 500, counted them all, and answered meanwhile', BOUND, async t => {
  const page = await connected(await opened(t), '#channels=flood');
  await live(page, 'flood');
  await page.evaluate(() => {
    window.watch = {gap: 0, rows: 0, frames: 0, drawings: 0, drawn: 0};
    const frame = () => {
      window.watch.frames++;
      requestAnimationFrame(frame);
    };
    frame();
    new MutationObserver(changes => {
      const rows = changes.reduce((sum, {addedNodes}) => sum + addedNodes.length, 0);
      window.watch.drawings += rows > 0 ? 1 : 0;
      window.watch.drawn = Math.max(window.watch.drawn, rows);
    }).observe(document.getElementById('log'), {childList: true});
    let last = performance.now();
    const look = () => {
      const now = performance.now();
      window.watch.gap = Math.max(window.watch.gap, now - last);
      window.watch.rows = Math.max(window.watch.rows, document.querySelectorAll('.message').length);
      last = now;
      setTimeout(look);
    };
    look();
  });
  const socket = await client(t, server, '/ws');
  for (let i = 0; i < 20_000; i++) {
    socket.send(`{"type":"publish","channel":"flood","data":"message ${i}"}`);
  }
  await page.fill('#draft', 'written meanwhile');
  await shows(page, 'message 19999');
  await page.waitForFunction(() => document.getElementById('received').textContent === '20,000');
  assert.equal(await page.locator('.message').count(), 500);
  assert.equal(await page.textContent('#log .message:first-child .content'), 'message 19500');
  assert.equal(await page.textContent('#shown'), '19,500 earlier ones not shown');
  assert.ok(await page.locator('#log .message').last().isVisible());
  const {gap, rows, frames, drawings, drawn} = await page.evaluate(() => window.watch);
  t.diagnostic(`the page was busy for ${Math.round(gap)} ms at most, and drew ${drawings} times in ${frames} frames`);
  // Some 200 ms on an idle machine.
  assert.ok(gap < 10_000, `busy for ${gap} ms`);
  assert.equal(rows, 500);
  assert.ok(drawn <= 500, `drew ${drawn} messages at once`);
  assert.ok(drawings <= frames, `drew ${drawings} times in ${frames} frames`);
  assert.equal(await page.inputValue('#draft'), 'written meanwhile');
});

test('a pause holds messages back, and who has scrolled up is left there', BOUND, async t => {
  const page = await connected(await opened(t), '#raw');
  const socket = await client(t, server, '/');
  await page.click('#pause');
  for (let i = 0; i < 100; i++) {
    socket.send(`line ${i}`);
  }
  await page.waitForFunction(() => document.getElementById('shown').textContent === '100 held back');
  assert.equal(await page.locator('.message').count(), 0);
  await page.click('#pause');
  await page.waitForFunction(() => document.querySelectorAll('.message').length === 100);
  await page.focus('#log');
  await page.keyboard.press('Home');
  await page.waitForFunction(() => document.getElementById('log').scrollTop === 0);
  await page.waitForSelector('#latest:not([hidden])');
  socket.send('one more');
  await page.waitForFunction(() => document.querySelectorAll('.message').length === 101);
  assert.equal(await page.evaluate(() => document.getElementById('log').scrollTop), 0);
  await page.click('#latest');
  await page.waitForSelector('#latest', {state: 'hidden'});
});

test('who is at the end stays there while the messages have less room, and more again', BOUND, async t => {
  const page = await connected(await opened(t), '#raw');
  const socket = await client(t, server, '/');
  for (let i = 0; i < 100; i++) {
    socket.send(`line ${i}`);
  }
  await shows(page, 'line 99');
  const end = () => page.waitForFunction(() => {
    const log = document.getElementById('log');
    return log.scrollHeight - log.scrollTop - log.clientHeight < 2;
  });
  const height = () => page.evaluate(() => document.getElementById('log').clientHeight);
  const before = await height();
  await page.fill('#draft', 'five\nlines\nof\none\ndraft');
  assert.ok(await height() < before - 60);
  await end();
  socket.send('one more');
  await shows(page, 'one more');
  await end();
  await page.fill('#draft', '');
  await end();
  assert.ok(await page.isHidden('#latest'));
});

test('it knows where the raw relay is', BOUND, async t => {
  const instance = await started(t, {'raw.path': '/relay'});
  const page = await connected(await opened(t, {instance}), '#raw');
  assert.equal(await page.textContent('#detail'), `${instance.webSocketUrl}/relay`);
  await says(page, 'on another path');
  await shows(page, 'on another path');
});

test('mounted below a path, it finds its parts, the relay and the channels', BOUND, async t => {
  const cable = await Cable.to(t, server);
  cable.mountAt('/live');
  const window = await opened(t, {instance: cable});
  const page = await connected(window, '#raw');
  assert.equal(await page.textContent('#detail'), `${cable.url.replace('http', 'ws')}/`);
  assert.equal(await page.textContent('#raw-path'), '/live/');
  await says(page, 'by the relay');
  await shows(page, 'by the relay');
  await page.check('#mode-channels', {force: true});
  await live(page, 'lobby');
  await says(page, 'by a channel');
  await shows(page, 'by a channel');
});

test('it tells how many messages it got that it had missed, and how many are lost', BOUND, async t => {
  const instance = await started(t, {channels: [{match: 'kept', 'history-size': 10}]});
  const cable = await Cable.to(t, instance);
  const window = await opened(t, {instance: cable});
  await hurries(window);
  const page = await connected(window, '#channels=kept');
  await live(page, 'kept');
  const socket = await client(t, instance, '/ws');
  const publishes = async (from, to) => {
    const answered = new Promise(resolve => socket.on('message', answer => JSON.parse(answer).id === to && resolve()));
    for (let n = from; n <= to; n++) {
      socket.send(`{"type":"publish","channel":"kept","data":"message ${n}","id":${n}}`);
    }
    await answered;
  };
  const misses = async (from, to) => {
    cable.cut();
    await page.waitForSelector('#state:not([data-state="connected"])');
    await publishes(from, to);
    cable.mend();
    await shows(page, `message ${to}`);
  };
  await publishes(1, 1);
  await shows(page, 'message 1');
  await misses(2, 6);
  await shows(page, 'recovered 5 of its messages');
  await misses(7, 36);
  await shows(page, '20 messages are lost');
  const texts = await page.locator('#log .content').allTextContents();
  const numbers = texts.filter(text => /^message /.test(text)).map(text => Number(text.slice(8)));
  assert.deepEqual(numbers, [1, 2, 3, 4, 5, 6, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36]);
});

test('it offers channels alone where there is no raw relay', BOUND, async t => {
  const instance = await started(t, {'raw.enabled': false});
  const page = await connected(await opened(t, {instance}), '#raw');
  assert.ok(await page.isDisabled('#mode-raw'));
  await live(page, 'lobby');
});
