import { get } from 'node:https';

const timeoutMilliseconds = 30_000;
const maxBytes = 1024 * 1024;

/** GETs a JSON document over HTTPS. @throws {Error} unless the answer is 200 and JSON below 1 MiB */
export const fetchJson = (url: string, certificateAuthority: string | undefined): Promise<unknown> =>
  new Promise((resolve, reject) => {
    const fail = (why: string): void => reject(new Error(`get ${url}: ${why}`));
    const request = get(url, {
      headers: { accept: 'application/json' },
      timeout: timeoutMilliseconds,
      ...(certificateAuthority === undefined ? {} : { ca: certificateAuthority, allowPartialTrustChain: true }),
    });
    request.on('timeout', () => request.destroy(new Error('timed out')));
    request.on('error', ({ message }) => fail(message));
    request.on('response', (response) => {
      const chunks: Buffer[] = [];
      let size = 0;
      response.on('data', (chunk: Buffer) => {
        size += chunk.length;
        if (size > maxBytes) request.destroy(new Error(`more than ${maxBytes} bytes`));
        else chunks.push(chunk);
      });
      response.on('error', ({ message }) => fail(message));
      response.on('end', () => {
        if (response.statusCode !== 200) return fail(`status ${response.statusCode}`);
        try {
          resolve(JSON.parse(Buffer.concat(chunks).toString('utf8')));
        } catch {
          fail('not JSON');
        }
      });
    });
  });
