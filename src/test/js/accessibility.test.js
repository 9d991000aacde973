// Who can use the demo page: with a keyboard, with a screen reader, on a phone.

import assert from 'node:assert/strict';
import {createRequire} from 'node:module';
import {after, before, test} from 'node:test';
import {launch, Watched} from './browser.js';
import {Instance} from './instance.js';

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const BOUND = {timeout: 60_000};
const VIEWS = ['#raw', '#channels=news,orders'];
const PHONE = {viewport: {width: 360, height: 740}, hasTouch: true, isMobile: true};
let browser;
let server;

before(async () => {
  [browser, server] = await Promise.all([launch(), Instance.start()]);
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

async function connected(t, view, options) {
  const watched = await Watched.open(browser, options);
  t.after(() => watched.close(server.port));
  const page = await watched.page(`${server.url}/${view}`);
  await page.waitForSelector('#state[data-state="connected"]');
  return page;
}

async function says(page, text) {
  const before = await page.locator('.message').count();
  await page.fill('#draft', text);
  await page.press('#draft', 'Enter');
  await page.locator('.message').nth(before).waitFor();
}

for (const view of VIEWS) {
  for (const colorScheme of ['light', 'dark']) {
    for (const [device, options] of [['a desk', {}], ['a phone', PHONE]]) {
      test(`axe finds nothing serious in ${view} on ${device}, ${colorScheme}`, BOUND, async t => {
        const page = await connected(t, view, {...options, colorScheme, bypassCSP: true});
        await says(page, 'something to look at');
        await page.addScriptTag({path: AXE});
        const {violations} = await page.evaluate(() => window.axe.run());
        const serious = violations.filter(({impact}) => ['serious', 'critical'].includes(impact));
        assert.deepEqual(serious.map(({id, nodes}) => [id, nodes.map(node => node.failureSummary)]), []);
      });
    }
  }

  test(`every control in ${view} has a name`, BOUND, async t => {
    const page = await connected(t, view);
    const {nodes} = await (await page.context().newCDPSession(page)).send('Accessibility.getFullAXTree');
    const controls = nodes.filter(({ignored, role}) => !ignored && ['button', 'textbox', 'combobox', 'radio', 'log'].includes(role?.value));
    assert.ok(controls.length >= 8, `${controls.length} controls`);
    assert.deepEqual(controls.filter(({name}) => !name?.value).map(({role}) => role.value), []);
  });

  test(`${view} needs no scrolling sideways at 360 pixels, and is touched with ease`, BOUND, async t => {
    const page = await connected(t, view, PHONE);
    await says(page, 'x'.repeat(600));
    if (view !== '#raw') {
      await page.fill('#channel', `long-${'n'.repeat(200)}`);
      await page.press('#channel', 'Enter');
      await page.locator('#chips li').nth(2).waitFor();
    }
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 360);
    assert.ok(await page.locator('#send').isVisible());
    const small = await page.locator(':is(button, input, select, textarea):visible').evaluateAll(controls => controls
      .map(control => ({name: control.id || control.textContent, ...control.getBoundingClientRect().toJSON()}))
      .filter(({width, height}) => Math.min(width, height) < 44)
      .map(({name, width, height}) => `${name}: ${width}×${height}`));
    assert.deepEqual(small, []);
  });
}

test('Tab goes through all controls in the order in which they are read, and the focus can be seen', BOUND, async t => {
  const page = await connected(t, '#channels=news');
  await page.locator('#chips li[data-state="live"]').waitFor();
  const expected = [
    'mode-channels', 'channel', 'Subscribe', 'Unsubscribe from news', 'switch', 'pause', 'clear', 'log',
    'target', 'format', 'draft', 'send',
  ];
  const reached = [];
  for (const _ of expected) {
    await page.keyboard.press('Tab');
    const [name, outline] = await page.evaluate(() => {
      const focused = document.activeElement;
      const drawn = focused.type === 'radio' ? focused.parentElement : focused;
      return [focused.id || focused.ariaLabel || focused.textContent, getComputedStyle(drawn).outlineStyle];
    });
    reached.push(name);
    assert.equal(outline, 'solid', name);
  }
  assert.deepEqual(reached, expected);
});

test('the page can be used with the keyboard alone', BOUND, async t => {
  const page = await connected(t, '#raw');
  await page.keyboard.press('Tab');
  await page.keyboard.press('ArrowRight');
  await page.locator('#chips li[data-state="live"]', {hasText: 'lobby'}).waitFor();
  await page.keyboard.press('Tab');
  await page.keyboard.type('typed');
  await page.keyboard.press('Enter');
  await page.locator('#chips li[data-state="live"]', {hasText: 'typed'}).waitFor();
  await page.focus('#draft');
  await page.keyboard.type('first');
  await page.keyboard.press('Shift+Enter');
  await page.keyboard.type('second');
  await page.keyboard.press('Enter');
  assert.equal(await page.textContent('.message .content'), 'first\nsecond');
});

test('a phone puts the settings away and gets them back', BOUND, async t => {
  const page = await connected(t, '#raw', PHONE);
  await page.tap('#fold');
  assert.ok(await page.isHidden('#settings'));
  assert.equal(await page.getAttribute('#fold', 'aria-expanded'), 'false');
  await page.tap('#fold');
  assert.ok(await page.isVisible('#settings'));
});

test('nothing moves for who wants no motion', BOUND, async t => {
  const watched = await Watched.open(browser, {reducedMotion: 'reduce'});
  t.after(() => watched.close(server.port));
  const page = await watched.page(`${server.url}/#raw`);
  await page.evaluate(() => { document.getElementById('state').dataset.state = 'connecting'; });
  assert.equal(await page.evaluate(() => document.getAnimations().length), 0);
});
