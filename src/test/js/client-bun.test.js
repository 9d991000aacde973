// The client in Bun, whose WebSocket and fetch are its own: those tests in which they matter.

import assert from 'node:assert/strict';
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {describe, test} from 'node:test';
import {fileURLToPath} from 'node:url';

const bun = fileURLToPath(new URL('node_modules/.bin/bun', import.meta.url));
const at = fileURLToPath(new URL('.', import.meta.url));
const WHICH = {
  'client.test.js': [
    'three lines do', 'when an instance is killed', 'a server that stands still', 'an open session takes another token',
    'signals abort', 'where WebSockets are blocked',
  ],
  'client-sse.test.js': ['three lines do', 'a channel that is refused', 'when an instance is killed'],
};

describe('the client in Bun', {concurrency: true}, () => Object.entries(WHICH).forEach(([file, names]) => {
  test(`${file} passes in Bun`, {timeout: 240_000}, async () => {
    const command = ['test', '--timeout', '120000', '--test-name-pattern', `^(${names.join('|')})`, `./${file}`];
    const tests = spawn(bun, command, {cwd: at, stdio: ['ignore', 'pipe', 'pipe']});
    let output = '';
    tests.stdout.on('data', text => { output += text; });
    tests.stderr.on('data', text => { output += text; });
    const [code] = await once(tests, 'exit');
    assert.equal(code, 0, output);
    assert.equal(output.match(/^\(pass\)/gm)?.length, names.length, output);
  });
}));
