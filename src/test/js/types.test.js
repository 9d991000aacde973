// What the client is to programs in TypeScript, and to npm.

import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import {readFileSync} from 'node:fs';
import {test} from 'node:test';
import {fileURLToPath} from 'node:url';
import * as client from '../../main/js/fanfare.js';

const at = fileURLToPath(new URL('.', import.meta.url));
const PACKAGE = fileURLToPath(new URL('../../main/js/', import.meta.url));
const types = readFileSync(`${PACKAGE}fanfare.d.ts`, 'utf8');
const run = (command, ...words) => {
  try {
    return execFileSync(command, words, {cwd: at, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe']});
  } catch (error) {
    throw new Error(`${command} ${words.join(' ')}\n${error.stdout}${error.stderr}`);
  }
};

for (const resolution of ['bundler', 'nodenext']) {
  test(`a program that uses all of the types is one, with moduleResolution ${resolution}`, () => {
    const module = resolution === 'bundler' ? 'esnext' : 'nodenext';
    run('node_modules/.bin/tsc', '--ignoreConfig', '--noEmit', '--strict', '--noUncheckedIndexedAccess', '--target', 'es2022', '--types', '',
      '--lib', 'es2022,dom,dom.iterable', '--module', module, '--moduleResolution', resolution, 'types.ts');
  });
}

test('the types tell what is there, and nothing else', () => {
  assert.deepEqual([...types.matchAll(/^export class (\w+)/gm)].map(([, name]) => name).sort(), Object.keys(client).sort());
  for (const name of ['Fanfare', 'Subscription']) {
    const body = new RegExp(`^export class ${name}\\b[^{]*{(.*?)^}`, 'ms').exec(types)[1];
    const told = [...body.matchAll(/^ {2}(?:readonly )?(\w+)[<(:]/gm)].map(([, member]) => member);
    // These are fields, which an object has and its prototype has not.
    const fields = {Fanfare: ['url'], Subscription: ['ready']}[name];
    const there = [...Object.getOwnPropertyNames(client[name].prototype), ...fields];
    assert.deepEqual([...new Set([...told, 'constructor'])].sort(), there.sort());
  }
});

test('the package holds what it needs and no more', () => {
  const [{files}] = JSON.parse(run('npm', 'pack', '--dry-run', '--json', '--loglevel', 'error', PACKAGE));
  assert.deepEqual(files.map(({path}) => path).sort(), ['README.md', 'fanfare.d.ts', 'fanfare.js', 'package.json']);
});

test('publint has nothing to say of the package', () => {
  run('node_modules/.bin/publint', 'run', PACKAGE, '--strict', '--pack', 'npm');
});
