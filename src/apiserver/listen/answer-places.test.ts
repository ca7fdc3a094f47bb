import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { createAnswerPlaces } from './answer-places.ts';
import { createHeldAnswers } from './held-answers.ts';

const mebibyte = 2 ** 20;
const start = () => {
  const places = createAnswerPlaces(
    createHeldAnswers(8 * mebibyte, () => 0),
    4 * mebibyte,
  );
  const made: string[] = [];
  /** A list: its answer is made when there is room, and handed over when `done` is called. */
  const list = (owner: string, bytes: number, { what = '/list', isWanted = true } = {}) => {
    const place = places.place(owner);
    const stream = new PassThrough();
    const entered = place
      .enter(what, 'anna', () => isWanted)
      .then(
        () => void made.push(owner),
        (error: Error) => void made.push(`${owner}: ${error.message}`),
      );
    const done = (): number => place.admit({ status: 200, headers: {}, body: new Uint8Array(bytes), reader: 'anna' }, stream).status;
    return { entered, done, stream, leave: place.leave };
  };
  return { list, made };
};
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const refusal = 'Too many requests, please try again later.';

test('as long as nobody knows how large it is, one is made after the other, owner by owner', async () => {
  const { list, made } = start();
  const lists = [list('a', 100), list('a', 100), list('b', 100)];
  await settle();
  expect(made).toEqual(['a']);
  lists[0]!.done();
  await settle();
  expect(made).toEqual(['a', 'a']);
  lists[1]!.leave();
  await settle();
  expect(made).toEqual(['a', 'a', 'b']);
});

test('those that are known to be small need no room', async () => {
  const { list, made } = start();
  const first = list('a', 100);
  await first.entered;
  first.done();
  for (const owner of ['b', 'c', 'd']) list(owner, 100);
  await settle();
  expect(made).toEqual(['a', 'b', 'c', 'd']);
});

test('large ones are made as many at a time as fit, and none that could not be held until it is read', async () => {
  const { list, made } = start();
  const first = list('a', 3 * mebibyte);
  await first.entered;
  expect(first.done()).toBe(200);
  const [second, third] = [list('b', 3 * mebibyte), list('c', 3 * mebibyte)];
  await settle();
  expect(made).toEqual(['a', 'b']);
  expect(second.done()).toBe(200);
  await settle();
  expect(made).toEqual(['a', 'b', `c: ${refusal}`]);
  const closed = new Promise((resolve) => first.stream.once('close', resolve));
  first.stream.destroy();
  await closed;
  third.leave();
  await list('d', 3 * mebibyte).entered;
  expect(made.at(-1)).toBe('d');
});

test('whoever has gone meanwhile is not worked for', async () => {
  const { list, made } = start();
  const first = list('a', 100);
  list('b', 100, { isWanted: false });
  await settle();
  first.leave();
  await settle();
  expect(made).toEqual(['a', `b: ${refusal}`]);
});

test('one that takes long does not hold up others', async () => {
  const { list } = start();
  await list('a', 100).entered;
  await list('b', 100).entered;
});
