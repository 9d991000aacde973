// The page on which one tries the relay out.

import {ChannelTalk} from './channels.js';
import {ConnectionPanel, element, make} from './connection.js';
import {Figures} from './figures.js';
import {EVERYBODY, Log} from './messages.js';
import {RawTalk} from './raw.js';

const {rawPath, rawEnabled} = document.documentElement.dataset;
// What was too big for the server goes back to the draft, to be made shorter.
const TOO_BIG = 1009;
const CHANNEL = /^[A-Za-z0-9_.:-]{1,256}$/;

/** What the fragment of the URL asks for: {mode, channels}, as `#raw` or `#channels=a,b`. */
function wantedView() {
  const list = /^#channels=(.*)$/.exec(location.hash)?.[1];
  if (list === undefined) {
    return {mode: rawEnabled === 'true' ? 'raw' : 'channels', channels: ['lobby']};
  }
  return {mode: 'channels', channels: list.split(',').map(decoded).filter(channel => CHANNEL.test(channel))};
}

function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** One view after the other: its talk, and the controls that stand for it. */
class Page {
  #log = new Log();
  #figures = new Figures();
  #panel = new ConnectionPanel({
    connect: () => this.#talk.connect(),
    disconnect: () => this.#talk.close(),
    present: token => this.#talk.present(token),
  });
  #talk = null;
  #view;
  #targetChosen = false;
  #lastSent = '';

  constructor() {
    element('raw-path').textContent = new URL(`.${rawPath}`, location.href).pathname;
    element('mode-raw').disabled = rawEnabled !== 'true';
    element('mode-raw').addEventListener('change', () => this.show({...this.#view, mode: 'raw'}));
    element('mode-channels').addEventListener('change', () => this.show({...this.#view, mode: 'channels'}));
    element('join').addEventListener('submit', event => this.#join(event));
    element('channel').addEventListener('input', () => this.#joinHint());
    element('target').addEventListener('change', () => { this.#targetChosen = true; });
    element('pause').addEventListener('click', () => this.#pause());
    element('fold').addEventListener('click', () => this.#fold());
    element('clear').addEventListener('click', () => this.#log.clear());
    element('latest').addEventListener('click', () => this.#log.toEnd());
    element('composer').addEventListener('submit', event => this.#send(event));
    element('draft').addEventListener('keydown', event => this.#keyDown(event));
    element('draft').addEventListener('input', () => this.#hint());
    element('format').addEventListener('change', () => this.#hint());
    window.addEventListener('hashchange', () => this.show(wantedView()));
  }

  show(view) {
    this.#talk?.stop();
    this.#view = view;
    const raw = view.mode === 'raw';
    element(raw ? 'mode-raw' : 'mode-channels').checked = true;
    element('about-raw').hidden = !raw;
    element('about-channels').hidden = raw;
    element('chips').hidden = raw;
    element('address').hidden = raw;
    this.#log.clear();
    this.#figures.roundTrip(null);
    const token = () => this.#panel.token;
    this.#talk = raw
        ? new RawTalk(rawPath, token, this.#listener())
        : new ChannelTalk(view.channels, token, this.#listener());
    this.#remember();
    this.#talk.connect();
  }

  #listener() {
    return {
      status: status => this.#statusChanged(status),
      channelsChanged: () => this.#channelsChanged(),
      roundTrip: milliseconds => this.#figures.roundTrip(milliseconds),
      message: message => {
        this.#figures.received();
        this.#log.add(message);
      },
    };
  }

  /** Keeps the view in the address, so that a link or a reload opens the same. */
  #remember() {
    const {mode, channels} = this.#view;
    history.replaceState(null, '', mode === 'raw' ? '#raw' : `#channels=${channels.join(',')}`);
  }

  #statusChanged(status) {
    if (status.state !== 'connected') {
      this.#figures.roundTrip(null);
    }
    if (status.code === TOO_BIG && element('draft').value === '') {
      element('draft').value = this.#lastSent;
    }
    this.#panel.tell(status, this.#talk.address);
    this.#hint();
  }

  // The channels.

  #join(event) {
    event.preventDefault();
    const input = element('channel');
    const names = input.value.split(',').map(name => name.trim()).filter(name => name !== '');
    const wrong = names.find(name => !CHANNEL.test(name));
    this.#joinHint(wrong);
    if (wrong === undefined) {
      names.filter(name => !this.#talk.channels.has(name)).forEach(name => this.#talk.subscribe(name));
      input.value = '';
      if (!this.#targetChosen && names.length > 0) {
        element('target').value = names.at(-1);
      }
    }
  }

  /** @param wrong a name that is none */
  #joinHint(wrong) {
    element('channel').ariaInvalid = String(wrong !== undefined);
    element('join-note').textContent =
        wrong === undefined ? '' : `“${wrong}” is no channel: a name has letters, digits and _ . : - only.`;
  }

  #leave(channel) {
    this.#talk.unsubscribe(channel);
    // The button that had the focus has gone.
    element('channel').focus();
  }

  #channelsChanged() {
    const {channels} = this.#talk;
    // Chips that stay are left where they are: one of them may have the focus.
    const chips = new Map([...element('chips').children].map(chip => [chip.dataset.channel, chip]));
    [...chips].filter(([channel]) => !channels.has(channel)).forEach(([, chip]) => chip.remove());
    channels.forEach((state, channel) => {
      const chip = chips.get(channel) ?? element('chips').appendChild(this.#chip(channel));
      chip.dataset.state = state;
    });
    if (this.#view.channels.join() !== [...channels.keys()].join()) {
      this.#view = {...this.#view, channels: [...channels.keys()]};
      this.#remember();
    }
    this.#offerTargets([...channels.keys(), EVERYBODY]);
  }

  #chip(channel) {
    const chip = make('li', '', '');
    chip.dataset.channel = channel;
    const button = make('button', '', '×');
    button.type = 'button';
    button.ariaLabel = `Unsubscribe from ${channel}`;
    button.addEventListener('click', () => this.#leave(channel));
    chip.append(make('span', '', channel), button);
    return chip;
  }

  #offerTargets(targets) {
    const select = element('target');
    const chosen = select.value;
    select.replaceChildren(...targets.map(target => new Option(target === EVERYBODY ? 'everybody' : target, target)));
    const kept = targets.includes(chosen);
    select.value = kept ? chosen : targets[0];
    this.#targetChosen &&= kept;
  }

  // Sending.

  #keyDown(event) {
    // While an input method composes, Enter takes its proposal.
    if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      element('composer').requestSubmit();
    }
  }

  #send(event) {
    event.preventDefault();
    const draft = element('draft');
    if (draft.value === '') {
      return;
    }
    const json = this.#json(draft.value);
    if (json === null) {
      this.#hint('This is no valid JSON.');
    } else if (this.#talk.publish({channel: element('target').value, text: draft.value, json})) {
      this.#figures.sent();
      this.#lastSent = draft.value;
      draft.value = '';
      this.#hint();
    }
  }

  /** The draft as JSON; null where it should be JSON and is not. The raw relay has no formats. */
  #json(text) {
    if (this.#view.mode === 'raw' || element('format').value === 'text') {
      return JSON.stringify(text);
    }
    try {
      JSON.parse(text);
      return text;
    } catch {
      return null;
    }
  }

  /** @param wrong what is wrong with the draft */
  #hint(wrong) {
    const connected = this.#talk.status.state === 'connected';
    element('send').ariaDisabled = String(!connected);
    element('draft').ariaInvalid = String(wrong !== undefined);
    element('hint').dataset.kind = wrong !== undefined ? 'error' : connected ? '' : 'reason';
    element('hint').textContent = wrong ?? (connected
        ? 'Enter sends, Shift+Enter begins a new line.'
        : 'Not connected: what you write stays here until you can send it.');
  }

  /** Puts the settings away, or gets them back: only a phone's window has the button. */
  #fold() {
    const settings = element('settings');
    const folded = settings.toggleAttribute('data-folded');
    element('fold').ariaExpanded = String(!folded);
  }

  #pause() {
    const button = element('pause');
    const paused = button.ariaPressed !== 'true';
    button.ariaPressed = String(paused);
    this.#log.pause(paused);
  }
}

new Page().show(wantedView());
