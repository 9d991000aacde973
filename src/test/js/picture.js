// Makes src/site/resources/page.png, the picture of the page in README.md: `npm run picture`. With a directory as its
// argument it puts pictures of all sizes there instead, light and dark, to look at. The page has the fonts of the
// system: the picture was made where that is Inter.

import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {launch} from './browser.js';
import {Instance} from './instance.js';

const [directory] = process.argv.slice(2);
const README = fileURLToPath(new URL('../../site/resources/page.png', import.meta.url));
const SIZES = [[360, 740], [768, 1024], [1440, 900]];

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

const instance = await Instance.start();
const browser = await launch();
try {
  if (directory === undefined) {
    await picture(README, 'channels', [1140, 790], 'light', 40);
  } else {
    for (const size of SIZES) {
      for (const scheme of ['light', 'dark']) {
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
