import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { createHeldAnswers } from './held-answers.ts';

const mebibyte = 2 ** 20;
const answer = (reader: string, ...pieces: Uint8Array[]) => ({ status: 200, headers: {}, body: pieces, reader });
const start = () => {
  const clock = { now: 0 };
  const held = createHeldAnswers(4 * mebibyte, () => clock.now);
  const askAs = (reader: string, ...pieces: Uint8Array[]) => {
    const stream = new PassThrough();
    return { stream, status: held.admit(answer(reader, ...pieces), stream).response.status };
  };
  return { clock, askAs, ask: (...pieces: Uint8Array[]) => askAs('anna', ...pieces) };
};
const fresh = (): Uint8Array => new Uint8Array(2 * mebibyte);

test('there is room for so much, and again when readers are done', async () => {
  const { ask } = start();
  const [first, second, third] = [ask(fresh()), ask(fresh()), ask(fresh())];
  expect([first.status, second.status, third.status]).toEqual([200, 200, 429]);
  const closed = new Promise((resolve) => first.stream.once('close', resolve));
  first.stream.destroy();
  await closed;
  expect(ask(fresh()).status).toBe(200);
});

test('what many read at once counts once, and what is small not at all', () => {
  const { ask } = start();
  const shared = fresh();
  for (let i = 0; i < 100; i++) expect(ask(shared).status).toBe(200);
  for (let i = 0; i < 100; i++) expect(ask(new Uint8Array(1000)).status).toBe(200);
});

test('an answer alone has room, however large', () => {
  expect(start().ask(new Uint8Array(8 * mebibyte)).status).toBe(200);
});

test('readers that take nothing give way to others', () => {
  const { ask, clock } = start();
  const [first, second] = [ask(fresh()), ask(fresh())];
  expect(ask(fresh()).status).toBe(429);
  clock.now = 6000;
  expect(ask(fresh()).status).toBe(200);
  expect([first.stream.destroyed, second.stream.destroyed]).toEqual([true, false]);
});

test('whoever holds everything gives way to one who holds little', () => {
  const { ask, askAs } = start();
  const [first, second] = [ask(fresh()), ask(fresh())];
  expect(askAs('bob', new Uint8Array(1.5 * mebibyte)).status).toBe(200);
  expect([first.stream.destroyed, second.stream.destroyed]).toEqual([true, false]);
  expect(ask(fresh()).status).toBe(429);
  expect(askAs('bob', fresh()).status).toBe(429);
});
