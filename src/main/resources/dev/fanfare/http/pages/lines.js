// The lines of a process, and the rows that they take where they are shown. Knows of no page, so that it can be tried without one.

import {PLAIN, read, textOf} from './terminal.js';

export const MOST_LINES = 200_000;
export const MOST_CHARACTERS = 32 << 20;

/**
 * What is kept: the newest lines, in their order. Each is `{sequence, stream, text, style, number, at}`: its place among all that
 * were ever added, `stdout`, `stderr` or `note`, as it was written, the style it begins with, what it is called, and when it was written.
 */
export class Lines {
  #kept = [];
  #characters = 0;
  #next = 0;
  #styles = new Map();
  #mostLines;
  #mostCharacters;

  constructor(mostLines = MOST_LINES, mostCharacters = MOST_CHARACTERS) {
    this.#mostLines = mostLines;
    this.#mostCharacters = mostCharacters;
  }

  get all() {
    return this.#kept;
  }

  /** How many were given up, so that there is an end to what is kept. */
  get givenUp() {
    return this.#next - this.#kept.length;
  }

  /** A stream's colours go on in its next line. */
  add({stream, text, number, at}) {
    const style = this.#styles.get(stream) ?? PLAIN;
    const line = {sequence: this.#next++, stream, text, style, number, at};
    if (text.includes('\x1b') || text.includes('\x9b')) {
      this.#styles.set(stream, read(text, style).style);
    }
    this.#kept.push(line);
    this.#characters += text.length;
    if (this.#kept.length > this.#mostLines || this.#characters > this.#mostCharacters) {
      this.#giveUp();
    }
    return line;
  }

  clear() {
    this.#kept = [];
    this.#characters = this.#next = 0;
    this.#styles.clear();
  }

  /** Some more than has to be: each time costs as much as all that stay. */
  #giveUp() {
    const lines = this.#mostLines * 15 / 16;
    const characters = this.#mostCharacters * 15 / 16;
    let count = 0;
    while (count < this.#kept.length - 1 && (this.#kept.length - count > lines || this.#characters > characters)) {
      this.#characters -= this.#kept[count++].text.length;
    }
    this.#kept.splice(0, count);
  }
}

// Two columns each in terminals: Hangul, CJK, full width, emoji.
const WIDE = /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|[\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;
const NARROW = /^[\x20-\x7e]*$/;

/** Where the rows of a text begin that is broken after so many columns. */
export function breaks(text, columns) {
  const starts = [0];
  if (NARROW.test(text)) {
    for (let at = columns; at < text.length; at += columns) {
      starts.push(at);
    }
    return starts;
  }
  let column = 0;
  let at = 0;
  for (const character of text) {
    const width = WIDE.test(character) ? 2 : 1;
    if (column + width > columns) {
      starts.push(at);
      column = 0;
    }
    column += width;
    at += character.length;
  }
  return starts;
}

/** The lines that are shown as rows, which all have one height. Rows keep their number when those before them are given up. */
export class Rows {
  #lines = [];
  #starts = [];
  #end = 0;
  #columns = Infinity;

  /** Whether lines are broken, and after how many columns. */
  constructor(columns = Infinity) {
    this.#columns = columns;
  }

  get first() {
    return this.#starts[0] ?? this.#end;
  }

  get end() {
    return this.#end;
  }

  get lines() {
    return this.#lines;
  }

  push(line) {
    this.#lines.push(line);
    this.#starts.push(this.#end);
    // Most lines are shorter than the page, even were all their characters wide; and controls and tabs may be anything.
    const text = this.#columns === Infinity ? '' : textOf(line.text);
    this.#end += text.length * 2 <= this.#columns ? 1 : breaks(text, this.#columns).length;
  }

  /** Gives up lines from before this one. */
  dropBefore(sequence) {
    const count = this.#lines.findIndex(line => line.sequence >= sequence);
    const dropped = count < 0 ? this.#lines.length : count;
    this.#lines.splice(0, dropped);
    this.#starts.splice(0, dropped);
  }

  /** The line that a row shows, and which of the line's rows it is. */
  at(row) {
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#starts[middle] <= row) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return {line: this.#lines[low], part: row - this.#starts[low]};
  }

  /** The first row of the line with this sequence, or of the next one that is shown. */
  rowOf(sequence) {
    let low = 0;
    let high = this.#lines.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#lines[middle].sequence < sequence) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return this.#starts[low] ?? this.#end;
  }
}
