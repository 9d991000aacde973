// What both pages tell of their connection, and the token that it is made with.

export const element = id => document.getElementById(id);

/** A new element; text stays text, whatever markup it has. */
export const make = (name, className, text) => {
  const made = document.createElement(name);
  made.className = className;
  made.textContent = text;
  return made;
};

export const TOKEN_EXPIRED = 4002;
export const DISCONNECTED = 4500;
export const NOT_AUTHORISED = 4501;

// What HTTP says where a handshake is refused.
export const UNAUTHORISED = 401;
export const FORBIDDEN = 403;

// What a close code of the server's own means for who reads it, beside the reason that came with it.
const ADVICE = new Map([
  [TOKEN_EXPIRED, 'Use another token to connect again'],
  [DISCONNECTED, 'An operator ended this session'],
  [NOT_AUTHORISED, 'What let this session in does so no more'],
]);

const WORDS = {connecting: 'Connecting', connected: 'Connected', closed: 'Closed'};

/** The state of a connection in the head of a page, and beside it the words for it, the switch, and the token. */
export class ConnectionPanel {
  #handlers;
  #status = {state: 'closed'};
  #address = '';
  // The credential stands here and in its field, and goes with the page.
  #token = '';
  #countdown = 0;

  /**
   * @param handlers connect(), with the token that is the panel's now; disconnect(); and present(token), which shows another token
   *     on the open session and gives the promise of its answer, or null where there is none that can
   */
  constructor(handlers) {
    this.#handlers = handlers;
    element('switch').addEventListener('click', () => this.#switch());
    element('present').addEventListener('submit', event => this.#use(event));
    element('token').addEventListener('input', () => this.#tellOfToken(''));
    element('reveal').addEventListener('click', () => this.#reveal());
    window.addEventListener('offline', () => this.#show());
  }

  /** An empty text where there is none. */
  get token() {
    return this.#token;
  }

  /** @param status as the JavaScript client has it; @param address what it is of */
  tell(status, address) {
    this.#status = status;
    this.#address = address;
    clearInterval(this.#countdown);
    if (status.state === 'disconnected') {
      this.#countdown = setInterval(() => this.#show(), 250);
    }
    if ([TOKEN_EXPIRED, NOT_AUTHORISED].includes(status.code)) {
      this.#tellOfToken('');
      this.#token = element('token').value = '';
      element('credential').open = true;
    }
    if (status.code === UNAUTHORISED) {
      element('credential').open = true;
    }
    this.#show();
    element('announcement').textContent = `${this.#word()}. ${this.#detail()}`;
  }

  #show() {
    const {state} = this.#status;
    element('state').dataset.state = state === 'disconnected' ? 'waiting' : state;
    element('state').textContent = this.#word();
    element('detail').textContent = this.#detail();
    element('switch').textContent = {disconnected: 'Connect now', closed: 'Connect'}[state] ?? 'Disconnect';
  }

  #word() {
    const {state, until} = this.#status;
    return WORDS[state] ?? `Waiting ${Math.max(0, Math.ceil((until - Date.now()) / 1_000))} s`;
  }

  #detail() {
    const {state, code, reason, opened} = this.#status;
    if (state === 'connecting' || state === 'connected') {
      return this.#address + (this.#token === '' ? '' : ' with a token');
    }
    const offline = state === 'disconnected' && !navigator.onLine;
    if (code === UNAUTHORISED) {
      return this.#token === '' ? 'Not let in: a token is needed.' : 'Not let in: that token is not accepted.';
    }
    if (code === FORBIDDEN) {
      return `Not let in: ${reason}.`;
    }
    if (opened === false && !offline) {
      return `Not connected: ${reason || 'no answer'}.`;
    }
    const words = reason || (code === 1006 ? 'no connection' : '');
    const end = code === undefined ? words : `Closed with ${code}${words && `: ${words}`}`;
    const advice = offline ? 'You are offline' : ADVICE.get(code);
    return advice === undefined ? `${end}.` : `${end}. ${advice}.`;
  }

  #switch() {
    if (['connecting', 'connected'].includes(this.#status.state)) {
      this.#handlers.disconnect();
    } else {
      this.#connect();
    }
  }

  #typedToken() {
    return element('token').value.trim();
  }

  #connect() {
    this.#token = this.#typedToken();
    this.#tellOfToken('');
    this.#handlers.connect();
  }

  /** A session that can goes on with another token; else there is another session. */
  #use(event) {
    event.preventDefault();
    const token = this.#typedToken();
    const presented = token === '' || token === this.#token ? null : this.#handlers.present(token);
    if (presented === null) {
      this.#connect();
    } else {
      presented.then(() => this.#accepted(token), () => this.#refused());
    }
  }

  #accepted(token) {
    this.#token = token;
    this.#show();
    this.#tellOfToken('This session goes on with that token.');
  }

  #refused() {
    this.#tellOfToken(
        'Not accepted: this session goes on as it was. To begin another one with that token, disconnect first.', false);
  }

  #tellOfToken(words, accepted = true) {
    element('token').ariaInvalid = String(!accepted);
    element('token-note').dataset.kind = accepted ? '' : 'error';
    element('token-note').textContent = words;
  }

  #reveal() {
    const button = element('reveal');
    const shown = button.ariaPressed !== 'true';
    button.ariaPressed = String(shown);
    element('token').type = shown ? 'text' : 'password';
  }
}
