import type { Readable } from 'node:stream';
import { bodyTooLarge } from '../../apimachinery/errors/api-errors.ts';
import { StatusError } from '../../apimachinery/errors/status-error.ts';

/** The largest body that is taken, as in kube-apiserver. */
export const maxBodyBytes = 3 * 2 ** 20;

/** Undefined for a body of so many bytes that is taken. */
export const tooLarge = (bytes: number | undefined): StatusError | undefined =>
  bytes !== undefined && bytes > maxBodyBytes ? bodyTooLarge(maxBodyBytes) : undefined;

export const clientWentAway = (): StatusError => new StatusError('BadRequest', 'read the request body: the client went away');

/** Reads a request's body once. @throws StatusError RequestEntityTooLarge, BadRequest when the client goes away */
export const bodyReader = (stream: Readable, contentLength: string | undefined): (() => Promise<Uint8Array>) => {
  let reading: Promise<Uint8Array> | undefined;
  const read = (): Promise<Uint8Array> =>
    new Promise((resolve, reject) => {
      const gone = (): void => reject(clientWentAway());
      // Who went before anybody read says nothing more.
      if (stream.destroyed) return gone();
      const declared = tooLarge(Number(contentLength ?? 0));
      if (declared) return reject(declared);
      const chunks: Buffer[] = [];
      let size = 0;
      stream.on('data', (chunk: Buffer) => {
        size += chunk.length;
        const error = tooLarge(size);
        if (error) reject(error);
        else chunks.push(chunk);
      });
      let ended = false;
      stream.on('end', () => {
        ended = true;
        resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks));
      });
      const broken = (): void => {
        if (!ended) gone();
      };
      stream.on('error', broken);
      stream.on('close', broken);
    });
  return () => (reading ??= read());
};
