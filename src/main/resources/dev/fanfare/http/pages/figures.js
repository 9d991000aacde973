// How much there is to be seen.

import {element} from './connection.js';

const SECONDS = 60;

/** Counts messages, and draws how many there were in each of the last seconds. */
export class Figures {
  #received = 0;
  #sent = 0;
  #counted = 0;
  #at = performance.now();
  #rates = new Array(SECONDS).fill(0);

  constructor() {
    setInterval(() => this.#tick(), 1_000);
    this.#draw();
  }

  received() {
    this.#received++;
  }

  sent() {
    this.#sent++;
    element('sent').textContent = this.#sent.toLocaleString('en');
  }

  /** @param milliseconds null where it is not known */
  roundTrip(milliseconds) {
    element('rtt').textContent =
        milliseconds === null ? '–' : `${milliseconds.toFixed(milliseconds < 10 ? 1 : 0)} ms`;
  }

  #tick() {
    const now = performance.now();
    const rate = Math.round((this.#received - this.#counted) * 1_000 / (now - this.#at));
    this.#counted = this.#received;
    this.#at = now;
    this.#rates = [...this.#rates.slice(1), rate];
    element('rate').textContent = rate.toLocaleString('en');
    element('received').textContent = this.#received.toLocaleString('en');
    // Nobody can listen to so many being read out.
    element('log').ariaLive = rate > 3 ? 'off' : 'polite';
    this.#draw();
  }

  #draw() {
    const highest = Math.max(...this.#rates, 1);
    const points = this.#rates.map((rate, second) => `${second},${20 - 19 * rate / highest}`).join(' ');
    element('spark-line').setAttribute('points', points);
    element('spark-area').setAttribute('points', `0,20 ${points} ${SECONDS - 1},20`);
  }
}
