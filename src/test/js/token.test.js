// How the demo page shows who its user is, and what it says when that is not enough.

import assert from 'node:assert/strict';
import {createHash, createHmac} from 'node:crypto';
import {after, before, describe, test} from 'node:test';
import {BOUND, connected, live, opened, says, shows, started, state} from './fixture.js';
import {Instance} from './instance.js';

const KEY = 'demo-key.0123456789_abc~def+ghi/jkl==';
const OTHER = 'another-key-0123456789';

const apiKey = (name, key, ...claims) => ({name, sha256: createHash('sha256').update(key).digest('hex'), claims});
const SECRET = 'a secret of thirty-two bytes or more';
const LOCKED = {
  'auth.required': true, 'auth.jwt.secret': SECRET, 'auth.api-keys': [apiKey('demo', KEY, 'editor'), apiKey('other', OTHER)],
};
const secondsFromNow = seconds => Math.floor(Date.now() / 1_000) + seconds;

/** A JSON Web Token with these claims, signed with HS256. */
function token(claims) {
  const content = [{alg: 'HS256', typ: 'JWT'}, claims]
    .map(part => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  return `${content}.${createHmac('sha256', SECRET).update(content).digest('base64url')}`;
}

let shared;
before(async () => { shared = await Instance.start(LOCKED); });
after(() => shared?.stop());

/** An instance that asks for a key or token, the test's own where it says what it is to be like; and a window on it. */
async function locked(t, settings) {
  const instance = settings === undefined ? shared : await started(t, settings);
  return {instance, window: await opened(t, {instance})};
}

/** Types a token and uses it. Its field is opened in a way that does no harm where the page opens it in that moment. */
async function uses(page, token) {
  await page.locator('#credential').evaluate(credential => { credential.open = true; });
  await page.fill('#token', token);
  await page.press('#token', 'Enter');
}

const detail = (page, text) => page.waitForFunction(
    wanted => document.getElementById('detail').textContent.includes(wanted), text);

for (const view of ['#raw', '#channels=news']) {
  test(`in ${view}, who has no token is told that one is needed, and with the right one is in`, BOUND, async t => {
    const {window} = await locked(t);
    const page = await window.tab(view);
    await state(page, 'closed');
    await detail(page, 'Not let in: a token is needed.');
    await uses(page, 'no-such-key');
    await detail(page, 'Not let in: that token is not accepted.');
    await uses(page, KEY);
    await state(page, 'connected');
    await detail(page, 'with a token');
    await says(page, 'let in');
    await shows(page, 'let in');
  });
}

test('a page of another origin is told that it is not let in, and why', BOUND, async t => {
  const {window} = await locked(t, {'server.origins': ['https://elsewhere.example.org']});
  const page = await window.tab('#channels=news');
  await state(page, 'closed');
  await detail(page, 'Not let in: pages of this origin may not connect (HTTP 403).');
});

test('the token is nowhere but in its field: no address, text, console or store has it', BOUND, async t => {
  const {window} = await locked(t);
  const page = await window.tab('#channels=news');
  const said = [];
  page.on('console', message => said.push(message.text()));
  const asked = [];
  page.on('request', request => asked.push(request.url()));
  page.on('websocket', socket => asked.push(socket.url()));
  await page.waitForSelector('#token[type="password"]');
  await uses(page, KEY);
  await state(page, 'connected');
  await says(page, 'sent with a token');
  await shows(page, 'sent with a token');
  const encoded = Buffer.from(KEY).toString('base64url');
  const places = [...said, ...asked, page.url(), await page.content(), await page.evaluate(() =>
    JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie, history.state]))];
  assert.ok(asked.length > 0);
  assert.deepEqual(places.filter(text => text.includes(KEY) || text.includes(encoded)), []);
  await page.reload();
  await detail(page, 'a token is needed');
  assert.equal(await page.inputValue('#token'), '');
});

test('the token is to be seen when one asks for it, and hidden again', BOUND, async t => {
  const page = await connected(await opened(t), '#raw');
  await page.getByText('Token', {exact: true}).click();
  await page.getByLabel('API key or token').fill('seen');
  await page.getByRole('button', {name: 'Show the token'}).click();
  assert.equal(await page.getAttribute('#token', 'type'), 'text');
  assert.equal(await page.getAttribute('#reveal', 'aria-pressed'), 'true');
  await page.getByRole('button', {name: 'Show the token'}).click();
  assert.equal(await page.getAttribute('#token', 'type'), 'password');
});

test('where nobody is looked at, a token does no harm', BOUND, async t => {
  const page = await connected(await opened(t), '#raw');
  await uses(page, KEY);
  await detail(page, 'with a token');
  await state(page, 'connected');
});

test('an open session goes on with another token, and gets the channels that it was refused before', BOUND, async t => {
  const channels = [{match: 'staff', subscribe: 'claim:editor'}];
  const {window} = await locked(t, {...LOCKED, 'auth.required': false, channels});
  const page = await connected(window, '#channels=staff,news');
  await live(page, 'news');
  await shows(page, "unauthorised: this session may not subscribe to 'staff'");
  await page.evaluate(() => { window.made = 0; window.WebSocket = class extends WebSocket {
    constructor(...of) {
      super(...of);
      window.made++;
    }
  }; });
  await uses(page, 'no-such-key');
  await page.waitForFunction(() => /^Not accepted/.test(document.getElementById('token-note').textContent));
  assert.equal(await page.getAttribute('#token', 'aria-invalid'), 'true');
  await uses(page, KEY);
  await live(page, 'staff');
  await page.waitForFunction(() => document.getElementById('token-note').textContent === 'This session goes on with that token.');
  assert.equal(await page.getAttribute('#token', 'aria-invalid'), 'false');
  assert.equal(await page.evaluate(() => window.made), 0);
});

test('a channel that is withdrawn is shown to be, while the others go on', BOUND, async t => {
  const {instance, window} = await locked(t, LOCKED);
  const page = await window.tab('#channels=staff,news');
  await uses(page, KEY);
  await Promise.all([live(page, 'staff'), live(page, 'news')]);
  instance.configure({...LOCKED, channels: [{match: 'staff', subscribe: 'nobody'}]});
  await page.waitForSelector('#chips li[data-channel="staff"][data-state="refused"]');
  await shows(page, 'unauthorised: this session was unsubscribed');
  await page.selectOption('#target', 'news');
  await says(page, 'still here');
  await shows(page, 'still here');
});

test('who is let in no more is told, stays away, and can come back with another token', BOUND, async t => {
  const {instance, window} = await locked(t, LOCKED);
  const page = await window.tab('#raw');
  await uses(page, KEY);
  await state(page, 'connected');
  instance.configure({...LOCKED, 'auth.api-keys': [apiKey('other', OTHER)]});
  await state(page, 'closed');
  assert.match(await page.textContent('#detail'), /^Closed with 4501: .*\. What let this session in does so no more\.$/);
  assert.equal(await page.inputValue('#token'), '');
  await uses(page, OTHER);
  await state(page, 'connected');
});

// These are mostly waiting, so they wait together.
describe('a token that expires', {concurrency: true}, () => {
  test('when the token expires, the page asks for another one, and does not come back with the old', BOUND, async t => {
    const {window} = await locked(t);
    const page = await window.tab('#channels=news');
    await uses(page, token({sub: 'ada', exp: secondsFromNow(15)}));
    await live(page, 'news');
    await state(page, 'closed');
    assert.equal(await page.textContent('#detail'), 'Closed with 4002: token expired. Use another token to connect again.');
    assert.equal(await page.inputValue('#token'), '');
    await uses(page, token({sub: 'ada', exp: secondsFromNow(600)}));
    await live(page, 'news');
  });

  test('a fresh token in time keeps the session', BOUND, async t => {
    const {window} = await locked(t);
    const page = await window.tab('#channels=news');
    const first = secondsFromNow(15);
    await uses(page, token({sub: 'ada', exp: first}));
    await live(page, 'news');
    await page.evaluate(() => {
      window.states = [];
      new MutationObserver(() => window.states.push(document.getElementById('state').dataset.state))
        .observe(document.getElementById('state'), {attributes: true});
    });
    await uses(page, token({sub: 'ada', exp: secondsFromNow(600)}));
    await page.waitForFunction(() => document.getElementById('token-note').textContent !== '');
    await page.waitForFunction(expiry => Date.now() > expiry * 1_000 + 1_000, first);
    await says(page, 'still the same session');
    await shows(page, 'still the same session');
    assert.deepEqual((await page.evaluate(() => window.states)).filter(name => name !== 'connected'), []);
  });
});

test('who is disconnected by an operator is told, and stays away', BOUND, async t => {
  const {instance, window} = await locked(t);
  const page = await window.tab('#channels=news');
  const shown = token({sub: 'eve', exp: secondsFromNow(600)});
  await uses(page, shown);
  await live(page, 'news');
  const response = await fetch(`${instance.url}/api/v1/disconnect`, {
    method: 'POST',
    headers: {'Authorization': `Bearer ${KEY}`, 'Content-Type': 'application/json'},
    body: '{"user":"eve"}',
  });
  assert.equal((await response.json()).disconnected, 1);
  await state(page, 'closed');
  assert.equal(await page.textContent('#detail'), 'Closed with 4500: disconnected. An operator ended this session.');
  assert.equal(await page.inputValue('#token'), shown);
});
