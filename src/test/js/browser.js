// Debian's Chromium, driven by playwright-core; and what holds for every page that is opened in it.

import assert from 'node:assert/strict';
import {chromium} from 'playwright-core';

const ARGUMENTS = [
  '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync',
];

export const launch = () =>
  chromium.launch({executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ARGUMENTS});

/** A window with nothing in common with others, whose pages are watched. */
export class Watched {
  #complaints = [];
  #requests = [];

  static async open(browser, options = {}) {
    const watched = new Watched();
    watched.context = await browser.newContext({viewport: {width: 1000, height: 700}, ...options});
    watched.context.setDefaultTimeout(60_000);
    return watched;
  }

  /** Opens a page, and waits for nothing more. */
  async page(url) {
    const page = await this.context.newPage();
    page.on('request', request => this.#requests.push(request.url()));
    page.on('websocket', socket => this.#requests.push(socket.url()));
    page.on('pageerror', error => this.#complaints.push(`error: ${error.stack}`));
    // A failed connection or request is reported by the browser itself: there is no way not to have that.
    page.on('console', message => {
      if (['error', 'warning'].includes(message.type())
          && !/WebSocket connection to .* failed|Failed to load resource/.test(message.text())) {
        this.#complaints.push(`${message.type()}: ${message.text()}`);
      }
    });
    await page.addInitScript(() => {
      document.addEventListener('securitypolicyviolation', event =>
        console.error(`refused by the policy: ${event.violatedDirective} ${event.blockedURI}`));
    });
    await page.goto(url);
    return page;
  }

  /** Closes it; fails where a page complained, or asked anyone else than the server at `port`. */
  async close(port) {
    await this.context.close();
    assert.deepEqual(this.#complaints, [], 'complaints of the browser');
    const host = `127.0.0.1:${port}`;
    const elsewhere = this.#requests.filter(url => !url.startsWith('data:') && new URL(url).host !== host);
    assert.deepEqual(elsewhere, [], 'requests to others');
  }
}
