import type { Readable } from 'node:stream';
import { bodyTooLarge } from '../../apimachinery/errors/api-errors.ts';
import { StatusError } from '../../apimachinery/errors/status-error.ts';

/** The largest body that is taken, as in kube-apiserver. */
export const maxBodyBytes = 3 * 2 ** 20;

/** Reads a request's body once. @throws StatusError RequestEntityTooLarge, BadRequest when the client goes away */
export const bodyReader = (stream: Readable, contentLength: string | undefined): (() => Promise<Uint8Array>) => {
  let reading: Promise<Uint8Array> | undefined;
  const read = (): Promise<Uint8Array> =>
    new Promise((resolve, reject) => {
      const gone = (): void => reject(new StatusError('BadRequest', 'read the request body: the client went away'));
      // Who went before anybody read says nothing more.
      if (stream.destroyed) return gone();
      if (Number(contentLength ?? 0) > maxBodyBytes) return reject(bodyTooLarge(maxBodyBytes));
      const chunks: Buffer[] = [];
      let size = 0;
      stream.on('data', (chunk: Buffer) => {
        size += chunk.length;
        if (size > maxBodyBytes) reject(bodyTooLarge(maxBodyBytes));
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
