import type { MessagePort } from 'node:worker_threads';

/** Sends what one turn of the event loop has gathered as one message: waking the other thread costs more than what most messages carry. */
export const createOutbox = <Message>(port: Pick<MessagePort, 'postMessage'>): ((message: Message) => void) => {
  let gathered: Message[] = [];
  const flush = (): void => {
    const messages = gathered;
    gathered = [];
    port.postMessage(messages);
  };
  return (message) => {
    if (gathered.length === 0) setImmediate(flush);
    gathered.push(message);
  };
};

/** Bytes in memory of their own: a view would take along the whole memory that it looks into. */
export const ownBytes = (bytes: Uint8Array): Uint8Array => (bytes.length === bytes.buffer.byteLength ? bytes : new Uint8Array(bytes));
