import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';

/** PEM from inline base64 data, else from a file beside the kubeconfig; undefined when neither is given. */
export const readPem = async (data: string | undefined, file: string | undefined, directory: string): Promise<string | undefined> => {
  if (data) return Buffer.from(data, 'base64').toString('utf8');
  return file ? readFile(resolve(directory, file), 'utf8') : undefined;
};
