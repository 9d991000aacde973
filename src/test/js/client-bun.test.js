// The tests of the client in Bun, with the WebSocket and the fetch of its own.

import assert from 'node:assert/strict';
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {test} from 'node:test';
import {fileURLToPath} from 'node:url';

const bun = fileURLToPath(new URL('node_modules/.bin/bun', import.meta.url));
const at = fileURLToPath(new URL('.', import.meta.url));

for (const file of ['client.test.js', 'client-sse.test.js']) {
  test(`${file} passes in Bun`, {timeout: 600_000}, async () => {
    const tests = spawn(bun, ['test', '--timeout', '120000', `./${file}`], {cwd: at, stdio: ['ignore', 'pipe', 'pipe']});
    let output = '';
    tests.stdout.on('data', text => { output += text; });
    tests.stderr.on('data', text => { output += text; });
    const [code] = await once(tests, 'exit');
    assert.equal(code, 0, output);
  });
}
