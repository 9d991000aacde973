// The lines that are in view, and no others: however long an output is, the page holds some dozens of elements of it.

import {element, make} from './connection.js';
import {breaks, Rows} from './lines.js';
import {blackOrWhite, read} from './terminal.js';

// Rows that are there above and below what is seen, so that scrolling finds them.
const MARGIN = 12;
// Closer to the end than this, in pixels, one is at the end.
const NEAR = 30;
// What one row shows at most: with broken lines there is always another row.
const WIDEST = 10_000;
const FEWEST_COLUMNS = 20;
// The characters of the element that tells how wide they are.
export const PROBED = 100;

/** The lines of an output in a window that scrolls, as many as pass the filter. What arrives waits for the next frame. */
export class Output {
  #window = element('output');
  #sheet = element('sheet');
  #lines;
  #rows = new Rows();
  #options = {wrap: false, times: false, errors: false};
  #query = '';
  #current = -1;
  #drawn = new Map();
  #scheduled = false;
  #following = true;
  #widest = 0;
  #rowHeight = 20;
  #characterWidth = 8;
  #columns = Infinity;
  #scrollTop = 0;
  #laidOut = {};

  /** @param lines what is kept of the output */
  constructor(lines) {
    this.#lines = lines;
    this.#window.addEventListener('scroll', () => this.#scrolled());
    this.#window.addEventListener('wheel', event => this.#leave(event.deltaY < 0), {passive: true});
    this.#window.addEventListener('copy', event => this.#copy(event));
    element('latest').addEventListener('click', () => this.follow());
    new ResizeObserver(() => this.#measure()).observe(this.#window);
    document.fonts?.ready.then(() => this.#measure());
  }

  /** The lines that are shown. */
  get lines() {
    return this.#rows.lines;
  }

  /** Where what is kept begins. */
  get firstKept() {
    return this.#lines.givenUp;
  }

  /** Whether a line passes the filter. */
  shows({stream}) {
    return !this.#options.errors || stream !== 'stdout';
  }

  /** Shows a line that was added to those that are kept, and forgets those that were given up. */
  add(line) {
    if (this.shows(line)) {
      this.#push(line);
    }
    if (this.#rows.lines[0]?.sequence < this.#lines.givenUp) {
      this.#rows.dropBefore(this.#lines.givenUp);
    }
    this.#schedule();
  }

  /** @param options wrap, times, errors: what is on */
  show(options) {
    const anchor = this.#topLine();
    this.#options = {...this.#options, ...options};
    this.#window.toggleAttribute('data-times', this.#options.times);
    this.#rebuild(anchor);
  }

  /** Marks a text wherever it stands. */
  mark(query, current) {
    this.#query = query;
    this.#current = current;
    this.#clearDrawn();
    this.#schedule();
  }

  /** Brings a line into view. */
  reveal(sequence) {
    this.#leave(true);
    const top = (this.#rows.rowOf(sequence) - this.#rows.first) * this.#rowHeight;
    this.#window.scrollTop = top - this.#window.clientHeight / 2;
    this.#schedule();
  }

  /** Begins with the first line again. */
  clear() {
    this.#rebuild();
    this.follow();
  }

  /** Goes to the end, and stays there. */
  follow() {
    this.#following = true;
    this.#schedule();
  }

  #push(line) {
    this.#rows.push(line);
    this.#widest = Math.max(this.#widest, Math.min(line.text.length, WIDEST));
  }

  /** Begins anew, as for another width, and goes back to where one was. */
  #rebuild(anchor) {
    this.#columns = this.#options.wrap ? this.#fitting() : Infinity;
    this.#rows = new Rows(this.#columns);
    this.#laidOut = {};
    this.#widest = 0;
    for (const line of this.#lines.all) {
      if (this.shows(line)) {
        this.#push(line);
      }
    }
    this.#clearDrawn();
    this.#resize();
    if (!this.#following && anchor !== undefined) {
      this.#window.scrollTop = (this.#rows.rowOf(anchor) - this.#rows.first) * this.#rowHeight;
    }
    this.#schedule();
  }

  #topLine() {
    const row = this.#rows.first + Math.floor(this.#window.scrollTop / this.#rowHeight);
    return row < this.#rows.end ? this.#rows.at(row).line.sequence : undefined;
  }

  #measure() {
    const {width, height} = element('probe').getBoundingClientRect();
    this.#rowHeight = height;
    this.#characterWidth = width / PROBED;
    if (this.#options.wrap && this.#columns !== this.#fitting()) {
      this.#rebuild(this.#topLine());
    }
    this.#schedule();
  }

  /** How many columns there is room for, beside what stands in front of each line. */
  #fitting() {
    const gutter = Number(getComputedStyle(this.#sheet).getPropertyValue('--gutter')) + 1;
    return Math.max(FEWEST_COLUMNS, Math.floor(this.#window.clientWidth / this.#characterWidth - gutter));
  }

  #scrolled() {
    if (this.#atEnd()) {
      this.#following = true;
    } else if (this.#window.scrollTop < this.#scrollTop) {
      this.#following = false;
    }
    this.#scrollTop = this.#window.scrollTop;
    this.#schedule();
  }

  #leave(upwards) {
    if (upwards && this.#window.scrollHeight > this.#window.clientHeight) {
      this.#following = false;
      this.#schedule();
    }
  }

  #atEnd() {
    return this.#window.scrollHeight - this.#window.scrollTop - this.#window.clientHeight < NEAR;
  }

  #schedule() {
    if (!this.#scheduled) {
      this.#scheduled = true;
      requestAnimationFrame(() => this.#frame());
    }
  }

  #frame() {
    this.#scheduled = false;
    this.#resize();
    if (this.#following) {
      this.#window.scrollTop = this.#window.scrollHeight;
    }
    this.#scrollTop = this.#window.scrollTop;
    this.#draw();
    element('latest').hidden = this.#following || this.#atEnd();
  }

  /** What was given up above takes its height with it: what one looks at stays where it is. */
  #resize() {
    const first = this.#rows.first;
    const gone = first - Number(this.#sheet.dataset.first ?? 0);
    if (gone !== 0) {
      this.#sheet.dataset.first = first;
      this.#clearDrawn();
      if (!this.#following && gone > 0) {
        this.#window.scrollTop -= gone * this.#rowHeight;
      }
    }
    this.#sheet.style.height = `${(this.#rows.end - first) * this.#rowHeight}px`;
    this.#sheet.style.width = this.#options.wrap ? '' : `calc(${this.#widest + 2}ch + var(--gutter) * 1ch)`;
  }

  #clearDrawn() {
    this.#sheet.replaceChildren();
    this.#drawn.clear();
  }

  #draw() {
    const first = this.#rows.first + Math.floor(this.#window.scrollTop / this.#rowHeight);
    const from = Math.max(this.#rows.first, first - MARGIN);
    const to = Math.min(this.#rows.end, first + Math.ceil(this.#window.clientHeight / this.#rowHeight) + MARGIN);
    for (const [number, row] of this.#drawn) {
      if (number < from || number >= to) {
        row.remove();
        this.#drawn.delete(number);
      }
    }
    // What stays is one piece: rows are put before or behind it, so that they are read and copied in their order.
    const stay = Math.min(...this.#drawn.keys());
    const before = document.createDocumentFragment();
    const behind = document.createDocumentFragment();
    for (let number = from; number < to; number++) {
      if (!this.#drawn.has(number)) {
        const row = this.#row(number);
        this.#drawn.set(number, row);
        (number < stay && stay !== Infinity ? before : behind).append(row);
      }
    }
    this.#sheet.prepend(before);
    this.#sheet.append(behind);
  }

  #row(number) {
    const {line, part} = this.#rows.at(number);
    const row = make('div', 'line', '');
    row.dataset.stream = line.stream;
    row.dataset.sequence = line.sequence;
    row.style.top = `${(number - this.#rows.first) * this.#rowHeight}px`;
    if (part === 0) {
      row.append(make('span', 'number', line.number ?? ''));
      row.append(make('span', 'tag', line.stream === 'stderr' ? 'err' : ''));
      if (this.#options.times) {
        row.append(make('time', '', line.stream === 'note' ? '' : timeOf(line.at)));
      }
    } else {
      row.dataset.part = part;
    }
    row.append(this.#content(line, part));
    return row;
  }

  #content(line, part) {
    const content = make('span', 'content', '');
    const {spans, text, starts} = this.#layOut(line);
    const from = starts[part] ?? text.length;
    const to = starts[part + 1] ?? Math.min(text.length, from + WIDEST);
    const marks = occurrences(text, this.#query, from, to);
    for (const piece of pieces(spans, from, to, marks)) {
      content.append(styled(piece, line.sequence === this.#current));
    }
    const rest = starts.length === 1 ? text.length - to : 0;
    if (rest > 0) {
      content.append(make('small', '', ` … ${rest.toLocaleString('en')} more characters: wrap lines to see them`));
    }
    return content;
  }

  /** One after the other the rows of a line are drawn, which may be a million characters long. */
  #layOut(line) {
    if (this.#laidOut.line !== line) {
      const {spans} = read(line.text, line.style);
      const text = spans.map(span => span.text).join('');
      this.#laidOut = {line, spans, text, starts: breaks(text, this.#columns)};
    }
    return this.#laidOut;
  }

  /** A line that was broken to be shown is whole where it is copied, without its number and time. */
  #copy(event) {
    const selection = document.getSelection();
    const rows = [...this.#drawn.values()].filter(row => selection.containsNode(row, true));
    if (rows.length < 2) {
      return;
    }
    const texts = rows.map(row => (row.dataset.part === undefined ? '\n' : '') + selectedText(row, selection));
    event.clipboardData.setData('text/plain', texts.join('').replace(/^\n/, ''));
    event.preventDefault();
  }
}

/** What is selected of a row's content. */
function selectedText(row, selection) {
  const content = row.querySelector('.content');
  const wanted = document.createRange();
  wanted.selectNodeContents(content);
  const chosen = selection.getRangeAt(0);
  if (content.contains(chosen.startContainer)) {
    wanted.setStart(chosen.startContainer, chosen.startOffset);
  }
  if (content.contains(chosen.endContainer)) {
    wanted.setEnd(chosen.endContainer, chosen.endOffset);
  }
  return wanted.toString();
}

const timeOf = at => {
  const date = new Date(at);
  return `${date.toTimeString().slice(0, 8)}.${String(date.getMilliseconds()).padStart(3, '0')}`;
};

/** Where a text stands within a part of a line: also where it only begins or ends there. */
function occurrences(text, query, from, to) {
  const found = [];
  const wanted = query.toLowerCase();
  const begin = Math.max(0, from - wanted.length);
  const near = text.slice(begin, to + wanted.length).toLowerCase();
  for (let at = near.indexOf(wanted); wanted !== '' && at >= 0; at = near.indexOf(wanted, at + wanted.length)) {
    found.push([begin + at, begin + at + wanted.length]);
  }
  return found;
}

/** What of the spans stands in a part of a line, cut where marks begin and end. */
function* pieces(spans, from, to, marks) {
  let start = 0;
  for (const {text, style} of spans) {
    const first = Math.max(from, start);
    const last = Math.min(to, start + text.length);
    const cuts = [...marks.flat().filter(at => first < at && at < last), last];
    for (let at = first, i = 0; at < last; at = cuts[i++]) {
      const marked = marks.some(([begin, end]) => begin <= at && at < end);
      yield {text: text.slice(at - start, cuts[i] - start), style, marked};
    }
    start += text.length;
  }
}

const FLAGS = ['bold', 'dim', 'italic', 'underline', 'strike'];

/** The text in its colours. They are set as properties: nothing of what a process writes is ever markup or style sheet. */
function styled({text, style, marked}, current) {
  const flags = FLAGS.filter(flag => style[flag]);
  // In reverse, what was not said is the page's own two colours.
  const bg = style.inverse ? style.fg ?? 'ink' : style.bg;
  const fg = legible(style.inverse ? style.bg ?? 'ground' : style.fg, bg);
  if (flags.length === 0 && fg === undefined && bg === undefined && !marked) {
    return text;
  }
  const made = make(marked ? 'mark' : 'span', flags.join(' '), text);
  made.toggleAttribute('data-current', marked && current);
  colour(made, 'fg', fg);
  colour(made, 'bg', bg);
  return made;
}

const isExact = colour => String(colour).startsWith('#');

/** The page's own colours are made for the page's own ground. On an exact one they give way to black or white, whichever is easier to read. */
function legible(fg, bg) {
  if (bg === 'ink') {
    return 'ground';
  }
  return isExact(bg) && !isExact(fg) ? blackOrWhite(bg) : fg;
}

function colour(made, name, value) {
  if (isExact(value)) {
    made.style.setProperty(`--${name}`, value);
    made.dataset[name] = 'exact';
  } else if (value !== undefined) {
    made.dataset[name] = value;
  }
}
