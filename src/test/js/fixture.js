// What the tests share: a browser and an instance for all tests of a file, and the words to speak of pages.

import {once} from 'node:events';
import {after, before} from 'node:test';
import {WebSocket} from 'ws';
import {launch, Watched} from './browser.js';
import {Instance} from './instance.js';

// Generous, since they are waited for in full only where a test fails.
export const BOUND = {timeout: 180_000};
export let server;
let browser;

before(async () => {
  [browser, server] = await Promise.all([launch(), Instance.start()]);
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

/** A window that is closed, and held to account, when the test ends; with an instance of its own where one is given. */
export async function opened(t, {instance = server, ...options} = {}) {
  const watched = await Watched.open(browser, options);
  t.after(() => watched.close(instance.port));
  return {
    tab: async (view = '') => {
      const page = await watched.page(`${instance.url}/${view}`);
      await page.bringToFront();
      return page;
    },
    context: watched.context,
  };
}

/** An instance that goes with the test. */
export async function started(t, settings) {
  const instance = await Instance.start(settings);
  t.after(() => instance.stop('SIGKILL'));
  return instance;
}

export const state = (page, name) => page.waitForSelector(`#state[data-state="${name}"]`);
export const live = (page, channel) => page.locator('#chips li[data-state="live"]', {hasText: channel}).waitFor();
export const shows = (page, text) => page.locator('#log .content', {hasText: text}).first().waitFor();

/** Its pages come back soon: after a tenth of the longest wait there can be. */
export const hurries = window => window.context.addInitScript(() => { Math.random = () => 0.1; });

/** A page that shows that it is connected. */
export async function connected(window, view) {
  const page = await window.tab(view);
  await state(page, 'connected');
  return page;
}

/** Sends a message as one does. */
export async function says(page, text) {
  await page.fill('#draft', text);
  await page.press('#draft', 'Enter');
}

/** A client that is no browser. */
export async function client(t, instance, path) {
  const socket = new WebSocket(instance.webSocketUrl + path);
  t.after(() => socket.terminate());
  await once(socket, 'open');
  return socket;
}
