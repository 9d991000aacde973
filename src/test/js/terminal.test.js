// How lines are read, kept and broken where the output of a process is shown: without a page.

import assert from 'node:assert/strict';
import {test} from 'node:test';

const PAGES = new URL('../../main/resources/dev/fanfare/http/pages/', import.meta.url);
const {PLAIN, read, textOf} = await import(new URL('terminal.js', PAGES));
const {breaks, Lines, Rows} = await import(new URL('lines.js', PAGES));

const E = '\x1b[';
/** The spans of a line, as text and what was said of it. */
const spans = (line, style = PLAIN) => read(line, style).spans
  .map(({text, style: {...told}}) => [text, JSON.parse(JSON.stringify(told))]);

test('text without controls is one span', () => {
  assert.deepEqual(spans('a <b>b</b>'), [['a <b>b</b>', {}]]);
});

test('SGR sets and resets colours and the like', () => {
  assert.deepEqual(spans(`${E}1;31mred${E}22;39m plain ${E}3;4;9mall${E}23m${E}24m${E}29m none`), [
    ['red', {bold: true, fg: 1}], [' plain ', {}], ['all', {italic: true, underline: true, strike: true}], [' none', {}],
  ]);
  assert.deepEqual(spans(`${E}7;2ma${E}mb`), [['a', {inverse: true, dim: true}], ['b', {}]]);
});

test('sixteen colours, bright ones too, in front and behind', () => {
  assert.deepEqual(spans(`${E}97;100ma${E}37;47mb${E}39;49mc`), [['a', {fg: 15, bg: 8}], ['b', {fg: 7, bg: 7}], ['c', {}]]);
});

test('256 colours and direct ones, with semicolons and with colons', () => {
  const told = parameters => spans(`${E}${parameters}mx`)[0][1];
  assert.deepEqual(told('38;5;9'), {fg: 9});
  assert.deepEqual(told('38;5;208'), {fg: '#ff8700'});
  assert.deepEqual(told('48;5;232'), {bg: '#080808'});
  assert.deepEqual(told('38;2;1;2;255;1'), {fg: '#0102ff', bold: true});
  assert.deepEqual(told('38:2::1:2:255'), {fg: '#0102ff'});
  assert.deepEqual(told('38:2:1:2:255;4'), {fg: '#0102ff', underline: true});
  assert.deepEqual(told('58;5;3;1'), {bold: true}, 'the colour of an underline takes its own parameters along');
});

test('what is no colour is none', () => {
  for (const parameters of ['38', '38;5', '38;5;256', '38;2;1;2', '38;2;1;2;256', '38;9;1', '999', '1234567890123456789']) {
    const {fg} = read(`${E}${parameters}mx`, PLAIN).spans[0].style;
    assert.equal(fg, undefined, parameters);
  }
});

test('the style at the end of a line is that of the next', () => {
  const {style} = read(`${E}31mred`, PLAIN);
  assert.deepEqual(spans('still', style), [['still', {fg: 1}]]);
});

test('other control sequences are left out, whole or broken off', () => {
  const lines = [
    `a${E}2Kb`, `a${E}?25lb`, 'a\x1b]0;title\x07b', 'a\x1b]8;;https://example.org\x1b\\b', 'a\x1b(Bb', 'a\x1b7b', 'a\x00\x07b', 'a\x9b31mb',
    'a\x1bPq#0\x1b\\b', `ab${E}`, `ab${E}31`, 'ab\x1b', 'ab\x1b]0;title', 'a\x7fb',
  ];
  for (const line of lines) {
    assert.equal(textOf(line), line === `a${E}2Kb` ? ' b' : 'ab', JSON.stringify(line));
  }
});

test('a carriage return goes back to overwrite what was there', () => {
  assert.equal(textOf(' 10%\r 50%\r100%'), '100%');
  assert.equal(textOf('long line\rshort'), 'shortline');
  assert.equal(textOf(`long line\rshort${E}K`), 'short');
  assert.equal(textOf('with its end\r'), 'with its end');
  assert.equal(textOf('ab\bc'), 'ac');
  assert.deepEqual(spans(`${E}32mgreen\rred`), [['redgreen'.slice(0, 5).replace('redgr', 'reden'), {fg: 2}]]);
});

test('a tab goes to the next eighth column', () => {
  assert.equal(textOf('\ta\tb'), '        a       b');
  assert.equal(textOf('1234567\tb\rx'), 'x234567 b');
});

test('however a line is made, to read it takes no longer than its length', () => {
  const long = 200_000;
  for (const piece of ['\x1b[', '\x1b]', `${E}31m`, '\x1bP', `${E};`, '\r', '\t', `${E}9999C`, `${E}K`, `${E}2K\r`, `a${E}1K`]) {
    const line = piece.repeat(long / piece.length / 10);
    const begun = performance.now();
    read(line, PLAIN);
    // Some 50 ms at most on an idle machine; what grows with the square takes minutes.
    assert.ok(performance.now() - begun < 10_000, JSON.stringify(piece));
  }
});

test('lines are broken after so many columns, of which wide characters take two', () => {
  assert.deepEqual(breaks('', 4), [0]);
  assert.deepEqual(breaks('abcd', 4), [0]);
  assert.deepEqual(breaks('abcdefghi', 4), [0, 4, 8]);
  assert.deepEqual(breaks('日本語', 4), [0, 2]);
  assert.deepEqual(breaks('a日本語', 4), [0, 2]);
  assert.deepEqual(breaks('😀😀😀', 4), [0, 4]);
  assert.deepEqual(breaks('äöüß€', 4), [0, 4]);
  assert.deepEqual(breaks('endless', Infinity), [0]);
});

const line = text => ({stream: 'stdout', text, number: 1, at: 0});

test('the newest lines are kept, as many as are allowed, and how many were given up is known', () => {
  const lines = new Lines(16, 1_000);
  for (let i = 0; i < 100; i++) {
    lines.add(line(`line ${i}`));
  }
  assert.ok(lines.all.length <= 16 && lines.all.length >= 15, `${lines.all.length}`);
  assert.equal(lines.all.at(-1).text, 'line 99');
  assert.equal(lines.givenUp, 100 - lines.all.length);
  assert.equal(lines.all[0].sequence, lines.givenUp);
});

test('the newest characters are kept, and one line in any case', () => {
  const lines = new Lines(1_000, 160);
  for (let i = 0; i < 20; i++) {
    lines.add(line('x'.repeat(20)));
  }
  assert.ok(lines.all.length <= 8, `${lines.all.length}`);
  lines.add(line('y'.repeat(1_000)));
  assert.deepEqual(lines.all.map(({text}) => text.length), [1_000]);
});

test('each stream has colours of its own, which go on in its next line', () => {
  const lines = new Lines();
  const add = (stream, text) => lines.add({...line(text), stream}).style.fg;
  assert.equal(add('stdout', `${E}31mred`), undefined);
  assert.equal(add('stderr', 'plain'), undefined);
  assert.equal(add('stdout', `still${E}0m`), 1);
  assert.equal(add('stdout', 'plain'), undefined);
});

test('rows find their line, and lines their row, also when the first are gone', () => {
  const lines = new Lines();
  const rows = new Rows(10);
  ['short', 'x'.repeat(25), '', `${E}31m${'y'.repeat(10)}`].forEach(text => rows.push(lines.add(line(text))));
  assert.deepEqual([rows.first, rows.end], [0, 6]);
  const at = row => [rows.at(row).line.sequence, rows.at(row).part];
  assert.deepEqual([0, 1, 2, 3, 4, 5].map(at), [[0, 0], [1, 0], [1, 1], [1, 2], [2, 0], [3, 0]]);
  assert.deepEqual([0, 1, 2, 3].map(sequence => rows.rowOf(sequence)), [0, 1, 4, 5]);
  rows.dropBefore(2);
  assert.deepEqual([rows.first, rows.end], [4, 6]);
  assert.deepEqual(at(4), [2, 0]);
  rows.dropBefore(10);
  assert.deepEqual([rows.first, rows.end], [6, 6]);
  assert.equal(rows.rowOf(3), 6);
});
