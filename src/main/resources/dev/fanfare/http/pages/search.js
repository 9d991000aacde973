// Finding text in the lines that are shown.

import {element} from './connection.js';
import {textOf} from './terminal.js';

// As long as looking may take before others get their turn, in milliseconds.
const SLICE = 8;

/** A text that is looked for: how many lines have it, and which of them one is at. */
export class Search {
  #output;
  #query = '';
  #found = [];
  #at = -1;
  #run = 0;

  constructor(output) {
    this.#output = output;
    element('tools').addEventListener('submit', event => event.preventDefault());
    element('find').addEventListener('input', () => this.#look(element('find').value));
    element('find').addEventListener('keydown', event => this.#keyDown(event));
    element('next').addEventListener('click', () => this.#go(1));
    element('previous').addEventListener('click', () => this.#go(-1));
    document.addEventListener('keydown', event => this.#shortcut(event));
  }

  /** A line has arrived. */
  add(line) {
    if (this.#query !== '' && this.#matches(line) && this.#output.shows(line)) {
      this.#found.push(line.sequence);
      this.#tell();
    }
  }

  /** Other lines are shown than before. */
  again() {
    this.#look(this.#query);
  }

  #matches({text}) {
    return textOf(text).toLowerCase().includes(this.#query);
  }

  /** Looks through what is there piece by piece, so that the page goes on meanwhile. */
  #look(query) {
    this.#query = query.toLowerCase();
    this.#found = [];
    this.#at = -1;
    const run = ++this.#run;
    const lines = this.#query === '' ? [] : [...this.#output.lines];
    let next = 0;
    const look = () => {
      if (run !== this.#run) {
        return;
      }
      const found = [];
      for (const end = performance.now() + SLICE; next < lines.length && performance.now() < end; next++) {
        if (this.#matches(lines[next])) {
          found.push(lines[next].sequence);
        }
      }
      // What has arrived meanwhile stands behind all of these.
      const place = this.#found.findIndex(sequence => sequence > (lines[next - 1]?.sequence ?? -1));
      this.#found.splice(place < 0 ? this.#found.length : place, 0, ...found);
      this.#tell();
      if (next < lines.length) {
        setTimeout(look);
      }
    };
    look();
    this.#mark();
  }

  #keyDown(event) {
    if (event.key === 'Enter') {
      this.#go(event.shiftKey ? -1 : 1);
    } else if (event.key === 'Escape') {
      element('find').value = '';
      this.#look('');
      element('output').focus();
    }
  }

  /** The browser's own search sees no more than is in view; asked a second time, it is what one gets. */
  #shortcut(event) {
    const find = event.key === 'f' && (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey;
    if (find && document.activeElement !== element('find')) {
      event.preventDefault();
      element('find').select();
    }
  }

  #go(step) {
    const first = this.#found.findIndex(sequence => sequence >= this.#output.firstKept);
    const gone = this.#found.splice(0, first < 0 ? this.#found.length : first).length;
    this.#at = Math.max(-1, this.#at - gone);
    if (this.#found.length > 0) {
      const from = this.#at < 0 && step < 0 ? 0 : this.#at;
      this.#at = (from + step + this.#found.length) % this.#found.length;
      this.#output.reveal(this.#found[this.#at]);
    }
    this.#mark();
    this.#tell();
  }

  #mark() {
    this.#output.mark(this.#query, this.#found[this.#at] ?? -1);
  }

  #tell() {
    const {length} = this.#found;
    element('found').textContent = this.#query === '' ? ''
      : length === 0 ? 'none'
      : this.#at < 0 ? length.toLocaleString('en') : `${(this.#at + 1).toLocaleString('en')} of ${length.toLocaleString('en')}`;
  }
}
