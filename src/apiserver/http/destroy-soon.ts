import type { Duplex } from 'node:stream';

/** How long the other side may take to close after the last byte. */
const lingerMilliseconds = 1000;

/** Destroys a connection on which everything is said, when the other side does not close it in time. */
export const destroySoon = (connection: Duplex): void => {
  const cut = setTimeout(() => connection.destroy(), lingerMilliseconds);
  cut.unref();
  connection.once('close', () => clearTimeout(cut));
};
