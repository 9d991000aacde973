// What a process writes, from its beginning, and what becomes of it.

import {Fanfare} from '../fanfare.js';
import {ConnectionPanel, element} from './connection.js';
import {Lines} from './lines.js';
import {Output, PROBED} from './output.js';
import {Search} from './search.js';
import {textOf} from './terminal.js';

const PROCESS = decodeURIComponent(location.pathname.split('/').at(-1));
const CHANNEL = `process:${PROCESS}`;
// How often who can't see it is told how much there is.
const TOLD_EVERY = 10_000;
const number = value => value.toLocaleString('en');
const lines = count => count === 1 ? '1 line' : `${number(count)} lines`;

/** What became of the process: its word, and whether that is good. */
function outcome({status, exitCode, signal, reason}) {
  switch (status) {
    case 'running': return ['Running', 'running'];
    case 'exited': return [exitCode === 0 ? 'Exited with 0' : `Exited with ${exitCode}`, exitCode === 0 ? 'succeeded' : 'failed'];
    case 'killed': return [`Killed by ${signal}`, 'failed'];
    case 'failed': return [`Could not be started: ${reason}`, 'failed'];
    default: return [String(status), 'unknown'];
  }
}

/** A length of time as people say it. */
function duration(milliseconds) {
  const seconds = Math.max(0, milliseconds) / 1_000;
  if (seconds < 60) {
    return `${seconds.toFixed(seconds < 10 ? 1 : 0)} s`;
  }
  const whole = Math.floor(seconds);
  const parts = [Math.floor(whole / 3_600), Math.floor(whole / 60) % 60, whole % 60];
  return parts[0] > 0 ? `${parts[0]} h ${parts[1]} min` : `${parts[1]} min ${parts[2]} s`;
}

const ICONS = {unknown: ['#f4b942', 'M12 20h1M20 20h1M28 20h1'], running: ['#f4b942', 'M15 11l14 9-14 9z'], succeeded: ['#58d29a', 'M11 21l6 6 12-14'], failed: ['#ff8d80', 'M13 13l14 14M27 13L13 27']};

/** The page's picture in its tab: whether it runs, has succeeded or failed. */
function showIcon(kind) {
  const [colour, path] = ICONS[kind];
  const svg = `<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 40 40'><rect width='40' height='40' rx='10' fill='#182038'/>`
      + `<path d='${path}' fill='${kind === 'running' ? colour : 'none'}' stroke='${colour}' stroke-width='4' stroke-linecap='round'/></svg>`;
  element('icon').href = `data:image/svg+xml,${encodeURIComponent(svg)}`;
}

const UNKNOWN = ['Not heard of yet', 'unknown'];

/** The process: when it began, and its last status. */
class ProcessStatus {
  #began;
  #ended;
  #word;
  #kind;

  constructor() {
    setInterval(() => this.#showTime(), 1_000);
    this.forget();
  }

  get ended() {
    return this.#ended !== undefined;
  }

  /** Something was written: so it runs, as far as one knows. */
  wrote(at) {
    this.#began ??= at;
    if (this.#kind === 'unknown') {
      [this.#word, this.#kind] = ['Running', 'running'];
      this.#show();
    }
  }

  /** What was heard of it was of another history. */
  forget() {
    this.#began = this.#ended = undefined;
    [this.#word, this.#kind] = UNKNOWN;
    this.#show();
  }

  became(status, at) {
    [this.#word, this.#kind] = outcome(status);
    if (status.status === 'running') {
      [this.#began, this.#ended] = [at, undefined];
    } else {
      this.#ended = at;
    }
    this.#show();
    element('progress').textContent = `${this.#word}.`;
  }

  #show() {
    element('status').dataset.status = this.#kind;
    element('status-word').textContent = this.#word;
    document.title = this.#kind === 'unknown' ? PROCESS : `${{running: '▶', succeeded: '✓', failed: '✗'}[this.#kind]} ${PROCESS}`;
    showIcon(this.#kind);
    this.#showTime();
  }

  #showTime() {
    const over = this.#ended ?? Date.now();
    element('status-time').textContent = this.#began === undefined ? ''
      : `${this.ended ? 'after' : 'for'} ${duration(over - this.#began)}`;
  }
}

/** The page: the client's subscription on one side, the lines on the other. */
class Page {
  #panel = new ConnectionPanel({
    connect: () => this.#connect(),
    disconnect: () => this.#fanfare.close(),
    present: token => this.#fanfare.state === 'connected' ? this.#fanfare.present(token) : null,
  });
  #status = new ProcessStatus();
  #lines = new Lines();
  #output = new Output(this.#lines);
  #search = new Search(this.#output);
  #fanfare;
  // Up to where all has come, so that another connection goes on there.
  #position;
  #missing = 0;
  #numbered = 0;
  #errors = 0;
  #heard = false;
  #telling = false;
  #toldAt = 0;

  constructor() {
    element('name').textContent = PROCESS;
    element('probe').textContent = '0'.repeat(PROBED);
    for (const option of ['errors', 'wrap', 'times']) {
      element(option).addEventListener('click', () => this.#toggle(option));
    }
    element('wrap').ariaPressed = 'true';
    this.#output.show({wrap: true});
    element('copy').hidden = navigator.clipboard === undefined;
    element('copy').addEventListener('click', () => this.#copy());
    element('download').addEventListener('click', () => this.#download());
    this.#connect();
  }

  #connect() {
    this.#fanfare?.close();
    const fanfare = new Fanfare(undefined, {token: this.#panel.token || undefined});
    this.#fanfare = fanfare;
    this.#failed();
    fanfare.on('state', status => this.#tellOf(fanfare, status));
    const subscription = fanfare.subscribe(CHANNEL, {recover: this.#position ?? 'oldest'});
    subscription.on('message', message => this.#receive(message));
    subscription.on('lost', lost => this.#lost(lost));
    subscription.on('error', error => this.#failed(error));
    subscription.on('state', state => state === 'subscribed' && this.#failed());
    subscription.ready.then(answer => this.#ready(answer), () => {
      // Told by the events.
    });
    this.#tellOf(fanfare, fanfare.status);
  }

  #tellOf(fanfare, status) {
    if (fanfare === this.#fanfare) {
      this.#panel.tell(status, fanfare.url);
    }
  }

  /** Told until it is over. That the connection is closed is told beside it. */
  #failed({code, message} = {code: 'closed'}) {
    element('failure').textContent = code === 'closed' ? '' : `${code}: ${message}`;
  }

  /** Without a history nothing is known of what was written before. */
  #ready({epoch}) {
    if (epoch === undefined && !this.#heard) {
      this.#note('Nothing is kept of this channel: what was written before this page was opened is not shown.');
    }
    this.#heard = true;
  }

  #receive(message) {
    this.#follow(message);
    const at = Date.parse(message.timestamp);
    if (message.type === 'process_output') {
      this.#status.wrote(at);
      this.#wrote(String(message.data), message.stream, at);
    } else if (message.type === 'process_status') {
      if (message.data.status === 'running' && this.#status.ended) {
        this.#note('The process was started again.');
      }
      this.#status.became(message.data, at);
    } else {
      this.#wrote(typeof message.data === 'string' ? message.data : JSON.stringify(message.data), 'stdout', at);
    }
    this.#tell();
  }

  /** Looks whether this message is the next one. */
  #follow({epoch, offset}) {
    if (offset === undefined) {
      return;
    }
    const another = this.#position !== undefined && this.#position.epoch !== epoch;
    if (another) {
      this.#startOver();
      this.#note('The relay has begun another history, which is shown from its beginning.');
    }
    const before = another ? undefined : this.#position;
    const expected = (before?.offset ?? 0) + 1;
    if (offset > expected) {
      this.#miss(offset - expected, before === undefined);
    }
    this.#position = {epoch, offset};
  }

  /** What the process has written before may be told once more. */
  #startOver() {
    this.#missing = this.#numbered = this.#errors = 0;
    this.#status.forget();
    this.#lines.clear();
    this.#output.clear();
    this.#search.again();
  }

  #miss(count, atBeginning) {
    this.#missing += count;
    this.#note(atBeginning
        ? `The first ${lines(count)} ${count === 1 ? 'is' : 'are'} missing: the relay does not keep that any more.`
        : `${lines(count)} ${count === 1 ? 'is' : 'are'} missing here.`);
  }

  /** Where the positions tell how much it was, the next message says so; else it is said now. */
  #lost({to}) {
    if (to === undefined) {
      this.#note('The connection was lost, and nothing is kept of this channel: some lines may be missing.');
    }
  }

  #wrote(text, stream, at) {
    this.#numbered++;
    this.#errors += stream === 'stderr' ? 1 : 0;
    this.#add({text, stream, at, number: this.#missing + this.#numbered});
  }

  #note(text) {
    this.#add({text, stream: 'note', at: Date.now()});
    this.#tell();
  }

  #add(line) {
    const added = this.#lines.add(line);
    this.#output.add(added);
    this.#search.add(added);
  }

  // What is told of it.

  /** Once a frame, however much has come. */
  #tell() {
    if (!this.#telling) {
      this.#telling = true;
      requestAnimationFrame(() => this.#tellNow());
    }
  }

  #tellNow() {
    this.#telling = false;
    element('empty').hidden = this.#lines.all.length > 0;
    element('count').textContent = [
      lines(this.#missing + this.#numbered),
      this.#missing > 0 ? `${number(this.#missing)} of them missing` : '',
      this.#errors > 0 ? `${number(this.#errors)} on standard error` : '',
      this.#lines.givenUp > 0 ? `the oldest ${number(this.#lines.givenUp)} are not kept by this page any more` : '',
    ].filter(part => part !== '').join(', ');
    if (performance.now() - this.#toldAt > TOLD_EVERY) {
      this.#toldAt = performance.now();
      element('progress').textContent = `${lines(this.#numbered)}.`;
    }
  }

  #toggle(option) {
    const button = element(option);
    const on = button.ariaPressed !== 'true';
    button.ariaPressed = String(on);
    this.#output.show({[option]: on});
    this.#search.again();
  }

  // Taking it along.

  #text() {
    return this.#output.lines.map(({stream, text}) => stream === 'note' ? `[${text}]` : textOf(text)).join('\n').concat('\n');
  }

  async #copy() {
    await navigator.clipboard.writeText(this.#text());
    element('progress').textContent = 'Copied.';
  }

  #download() {
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([this.#text()], {type: 'text/plain;charset=utf-8'}));
    link.download = `${PROCESS}.txt`;
    link.click();
    URL.revokeObjectURL(link.href);
  }
}

new Page();
