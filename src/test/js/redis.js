// A Redis of the tests' own.

import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {createServer} from 'node:net';
import {createInterface} from 'node:readline';

/** A port that nobody listens to right now. */
export async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const {port} = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

/** Starts one that goes with the test. @returns its address */
export async function redis(t) {
  const port = await freePort();
  const process_ = spawn('redis-server', ['--port', port, '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'],
    {stdio: ['ignore', 'pipe', 'inherit']});
  const exit = once(process_, 'exit');
  t.after(async () => {
    process_.kill('SIGKILL');
    await exit;
  });
  await new Promise((resolve, reject) => {
    createInterface({input: process_.stdout}).on('line', line => line.includes('Ready to accept connections') && resolve());
    exit.then(() => reject(new Error('redis-server did not start')), reject);
  });
  return `redis://127.0.0.1:${port}`;
}
