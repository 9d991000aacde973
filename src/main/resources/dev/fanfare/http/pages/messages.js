// The messages that are seen.

import {element, make} from './connection.js';

// No channel's name: a star may not stand in one.
export const EVERYBODY = '*';
const KEPT = 500;
const LONGEST_TEXT = 2_000;
const LONGEST_BINARY = 32;
// Closer to the end than this, in pixels, one is at the end.
const NEAR = 30;

/** The beginning of a text, and how much more there is of it, or that there is none. */
const shortened = text => {
  if (text === '') {
    return ['', '(empty)'];
  }
  const rest = text.length - LONGEST_TEXT;
  return rest > 0 ? [copied(text.slice(0, LONGEST_TEXT)), ` … ${rest.toLocaleString('en')} more characters`] : [text, ''];
};

/** A slice of a text holds all of it; a copy does not. */
const copied = text => new TextDecoder().decode(new TextEncoder().encode(text));

/** The first bytes in hexadecimal, and how many there are. */
const dumped = bytes => {
  const head = Array.from(bytes.subarray(0, LONGEST_BINARY), byte => byte.toString(16).padStart(2, '0'));
  return [head.join(' '), `${bytes.length > LONGEST_BINARY ? ' …' : ''} ${bytes.length.toLocaleString('en')} bytes`];
};

/** The same colour for the same channel, on every page. */
const hue = channel => [...channel].reduce((sum, character) => (sum * 31 + character.codePointAt(0)) % 360, 7);

/** The newest messages. What arrives waits for the next animation frame, so that no flood outruns the drawing. */
export class Log {
  #log = element('log');
  #waiting = [];
  #arrived = 0;
  #paused = false;
  #scheduled = false;
  #atEnd = true;
  #height = 0;
  #notBefore = 0;

  constructor() {
    this.#log.addEventListener('scroll', () => this.#scrolled());
    new ResizeObserver(() => this.#resized()).observe(this.#log);
    this.clear();
  }

  /** Keeps what will be shown, and no more: a tab that is not seen draws nothing, perhaps for days. */
  add({channel, kind, text, bytes}) {
    this.#arrived++;
    const [head, rest] = kind === 'binary' ? dumped(bytes) : shortened(text);
    this.#waiting.push({channel, kind, head, rest, at: new Date()});
    if (this.#waiting.length >= 2 * KEPT) {
      this.#waiting.splice(0, this.#waiting.length - KEPT);
    }
    this.#schedule();
  }

  clear() {
    this.#arrived = 0;
    this.#waiting = [];
    this.#log.replaceChildren();
    this.#atEnd = true;
    this.#tell();
  }

  pause(paused) {
    this.#paused = paused;
    this.#schedule();
    this.#tell();
  }

  toEnd() {
    this.#log.scrollTop = this.#log.scrollHeight;
  }

  #scrolled() {
    // In another height, one may be away from the end without having left it: #resized() comes next, and sees to that.
    if (this.#log.clientHeight === this.#height) {
      this.#atEnd = this.#log.scrollHeight - this.#log.scrollTop - this.#height < NEAR;
      element('latest').hidden = this.#atEnd;
    }
  }

  /** A longer draft, or a note, takes some of the height. Who was at the end stays there. */
  #resized() {
    this.#height = this.#log.clientHeight;
    if (this.#atEnd) {
      this.toEnd();
    }
    this.#scrolled();
  }

  #schedule() {
    if (!this.#scheduled) {
      this.#scheduled = true;
      requestAnimationFrame(now => this.#frame(now));
    }
  }

  #frame(now) {
    this.#scheduled = false;
    if (now < this.#notBefore) {
      this.#schedule();
    } else if (!this.#paused) {
      this.#draw();
      // As long as it took is left to everything else: a slow machine draws less often, and stays usable.
      const took = performance.now() - now;
      this.#notBefore = performance.now() + took;
    }
    this.#tell();
  }

  #draw() {
    const rows = document.createDocumentFragment();
    this.#waiting.slice(-KEPT).forEach(message => rows.append(this.#row(message)));
    this.#waiting = [];
    this.#log.append(rows);
    while (this.#log.childElementCount > KEPT) {
      this.#log.firstElementChild.remove();
    }
    if (this.#atEnd) {
      this.toEnd();
    }
  }

  #row({at, channel, kind, head, rest}) {
    const row = make('div', 'message', '');
    const time = make('time', '', at.toTimeString().slice(0, 8));
    time.dateTime = at.toISOString();
    row.append(time);
    if (channel !== undefined) {
      const name = make('span', 'channel', '');
      name.append(make('i', '', channel === EVERYBODY ? 'everybody' : channel));
      name.dataset.kind = channel === EVERYBODY ? 'everybody' : 'channel';
      name.style.setProperty('--hue', hue(channel));
      row.append(name);
    }
    const content = make('span', 'content', '');
    content.dataset.kind = kind;
    content.append(head);
    if (rest !== '') {
      content.append(make('small', '', rest));
    }
    row.append(content);
    return row;
  }

  /** Says how many are not to be seen. */
  #tell() {
    const shown = this.#log.childElementCount;
    const held = this.#paused ? this.#waiting.length : 0;
    const unseen = this.#arrived - shown - this.#waiting.length;
    element('empty').hidden = this.#arrived > 0;
    element('shown').textContent = [
      held > 0 ? `${held.toLocaleString('en')} held back` : '',
      unseen > 0 ? `${unseen.toLocaleString('en')} earlier ones not shown` : '',
    ].filter(part => part !== '').join(', ');
  }
}
