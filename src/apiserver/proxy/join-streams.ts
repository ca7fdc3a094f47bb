import type { Duplex } from 'node:stream';

/** How long one side may take to read what is left once the other is done. */
const lingerMilliseconds = 10_000;

/** Passes bytes both ways, no faster than they are read, until either side is done. Resolves when both are closed. Never rejects. */
export const joinStreams = (one: Duplex, other: Duplex): Promise<void> =>
  new Promise((resolve) => {
    let open = 2;
    let over = false;
    const finish = (): void => {
      if (over) return;
      over = true;
      const cut = setTimeout(() => {
        one.destroy();
        other.destroy();
      }, lingerMilliseconds);
      cut.unref();
      one.unpipe(other);
      other.unpipe(one);
      for (const side of [one, other]) {
        if (!side.writableEnded) side.end();
        side.resume();
      }
    };
    for (const [from, to] of [
      [one, other],
      [other, one],
    ] as const) {
      from.on('error', () => from.destroy());
      from.once('end', finish);
      from.once('close', () => {
        finish();
        if (to.writableLength === 0) to.destroy();
        open -= 1;
        if (open === 0) resolve();
      });
      from.pipe(to);
    }
    if (one.destroyed) other.destroy();
    if (other.destroyed) one.destroy();
    if (one.destroyed && other.destroyed) resolve();
  });
