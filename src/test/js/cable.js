// What stands between a client and an instance: a network that can be cut, and one in which answers get lost.

import {once} from 'node:events';
import {connect, createServer} from 'node:net';

/** Carries TCP connections to a port. */
export class Cable {
  #server;
  #pairs = new Set();
  #cut = false;
  #mute = false;
  #refused = () => false;
  #path = '';

  static async to(t, {port}) {
    const cable = new Cable();
    cable.#server = createServer(near => cable.#carry(near, port)).listen(0, '127.0.0.1');
    await once(cable.#server, 'listening');
    cable.port = cable.#server.address().port;
    t.after(() => {
      cable.cut();
      cable.#server.close();
    });
    return cable;
  }

  get url() {
    return `http://127.0.0.1:${this.port}${this.#path}`;
  }

  /** Breaks what is there, and lets nobody through. */
  cut() {
    this.#cut = true;
    this.#pairs.forEach(pair => pair.forEach(socket => socket.destroy()));
  }

  mend() {
    this.#cut = this.#mute = false;
  }

  /** What the server says gets lost from now on. */
  mute() {
    this.#mute = true;
  }

  /** Connections whose request begins like this are refused, as some proxies do. */
  refuse(pattern) {
    this.#refused = head => pattern.test(head);
  }

  /** Has the instance below a path from now on, and nothing beside it. */
  mountAt(path) {
    this.#path = path;
    this.#refused = head => /^[A-Z]+ \//.test(head) && !head.split(' ')[1].startsWith(`${path}/`);
  }

  #carry(near, port) {
    if (this.#cut) {
      near.destroy();
      return;
    }
    const far = connect(port, '127.0.0.1');
    const pair = [near, far];
    this.#pairs.add(pair);
    const end = () => {
      this.#pairs.delete(pair);
      pair.forEach(socket => socket.destroy());
    };
    for (const socket of pair) {
      socket.on('error', end).on('close', end);
    }
    far.on('data', data => this.#mute || near.write(data));
    near.on('data', data => {
      const text = data.toString('latin1');
      if (this.#refused(text)) {
        near.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
      } else {
        far.write(text.replace(`${this.#path}/`, '/'), 'latin1');
      }
    });
  }
}
