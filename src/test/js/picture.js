// Makes the pictures of the pages in src/site/resources, page.png and process.png: `npm run picture`. With a directory as its
// argument it puts pictures of all sizes there instead, light and dark, to look at. The page has the fonts of the
// system: the picture was made where that is Inter.

import {createHash} from 'node:crypto';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {launch} from './browser.js';
import {Instance} from './instance.js';

const [directory] = process.argv.slice(2);
const RESOURCES = fileURLToPath(new URL('../../site/resources/', import.meta.url));
const SIZES = [[390, 844], [1280, 800]];

const LINES = [
  ['news', 'Doors open at eight, the band begins at nine.'],
  ['stage:lights', {cue: 14, colour: 'amber', fade: 2.5}],
  ['news', 'Two trumpets, one cornet, and whoever else turns up.'],
  ['*', 'Everybody hears this one, on every channel.'],
  ['stage:lights', {cue: 15, colour: 'deep blue', fade: 0}],
  ['orders', {table: 7, items: ['coffee', 'coffee', 'plum cake'], paid: true}],
  ['news', 'The second set is shorter; <b>markup</b> stays text.'],
  ['orders', {table: 3, items: ['tea'], paid: false}],
  ['stage:lights', {cue: 16, colour: 'house', fade: 8}],
  ['news', 'Sound check is done.'],
];

const KEY = 'picture-key-0123456789';
const E = '\x1b[';
const MODULES = ['protocol', 'store', 'hub', 'http', 'cluster', 'auth', 'config', 'cli'];
/** What a build writes: a function of the line's number for each kind of line. */
const BUILD = [
  at => ({data: `[${E}1;34mINFO${E}m] ${E}2mcompiling${E}22m ${MODULES[at % 8]}/Class${at}.java`}),
  at => ({data: `[${E}1;34mINFO${E}m] ${E}2mcompiling${E}22m ${MODULES[at % 8]}/package-info.java`}),
  at => ({data: `[${E}1;34mINFO${E}m] Downloading 10%\r[${E}1;34mINFO${E}m] Downloaded ${E}36m${MODULES[at % 8]}-0.${at}.jar${E}m (${at} kB)`}),
  at => ({data: `${E}1;33mwarning:${E}m ${E}1m[deprecation]${E}m close() in ${E}36m${MODULES[at % 8]}/Channel.java:${at}${E}m`, stream: 'stderr'}),
  at => ({data: `\t${E}32mTests run: ${at % 90}${E}m, Failures: 0, ${E}38;5;208mSkipped: ${at % 3}${E}m ${E}42m PASS ${E}m`}),
  at => ({data: `[${E}1;31mERROR${E}m] KeepsOrderTest:${at} ${E}7mexpected${E}27m ${E}32m<3>${E}m but was ${E}31m<4>${E}m`, stream: 'stderr'}),
];
const KINDS = [0, 0, 1, 0, 2, 0, 0, 4, 0, 3, 1, 0, 2, 0, 4, 0, 0, 5];

const sha256 = createHash('sha256').update(KEY).digest('hex');
const instance = await Instance.start({'auth.api-keys': [{name: 'picture', sha256}]});
const browser = await launch();
try {
  if (directory === undefined) {
    await build(5_000);
    await pictureOfProcess(join(RESOURCES, 'process.png'), [1140, 700], 'dark');
    await picture(join(RESOURCES, 'page.png'), 'channels', [1140, 790], 'light', 40);
  } else {
    await build(5_000);
    for (const size of SIZES) {
      for (const scheme of ['light', 'dark']) {
        await pictureOfProcess(join(directory, `process-${size[0]}-${scheme}.png`), size, scheme);
        await picture(join(directory, `channels-${size[0]}-${scheme}.png`), 'channels', size, scheme, 6);
        await picture(join(directory, `raw-${size[0]}-${scheme}.png`), 'raw', size, scheme, 6);
      }
    }
    await pictureOfWaiting(join(directory, 'waiting.png'));
  }
} finally {
  await browser.close();
  await instance.stop();
}

/** Lets messages come for some seconds, as people would write them, so that there is something to see. */
async function picture(file, view, [width, height], colorScheme, seconds) {
  const page = await opened(view, width, height, colorScheme);
  const path = view === 'raw' ? '/' : '/ws';
  const socket = await page.evaluateHandle(url => new WebSocket(url), instance.webSocketUrl + path);
  await page.waitForFunction(open => open.readyState === WebSocket.OPEN, socket);
  if (view === 'raw') {
    await socket.evaluate(open => open.send(new Uint8Array([0xde, 0xad, 0xbe, 0xef, 1, 2, 3, 4])));
  }
  await page.bringToFront();
  const count = Math.max(LINES.length + 4, seconds * 2);
  for (let i = 0; i < count; i++) {
    const [channel, data] = LINES[i % LINES.length];
    if (typeof data === 'string' && channel === 'news') {
      await page.fill('#draft', data);
      await page.press('#draft', 'Enter');
    } else {
      await sendBy(socket, view, channel, data);
    }
    // The rate is to look like people: these pauses are the subject of the picture, nothing waits for them.
    await page.waitForTimeout(seconds * 1_000 / count * (0.2 + 1.9 * Math.abs(Math.sin(i / 9))));
  }
  await page.fill('#draft', 'Three cheers for the brass!');
  await page.waitForFunction(() => document.getElementById('rtt').textContent !== '–');
  // One more second, for the figures of the last one.
  await page.waitForTimeout(1_100);
  await page.screenshot({path: file});
  await page.context().close();
}

async function sendBy(socket, view, channel, data) {
  const message = view === 'raw'
    ? (typeof data === 'string' ? data : JSON.stringify(data))
    : JSON.stringify({type: 'publish', channel: channel === '*' ? undefined : channel, data});
  await socket.evaluate((open, text) => open.send(text), message);
}

/** Streams the output of a build, as a backend would. */
async function build(count) {
  const says = (path, body) => fetch(`${instance.url}/api/v1/processes/build-1147/${path}`, {
    method: 'POST',
    headers: {'Authorization': `Bearer ${KEY}`, 'Content-Type': 'application/json'},
    body: JSON.stringify(body),
  });
  await says('status', {status: 'running'});
  for (let at = 0; at < count; at += 1_000) {
    const lines = Array.from({length: 1_000}, (_, i) => BUILD[KINDS[(at + i) % KINDS.length]](at + i));
    await says('output', {lines});
  }
  await says('status', {status: 'exited', exitCode: 1});
}

async function pictureOfProcess(file, [width, height], colorScheme) {
  const page = await browser.newPage({viewport: {width, height}, colorScheme});
  await page.goto(`${instance.url}/process/build-1147`);
  await page.waitForFunction(() => document.getElementById('status').dataset.status === 'failed');
  await page.fill('#find', 'KeepsOrder');
  await page.press('#find', 'Shift+Enter');
  await page.waitForSelector('mark[data-current]');
  await page.screenshot({path: file});
  await page.context().close();
}

async function pictureOfWaiting(file) {
  const page = await opened('channels', 1440, 900, 'light');
  await page.fill('#draft', 'This is not lost.');
  await instance.stop();
  await page.waitForSelector('#state[data-state="waiting"]');
  await page.screenshot({path: file});
  await page.context().close();
}

async function opened(view, width, height, colorScheme) {
  const page = await browser.newPage({viewport: {width, height}, colorScheme});
  await page.goto(`${instance.url}/#${view === 'raw' ? 'raw' : 'channels=news,stage:lights,orders'}`);
  await page.waitForSelector('#state[data-state="connected"]');
  return page;
}
