// What the page of a process shows, in a real browser against real instances.

import assert from 'node:assert/strict';
import {createHash} from 'node:crypto';
import {createRequire} from 'node:module';
import {after, before, test} from 'node:test';
import {Cable} from './cable.js';
import {BOUND, hurries, opened, started, state} from './fixture.js';
import {Instance} from './instance.js';
import {redis} from './redis.js';

const KEY = 'process-key-0123456789';
const SETTINGS = {'auth.api-keys': [{name: 'build', sha256: createHash('sha256').update(KEY).digest('hex')}]};
const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const E = '\x1b[';

/** Says something of a process, as a backend would. */
async function says(instance, path, body) {
  const response = await fetch(`${instance.url}/api/v1/processes/${path}`, {
    method: 'POST',
    headers: {'Authorization': `Bearer ${KEY}`, 'Content-Type': 'application/json'},
    body: JSON.stringify(body),
  });
  assert.equal(response.status, 200, await response.clone().text());
}

/** Lets a process write lines: texts, or objects with a stream. */
async function writes(instance, id, lines) {
  const all = lines.map(line => typeof line === 'string' ? {data: line} : line);
  for (let at = 0; at < all.length; at += 1_000) {
    await says(instance, `${id}/output`, {lines: all.slice(at, at + 1_000)});
  }
}

const err = data => ({data, stream: 'stderr'});
const numbered = (count, from = 1) => Array.from({length: count}, (_, i) => `line ${from + i}`);

let shared;
before(async () => { shared = await Instance.start(SETTINGS); });
after(() => shared?.stop());

/** The page of a process, on an instance of the test's own where it needs other settings. */
async function viewer(t, {settings, ...options} = {}) {
  const instance = settings === undefined ? shared : await started(t, {...SETTINGS, ...settings});
  const window = await opened(t, {instance, ...options});
  return {instance, open: id => window.tab(`process/${id}`)};
}

const counts = (page, text) => page.waitForFunction(
    wanted => document.getElementById('count').textContent.startsWith(wanted), text);
const shows = (page, text) => page.locator('.line .content', {hasText: text}).first().waitFor();
const status = (page, text) => page.waitForFunction(
    wanted => document.getElementById('status-word').textContent === wanted, text);
/** All that it shows, as one may download it. */
const text = page => page.evaluate(async () => {
  let text;
  URL.createObjectURL = blob => { text = blob.text(); return '#'; };
  document.getElementById('download').click();
  return text;
});
const contents = page => page.locator('.line .content').allTextContents();

test('it shows what was written before, and what comes', BOUND, async t => {
  const {instance, open} = await viewer(t);
  await says(instance, 'p1/status', {status: 'running'});
  await writes(instance, 'p1', ['first', err('oh no')]);
  const page = await open('p1');
  await state(page, 'connected');
  await shows(page, 'oh no');
  await writes(instance, 'p1', ['third']);
  await shows(page, 'third');
  assert.deepEqual(await contents(page), ['first', 'oh no', 'third']);
  assert.equal(await page.locator('.line', {hasText: 'oh no'}).getAttribute('data-stream'), 'stderr');
  assert.equal(await page.locator('.line', {hasText: 'oh no'}).locator('.tag').textContent(), 'err');
  assert.deepEqual(await page.locator('.line .number').allTextContents(), ['1', '2', '3']);
  assert.equal(await page.textContent('#name'), 'p1');
});

for (const [of, words, mark] of [
  [{status: 'exited', exitCode: 0}, 'Exited with 0', '✓'],
  [{status: 'exited', exitCode: 3}, 'Exited with 3', '✗'],
  [{status: 'killed', signal: 'TERM', exitCode: 143}, 'Killed by TERM', '✗'],
  [{status: 'failed', reason: 'no such file'}, 'Could not be started: no such file', '✗'],
]) {
  test(`its end is told in the page, the title and the icon: ${words}`, BOUND, async t => {
    const {instance, open} = await viewer(t);
    const id = `ends-${of.status}-${of.exitCode}`;
    const page = await open(id);
    await state(page, 'connected');
    const icon = await page.getAttribute('#icon', 'href');
    await says(instance, `${id}/status`, {status: 'running'});
    await status(page, 'Running');
    assert.equal(await page.title(), `▶ ${id}`);
    await says(instance, `${id}/status`, of);
    await status(page, words);
    assert.equal(await page.title(), `${mark} ${id}`);
    assert.notEqual(await page.getAttribute('#icon', 'href'), icon);
    assert.match(await page.textContent('#status-time'), /^after \d/);
  });
}

test('colours are shown, overwritten text is not, and markup stays text', BOUND, async t => {
  const {instance, open} = await viewer(t);
  const page = await open('p3');
  await writes(instance, 'p3', [
    `${E}1;31mred${E}0m and ${E}38;2;1;2;3mexact`, `still exact${E}0m`, ' 10%\r100%', '<img src=x onerror="document.title=1"><b>b</b>',
  ]);
  await shows(page, '<b>b</b>');
  assert.deepEqual(await contents(page), [
    'red and exact', 'still exact', '100%', '<img src=x onerror="document.title=1"><b>b</b>',
  ]);
  assert.equal(await page.locator('.line .bold[data-fg="1"]').textContent(), 'red');
  assert.equal(await page.locator('.line [data-fg="exact"]').count(), 2);
  assert.equal(await page.locator('.line :is(img, b, script)').count(), 0);
});

test('of 100,000 lines some dozens are elements, and the scroll bar reaches all of them', BOUND, async t => {
  const {instance, open} = await viewer(t);
  await writes(instance, 'long', numbered(99_000));
  const page = await open('long');
  await counts(page, '99,000');
  await writes(instance, 'long', numbered(1_000, 99_001));
  await counts(page, '100,000');
  await shows(page, 'line 100000');
  assert.ok(await page.locator('.line').count() < 200);
  const height = await page.locator('#output').evaluate(output => output.scrollHeight);
  assert.ok(height >= 100_000 * 20 && height < 100_100 * 20, `${height}`);
  await page.focus('#output');
  await page.keyboard.press('Home');
  await page.waitForFunction(() => document.getElementById('output').scrollTop === 0);
  assert.equal(await page.locator('.line .content').first().textContent(), 'line 1');
  await page.evaluate(() => { document.getElementById('output').scrollTop = 50_000 * 20; });
  await shows(page, 'line 50001');
  assert.equal(await text(page), `${numbered(100_000).join('\n')}\n`, 'every line once, in order');
});

test('who scrolls up is left there while lines come, and is taken back to the end', BOUND, async t => {
  const {instance, open} = await viewer(t);
  await writes(instance, 'p4', numbered(500));
  const page = await open('p4');
  await shows(page, 'line 500');
  await page.evaluate(() => { document.getElementById('output').scrollTop = 1_000; });
  await page.waitForSelector('#latest:not([hidden])');
  await writes(instance, 'p4', numbered(100, 501));
  await counts(page, '600');
  assert.equal(await page.evaluate(() => document.getElementById('output').scrollTop), 1_000);
  await page.click('#latest');
  await shows(page, 'line 600');
  await page.waitForSelector('#latest', {state: 'hidden'});
  await writes(instance, 'p4', ['the very last']);
  await shows(page, 'the very last');
});

test('text is found, counted, and gone to', BOUND, async t => {
  const {instance, open} = await viewer(t);
  await writes(instance, 'p5', numbered(3_000));
  const page = await open('p5');
  await counts(page, '3,000');
  const found = text => page.waitForFunction(wanted => document.getElementById('found').textContent === wanted, text);
  await page.keyboard.press('Control+f');
  await page.keyboard.type('LINE 77');
  await found('11');
  await page.keyboard.press('Enter');
  await found('1 of 11');
  await page.locator('mark[data-current]', {hasText: 'line 77'}).waitFor();
  await page.keyboard.press('Shift+Enter');
  await found('11 of 11');
  await shows(page, 'line 779');
  await writes(instance, 'p5', ['line 77 again']);
  await found('11 of 12');
  await page.keyboard.press('Escape');
  await page.waitForFunction(() => document.querySelectorAll('mark').length === 0);
});

test('standard error alone, times and whole lines are shown on demand', BOUND, async t => {
  const {instance, open} = await viewer(t);
  await writes(instance, 'p6', ['out', err('error one'), 'x'.repeat(20_000), err('error two')]);
  const page = await open('p6');
  await shows(page, 'error two');
  await page.click('#errors');
  await page.waitForFunction(() => document.querySelectorAll('.line').length === 2);
  assert.deepEqual(await contents(page), ['error one', 'error two']);
  await page.click('#times');
  assert.match(await page.locator('.line time').first().textContent(), /^\d\d:\d\d:\d\d\.\d{3}$/);
  await page.click('#errors');
  await page.click('#wrap');
  await page.locator('.line small', {hasText: '10,000 more characters'}).waitFor();
});

test('a line of a megabyte does not hold the page up', BOUND, async t => {
  const {instance, open} = await viewer(t, {settings: {'server.max-message-size': '2MiB'}});
  const page = await open('p7');
  await state(page, 'connected');
  await page.evaluate(() => {
    window.gap = 0;
    let last = performance.now();
    const look = () => {
      window.gap = Math.max(window.gap, performance.now() - last);
      last = performance.now();
      setTimeout(look);
    };
    look();
  });
  await says(instance, 'p7/output', {lines: [{data: 'x'.repeat(1_000_000)}]});
  await counts(page, '1 line');
  await page.evaluate(() => { document.getElementById('output').scrollTop = 10_000; });
  await page.waitForFunction(() => document.querySelectorAll('.line').length > 10);
  const gap = await page.evaluate(() => window.gap);
  t.diagnostic(`the page was busy for ${Math.round(gap)} ms at most`);
  assert.ok(gap < 10_000, `busy for ${gap} ms`);
});

test('lines that are not kept any more are told to be missing', BOUND, async t => {
  const {instance, open} = await viewer(t, {settings: {channels: [{match: 'process:*', 'history-size': 100}]}});
  await writes(instance, 'p8', numbered(250));
  const page = await open('p8');
  await counts(page, '250 lines, 150 of them missing');
  await shows(page, 'line 250');
  assert.equal(await page.locator('.line .number').last().textContent(), '250');
  await page.evaluate(() => { document.getElementById('output').scrollTop = 0; });
  await shows(page, 'The first 150 lines are missing');
});

test('without a history it says that it began in the middle', BOUND, async t => {
  const {instance, open} = await viewer(t, {settings: {channels: [{match: 'none', 'history-size': 1}]}});
  await writes(instance, 'p9', ['before']);
  const page = await open('p9');
  await shows(page, 'Nothing is kept of this channel');
  await writes(instance, 'p9', ['behind']);
  await shows(page, 'behind');
  assert.equal(await page.locator('.line', {hasText: 'before'}).locator('.number', {hasText: /\d/}).count(), 0);
});

test('when the relay is restarted and has forgotten, and all is told again, the page starts over and says so', BOUND, async t => {
  const first = await Instance.start(SETTINGS);
  t.after(() => first.stop('SIGKILL'));
  const window = await opened(t, {instance: first});
  await hurries(window);
  await says(first, 'p10/status', {status: 'running'});
  await writes(first, 'p10', ['one', err('two'), 'three']);
  await says(first, 'p10/status', {status: 'exited', exitCode: 0});
  const page = await window.tab('process/p10');
  await status(page, 'Exited with 0');
  await page.fill('#find', 'two');
  await first.stop('SIGKILL');
  await page.waitForSelector('#state:not([data-state="connected"])');
  assert.deepEqual(await contents(page), ['one', 'two', 'three'], 'what it has stays until there is something else');
  const second = await started(t, {...SETTINGS, 'server.port': first.port});
  const from = Date.now();
  await says(second, 'p10/status', {status: 'running'});
  await writes(second, 'p10', ['one', err('two'), 'three', 'two again']);
  await shows(page, 'two again');
  const [note, ...rest] = await contents(page);
  assert.match(note, /^The relay has begun another history/);
  assert.deepEqual(rest, ['one', 'two', 'three', 'two again']);
  assert.deepEqual(await page.locator('.line .number').allTextContents(), ['', '1', '2', '3', '4']);
  assert.equal(await page.textContent('#count'), '4 lines, 1 on standard error');
  assert.equal(await page.textContent('#found'), '2');
  assert.equal(await page.textContent('#status-word'), 'Running');
  const [, seconds] = /^for ([\d.]+) s$/.exec(await page.textContent('#status-time'));
  assert.ok(seconds <= (Date.now() - from) / 1_000 + 1, `${seconds} s`);
});

for (const transport of ['websocket', 'sse']) {
  test(`by ${transport}, the page shows every line once, across a restart of the relay with Redis`, BOUND, async t => {
    const settings = {...SETTINGS, 'cluster.redis': await redis(t)};
    const first = await Instance.start(settings);
    t.after(() => first.stop('SIGKILL'));
    const cable = await Cable.to(t, first);
    if (transport === 'sse') {
      cable.refuse(/^GET \/ws /);
    }
    const window = await opened(t, {instance: cable});
    await hurries(window);
    await writes(first, 'p13', numbered(1_500));
    const page = await window.tab('process/p13');
    await counts(page, '1,500');
    await writes(first, 'p13', numbered(10, 1_501));
    await counts(page, '1,510');
    await first.stop('SIGKILL');
    const second = await started(t, {...settings, 'server.port': first.port});
    await writes(second, 'p13', numbered(10, 1_511));
    await state(page, 'connected');
    await writes(second, 'p13', numbered(1, 1_521));
    await counts(page, '1,521');
    await shows(page, 'line 1521');
    assert.equal(await text(page), `${numbered(1_521).join('\n')}\n`);
  });
}

test('mounted below a path, the page finds its parts and its process', BOUND, async t => {
  const cable = await Cable.to(t, shared);
  cable.mountAt('/live');
  await writes(shared, 'p14', ['from below']);
  const page = await (await opened(t, {instance: cable})).tab('process/p14');
  await shows(page, 'from below');
  await state(page, 'connected');
  assert.equal(await page.textContent('#detail'), cable.url);
});

test('who has no token is asked for one, and sees the output with it', BOUND, async t => {
  const {instance, open} = await viewer(t, {settings: {'auth.required': true}});
  await writes(instance, 'p11', ['secret output']);
  const page = await open('p11');
  await page.waitForSelector('#token:visible');
  assert.equal(await page.textContent('#detail'), 'Not let in: a token is needed.');
  assert.equal(await page.locator('.line').count(), 0);
  await page.fill('#token', KEY);
  await page.press('#token', 'Enter');
  await shows(page, 'secret output');
  assert.ok(!(await page.content()).includes(KEY));
});

test('who is refused is told so until a token lets it in', BOUND, async t => {
  const {instance, open} = await viewer(t, {settings: {channels: [{match: 'process:*', 'history-size': 10, subscribe: 'authenticated'}]}});
  await writes(instance, 'p15', ['for some']);
  const page = await open('p15');
  await page.waitForFunction(() => /^unauthorised: /.test(document.getElementById('failure').textContent));
  await page.locator('#credential').evaluate(credential => { credential.open = true; });
  await page.fill('#token', KEY);
  await page.press('#token', 'Enter');
  await shows(page, 'for some');
  await page.waitForSelector('#failure', {state: 'hidden'});
  assert.deepEqual(await contents(page), ['for some']);
});

test('while the server is away the page says that, and not that the token is wrong', BOUND, async t => {
  const instance = await Instance.start(SETTINGS);
  t.after(() => instance.stop('SIGKILL'));
  const window = await opened(t, {instance});
  await hurries(window);
  const page = await window.tab('process/p16');
  await state(page, 'connected');
  await instance.stop('SIGKILL');
  await page.waitForFunction(() => document.getElementById('detail').textContent === 'Not connected: the server is not reached.');
  assert.equal(await page.locator('#credential').evaluate(({open}) => open), false);
});

test('text on a ground of its own can be read, light and dark: 4.5 to 1 at the least', BOUND, async t => {
  const {instance, open} = await viewer(t, {viewport: {width: 1_400, height: 6_500}});
  const grounds = [...Array.from({length: 240}, (_, i) => `5;${i + 16}`), '2;255;0;0', '2;128;128;128', '2;118;118;118', '2;0;0;255', '2;0;140;0'];
  await writes(instance, 'p17', [
    ...grounds.map(ground => `${E}48;${ground}mplain${[31, 37, 90, 93, 96, 97].map(fg => ` ${E}${fg}m${fg}`).join('')}${E}0m ${E}7;38;${ground}minverse${E}0m`),
    ...[...Array(8).keys()].flatMap(i => [40 + i, 100 + i]).map(bg => `${E}${bg}mground ${E}97mbright ${E}30mblack${E}0m`),
    ...[...Array(8).keys()].map(i => `${E}7;${40 + i}mreverse${E}0m ${E}7;${30 + i}mreverse${E}0m`),
  ]);
  const page = await open('p17');
  await counts(page, '269');
  await page.waitForFunction(() => document.querySelectorAll('.line').length === 269);
  for (const colorScheme of ['light', 'dark']) {
    await page.emulateMedia({colorScheme});
    const low = await page.evaluate(() => {
      const luminance = colour => colour.match(/[\d.]+/g).slice(0, 3).map(part => part / 255)
        .map(part => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
        .reduce((sum, part, i) => sum + part * [0.2126, 0.7152, 0.0722][i], 0);
      return [...document.querySelectorAll('.content [data-bg]')].map(span => {
        const {color, backgroundColor} = getComputedStyle(span);
        const [dark, bright] = [color, backgroundColor].map(luminance).sort((a, b) => a - b);
        return [(bright + 0.05) / (dark + 0.05), span.outerHTML, color, backgroundColor];
      }).filter(([contrast]) => !(contrast >= 4.5));
    });
    assert.deepEqual(low, [], colorScheme);
  }
});

test('axe finds nothing serious, at a desk and on a phone, light and dark', BOUND, async t => {
  const {instance, open} = await viewer(t, {bypassCSP: true, reducedMotion: 'reduce'});
  await writes(instance, 'p12', [
    ...Array.from({length: 16}, (_, i) => `${E}${i < 8 ? 30 + i : 82 + i}mcolour ${i}${E}0m ${E}${i < 8 ? 40 + i : 92 + i}mground${E}0m`),
    ...[16, 46, 226, 231, 196, 21].map(i => `${E}38;5;${i}mcolour ${i}${E}0m`),
    err(`${E}31mred${E}0m ${E}33myellow${E}0m ${E}7minverse${E}0m`), `${E}1;2mdim${E}0m`,
  ]);
  await says(instance, 'p12/status', {status: 'exited', exitCode: 1});
  const page = await open('p12');
  await status(page, 'Exited with 1');
  await page.locator('details').evaluate(details => { details.open = true; });
  await page.click('#times');
  await page.fill('#find', 'colour');
  await page.addScriptTag({path: AXE});
  for (const viewport of [{width: 1440, height: 1100}, {width: 360, height: 740}]) {
    await page.setViewportSize(viewport);
    for (const colorScheme of ['light', 'dark']) {
      await page.emulateMedia({colorScheme});
      const {violations} = await page.evaluate(() => window.axe.run());
      const serious = violations.filter(({impact}) => ['serious', 'critical'].includes(impact));
      const found = serious.map(({id, nodes}) => [id, nodes.map(node => `${node.html} ${node.failureSummary}`)]);
      assert.deepEqual(found, [], `${viewport.width} pixels, ${colorScheme}`);
    }
  }
});

test('it needs no scrolling sideways at 360 pixels', BOUND, async t => {
  const {instance, open} = await viewer(t, {viewport: {width: 360, height: 740}, hasTouch: true, isMobile: true});
  const page = await open(`long-${'n'.repeat(100)}`);
  await writes(instance, `long-${'n'.repeat(100)}`, ['x'.repeat(600)]);
  await shows(page, 'xxx');
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 360);
  const small = await page.locator(':is(button, input):visible').evaluateAll(controls => controls
    .map(control => ({name: control.id, ...control.getBoundingClientRect().toJSON()}))
    .filter(({width, height}) => Math.min(width, height) < 44).map(({name}) => name));
  assert.deepEqual(small, []);
  const ends = await page.locator('.options button:visible').evaluateAll(buttons => buttons.map(button => button.getBoundingClientRect().right));
  assert.ok(ends.length >= 4 && ends.every(end => end <= 352), `${ends}`);
});
