// Lines as a terminal would show them: colours and the like, and what overwrites itself. Control sequences that mean
// nothing to a page are left out. Knows of no page, so that it can be tried without one.

/** How text looks that nothing was said of. Styles are never changed: each line keeps the one that it begins with. */
export const PLAIN = Object.freeze({});

// ECMA-48: a control sequence, with its parameters and what it is for, whole or broken off; a string for the terminal itself, such
// as its title; any other escape; a control character. Every part takes what no other takes, so that no line is slow to read.
const CONTROL =
  /(?:\x1b\[|\x9b)([0-?]*)[ -/]*([@-~])?|(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x9c]*(?:\x07|\x9c|\x1b\\)?|\x1b[ -/]*[0-~]?|[\x00-\x1f\x7f-\x9f]/g;
const HAS_CONTROL = /[\x00-\x1f\x7f-\x9f]/;
const TAB = 8;
// Where a cursor may be sent: no line is wider than what was written, or than this.
const WIDEST = 10_000;

/** @returns {{spans: {text: string, style: object}[], style: object}} what is to be seen, and the style at the end */
export function read(line, style) {
  if (!HAS_CONTROL.test(line)) {
    return {spans: [{text: line, style}], style};
  }
  // What overwrites itself needs places to be written to; all else is faster in a row.
  const paper = /[\r\b]|\x1b\[[0-9;]*[CDGJK]/.test(line.replace(/\r+$/, '')) ? new Cells() : new Row();
  let from = 0;
  for (const match of line.matchAll(CONTROL)) {
    paper.write(line.slice(from, match.index), style);
    from = match.index + match[0].length;
    const [sequence, parameters, final] = match;
    if (final === 'm') {
      style = rendition(parameters, style);
    } else if (final !== undefined) {
      paper.move(final, Number.parseInt(parameters, 10));
    } else if (sequence.length === 1) {
      paper.control(sequence, style);
    }
  }
  paper.write(line.slice(from), style);
  return {spans: paper.spans(), style};
}

/** What is to be seen of a line, without how it looks. */
export const textOf = line =>
  HAS_CONTROL.test(line) ? read(line, PLAIN).spans.map(({text}) => text).join('') : line;

/** Text that follows text. */
class Row {
  #spans = [];
  #column = 0;

  write(text, style) {
    if (text !== '') {
      this.#spans.push({text, style});
      this.#column += text.length;
    }
  }

  control(character, style) {
    if (character === '\t') {
      this.write(' '.repeat(TAB - this.#column % TAB), style);
    }
  }

  move() {
    // Nothing that moves is in a row.
  }

  spans() {
    return this.#spans;
  }
}

/** Characters in columns, and a cursor that may go back to overwrite them. */
class Cells {
  #cells = [];
  #column = 0;

  write(text, style) {
    for (const character of text) {
      this.#pad();
      this.#cells[this.#column++] = {character, style};
    }
  }

  #pad() {
    while (this.#cells.length < this.#column) {
      this.#cells.push({character: ' ', style: PLAIN});
    }
  }

  control(character, style) {
    if (character === '\r') {
      this.#column = 0;
    } else if (character === '\b') {
      this.#column = Math.max(0, this.#column - 1);
    } else if (character === '\t') {
      this.#column += TAB - this.#column % TAB;
    }
  }

  move(final, parameter) {
    const steps = parameter > 0 ? parameter : 1;
    switch (final) {
      case 'C': this.#column = Math.min(this.#column + steps, WIDEST); break;
      case 'D': this.#column = Math.max(0, this.#column - steps); break;
      case 'G': this.#column = Math.min(steps, WIDEST) - 1; break;
      case 'J':
      case 'K': this.#erase(parameter); break;
    }
  }

  /** @param part 2 for all; else from the cursor on. (Up to the cursor, and what moves the rest, would make some lines slow to read.) */
  #erase(part) {
    if (part !== 1) {
      this.#cells.length = part === 2 ? 0 : Math.min(this.#column, this.#cells.length);
    }
  }

  spans() {
    const spans = [];
    let characters = [];
    this.#cells.forEach(({character, style}, column) => {
      characters.push(character);
      if (this.#cells[column + 1]?.style !== style) {
        spans.push({text: characters.join(''), style});
        characters = [];
      }
    });
    return spans;
  }
}

const SWITCHES = new Map([
  [1, {bold: true}], [2, {dim: true}], [3, {italic: true}], [4, {underline: true}], [7, {inverse: true}], [9, {strike: true}],
  [21, {underline: true}], [22, {bold: undefined, dim: undefined}], [23, {italic: undefined}], [24, {underline: undefined}],
  [27, {inverse: undefined}], [29, {strike: undefined}], [39, {fg: undefined}], [49, {bg: undefined}],
]);

/** The style after SGR with these parameters: numbers, a few of them with colons inside. */
function rendition(parameters, style) {
  const fields = parameters.split(';');
  let next = style;
  for (let at = 0; at < fields.length; at++) {
    const [code, ...rest] = fields[at].split(':').map(Number);
    if (code === 0) {
      next = PLAIN;
    } else if (code === 38 || code === 48 || code === 58) {
      const told = rest.length > 0 ? rest : fields.slice(at + 1, at + 5).map(Number);
      at += rest.length > 0 ? 0 : told[0] === 5 ? 2 : 4;
      // With colons a colour space may stand in front of the three.
      const colour = told[0] === 5 ? indexed(told[1]) : direct(rest.length > 4 ? told.slice(2) : told.slice(1));
      // 58 is the colour of the underline, which has that of its text here.
      next = code === 58 || colour === undefined ? next : {...next, [code === 38 ? 'fg' : 'bg']: colour};
    } else if (code === 4 && rest[0] === 0) {
      next = {...next, underline: undefined};
    } else if (SWITCHES.has(code)) {
      next = {...next, ...SWITCHES.get(code)};
    } else {
      next = {...next, ...basic(code)};
    }
  }
  return next;
}

/** One of the sixteen colours, for which each page has its own. */
function basic(code) {
  const colour = code % 10 + (code >= 90 ? 8 : 0);
  const tens = Math.floor(code / 10);
  return code % 10 > 7 ? {} : tens === 3 || tens === 9 ? {fg: colour} : tens === 4 || tens === 10 ? {bg: colour} : {};
}

const isByte = number => Number.isInteger(number) && number >= 0 && number <= 255;
const hexadecimal = bytes => `#${bytes.map(byte => byte.toString(16).padStart(2, '0')).join('')}`;

/** One of 256: the sixteen, a cube of six by six by six, and greys. */
function indexed(number) {
  if (!isByte(number) || number < 16) {
    return isByte(number) ? number : undefined;
  }
  if (number >= 232) {
    return hexadecimal(Array(3).fill(8 + 10 * (number - 232)));
  }
  const level = digit => digit === 0 ? 0 : 55 + 40 * digit;
  const place = number - 16;
  return hexadecimal([Math.floor(place / 36), Math.floor(place / 6) % 6, place % 6].map(level));
}

// By WCAG: where both have the same contrast, of 4.58.
const MIDDLE = 0.179;

/** Which of the two has more contrast with a colour `#rrggbb`: never less than 4.5. */
export function blackOrWhite(colour) {
  const [red, green, blue] = [1, 3, 5].map(at => Number.parseInt(colour.slice(at, at + 2), 16) / 255)
    .map(part => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue > MIDDLE ? 'black' : 'white';
}

function direct(bytes) {
  const colour = bytes.slice(0, 3);
  return colour.length === 3 && colour.every(isByte) ? hexadecimal(colour) : undefined;
}
