import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { bodyReader } from './read-body.ts';

test('a client that went away before anybody read is not waited for', async () => {
  const stream = new PassThrough();
  const closed = new Promise((resolve) => stream.once('close', resolve));
  stream.destroy();
  await closed;
  await expect(bodyReader(stream, undefined)()).rejects.toMatchObject({ reason: 'BadRequest' });
});
