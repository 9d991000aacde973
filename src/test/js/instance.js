// An instance of Fanfare in a process of its own, as its users start it.

import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {mkdtempSync, renameSync, rmSync, statSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {createInterface} from 'node:readline';
import {fileURLToPath} from 'node:url';

const JAR = fileURLToPath(new URL('../../../target/fanfare.jar', import.meta.url));
const JAVA = process.env.JAVA_HOME ? join(process.env.JAVA_HOME, 'bin', 'java') : 'java';
// A short life: what makes a JVM fast in the long run only delays its start.
const OPTIONS = ['-Xmx256m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'];
// The classes of an instance, as the JVM has them once they are loaded: with them one starts in half the time.
const ARCHIVE = fileURLToPath(new URL('../../../target/test-instance.jsa', import.meta.url));
const LISTENING = /listening url=wss?:\/\/\S+?:(\d+) metrics=\S+?:(\d+)/;

/** Those that run: a test that fails may not get to stop its own. */
const running = new Set();
process.once('exit', () => running.forEach(child => child.kill('SIGKILL')));

let archived;

/** A process that runs target/fanfare.jar; whoever starts it stops it. */
export class Instance {
  #process;
  #exit;
  #file;

  /** Makes the archive, unless there is one of this jar. Two at once make two, of which the last stays. */
  static async #archive() {
    const made = statSync(ARCHIVE, {throwIfNoEntry: false})?.mtimeMs ?? 0;
    if (made < statSync(JAR).mtimeMs) {
      const instance = new Instance();
      await instance.#start({}, [`-XX:ArchiveClassesAtExit=${ARCHIVE}.${process.pid}`, '-Xlog:cds*=off']);
      await instance.stop();
      renameSync(`${ARCHIVE}.${process.pid}`, ARCHIVE);
    }
  }

  /**
   * Starts it on the loopback address, and waits until it takes connections.
   *
   * @param settings such as {'server.port': 1234}, over the defaults; without one the port is any that is free
   */
  static async start(settings = {}) {
    await (archived ??= Instance.#archive());
    const instance = new Instance();
    await instance.#start(settings, [`-XX:SharedArchiveFile=${ARCHIVE}`, '-Xshare:auto', '-Xlog:cds*=off,class+path*=off']);
    return instance;
  }

  async #start(settings, archive) {
    const directory = mkdtempSync(join(tmpdir(), 'fanfare-'));
    this.#file = join(directory, 'fanfare.yaml');
    this.configure(settings);
    const command = [...OPTIONS, ...archive, '-jar', JAR, 'serve', '--config-file', this.#file];
    this.#process = spawn(JAVA, command, {stdio: ['ignore', 'pipe', 'inherit']});
    running.add(this.#process);
    this.#exit = once(this.#process, 'exit').finally(() => {
      running.delete(this.#process);
      rmSync(directory, {recursive: true});
    });
    const output = [];
    const listening = new Promise((resolve, reject) => {
      createInterface({input: this.#process.stdout}).on('line', line => {
        output.push(line);
        const ports = LISTENING.exec(line);
        if (ports) {
          resolve(ports.slice(1).map(Number));
        }
      });
      this.#exit.then(() => reject(new Error(`The instance did not start:\n${output.join('\n')}`)), reject);
    });
    [this.port, this.metricsPort] = await listening;
  }

  /** Writes its configuration, which it reads at its start, and again when it has changed. */
  configure(settings) {
    // JSON is YAML, and dots in keys are as good as sections. What is renamed is never seen by half.
    writeFileSync(`${this.#file}.new`, JSON.stringify({
      'server.host': '127.0.0.1', 'server.port': 0, 'server.event-loops': 2,
      'metrics.host': '127.0.0.1', 'metrics.port': 0, ...settings,
    }));
    renameSync(`${this.#file}.new`, this.#file);
  }

  get url() {
    return `http://127.0.0.1:${this.port}`;
  }

  get webSocketUrl() {
    return `ws://127.0.0.1:${this.port}`;
  }

  /** Lets it stand still, as on a machine that has run out of everything. */
  freeze() {
    this.#process.kill('SIGSTOP');
  }

  thaw() {
    this.#process.kill('SIGCONT');
  }

  /** Sends SIGTERM or another signal, and waits until it has ended. */
  async stop(signal = 'SIGTERM') {
    this.#process.kill(signal);
    await this.#exit;
  }
}
