// Who can use the demo page: with a keyboard, with a screen reader, on a phone.

import assert from 'node:assert/strict';
import {createRequire} from 'node:module';
import {test} from 'node:test';
import {BOUND, connected, live, opened, says, shows} from './fixture.js';

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const VIEWS = ['#raw', '#channels=news,orders'];
const DESK = {width: 1440, height: 900};
const PHONE = {viewport: {width: 360, height: 740}, hasTouch: true, isMobile: true};

/** Opens what is folded up at first. */
const unfold = page => page.locator('details').evaluate(details => { details.open = true; });

for (const view of VIEWS) {
  test(`axe finds nothing serious in ${view}, at a desk and on a phone, light and dark`, BOUND, async t => {
    // Without motion, since colours that are on their way to others are no subject here.
    const page = await connected(await opened(t, {bypassCSP: true, reducedMotion: 'reduce'}), view);
    await unfold(page);
    await page.addScriptTag({path: AXE});
    await says(page, 'something to look at');
    await shows(page, 'something to look at');
    for (const viewport of [DESK, PHONE.viewport]) {
      await page.setViewportSize(viewport);
      for (const colorScheme of ['light', 'dark']) {
        await page.emulateMedia({colorScheme});
        const {violations} = await page.evaluate(() => window.axe.run());
        const serious = violations.filter(({impact}) => ['serious', 'critical'].includes(impact));
        const found = serious.map(({id, nodes}) => [id, nodes.map(node => node.failureSummary)]);
        assert.deepEqual(found, [], `${viewport.width} pixels, ${colorScheme}`);
      }
    }
  });

  test(`every control in ${view} has a name`, BOUND, async t => {
    const page = await connected(await opened(t), view);
    await unfold(page);
    const {nodes} = await (await page.context().newCDPSession(page)).send('Accessibility.getFullAXTree');
    const roles = ['button', 'textbox', 'combobox', 'radio', 'log', 'DisclosureTriangle'];
    const controls = nodes.filter(({ignored, role}) => !ignored && roles.includes(role?.value));
    assert.ok(controls.length >= 12, `${controls.length} controls`);
    assert.deepEqual(controls.filter(({name}) => !name?.value).map(({role}) => role.value), []);
  });

  test(`${view} needs no scrolling sideways at 360 pixels, and is touched with ease`, BOUND, async t => {
    const page = await connected(await opened(t, PHONE), view);
    await unfold(page);
    await says(page, 'x'.repeat(600));
    await shows(page, 'xxx');
    if (view !== '#raw') {
      await page.fill('#channel', `long-${'n'.repeat(200)}`);
      await page.press('#channel', 'Enter');
      await live(page, 'long-');
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
  const page = await connected(await opened(t), '#channels=news');
  await live(page, 'news');
  await unfold(page);
  const expected = [
    'mode-channels', 'channel', 'Subscribe', 'Unsubscribe from news', 'switch', 'Token', 'token', 'reveal',
    'Use the token', 'pause', 'clear', 'log', 'target', 'format', 'draft', 'send',
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
  const page = await connected(await opened(t), '#raw');
  await page.keyboard.press('Tab');
  await page.keyboard.press('ArrowRight');
  await live(page, 'lobby');
  await page.keyboard.press('Tab');
  await page.keyboard.type('typed');
  await page.keyboard.press('Enter');
  await live(page, 'typed');
  await page.focus('#draft');
  await page.keyboard.type('first');
  await page.keyboard.press('Shift+Enter');
  await page.keyboard.type('second');
  await page.keyboard.press('Enter');
  await shows(page, 'second');
  assert.equal(await page.textContent('.message .content'), 'first\nsecond');
});

test('a phone puts the settings away and gets them back', BOUND, async t => {
  const page = await connected(await opened(t, PHONE), '#raw');
  const height = async () => (await page.locator('.talk').boundingBox()).height;
  const beside = await height();
  await page.tap('#fold');
  assert.ok(await page.isHidden('#settings'));
  assert.equal(await page.getAttribute('#fold', 'aria-expanded'), 'false');
  assert.ok(await height() > beside + 100, 'the messages have the room of the settings');
  await page.tap('#fold');
  assert.ok(await page.isVisible('#settings'));
  assert.equal(await height(), beside);
});

for (const viewport of [DESK, PHONE.viewport]) {
  test(`a draft of one long word leaves Send where it is, at ${viewport.width} pixels`, BOUND, async t => {
    const page = await connected(await opened(t, {viewport}), '#channels=news');
    const before = await page.locator('#send').boundingBox();
    await page.fill('#draft', `https://example.org/${'x'.repeat(380)}`);
    const {x, width} = await page.locator('#send').boundingBox();
    assert.deepEqual([x, width], [before.x, before.width]);
  });
}

test('where a phone has not the height for everything, it scrolls, and nothing is cut', BOUND, async t => {
  const page = await connected(await opened(t, PHONE), `#channels=${Array.from({length: 12}, (_, i) => `channel-${i}`)}`);
  await page.fill('#draft', 'a\n'.repeat(20));
  const talk = page.locator('.talk');
  assert.equal(await talk.evaluate(({scrollHeight, clientHeight}) => scrollHeight - clientHeight), 0);
  const {y, height} = await talk.boundingBox();
  assert.ok(y + height <= await page.evaluate(() => document.documentElement.scrollHeight + 1 - window.scrollY));
  await page.tap('#send');
  await shows(page, 'a');
});

test('a phone shows every channel in whole', BOUND, async t => {
  const channels = ['news', 'stage:lights', 'orders', 'lobby'];
  const page = await connected(await opened(t, PHONE), `#channels=${channels}`);
  const ends = await page.locator('#chips li').evaluateAll(chips => chips.map(chip => chip.getBoundingClientRect().right));
  assert.equal(ends.length, channels.length);
  assert.ok(Math.max(...ends) <= PHONE.viewport.width, `${ends}`);
});

test('nothing moves for who wants no motion', BOUND, async t => {
  const page = await connected(await opened(t, {reducedMotion: 'reduce'}), '#raw');
  await page.evaluate(() => { document.getElementById('state').dataset.state = 'connecting'; });
  assert.equal(await page.evaluate(() => document.getAnimations().length), 0);
});
