import { Worker } from 'node:worker_threads';
import { tooLarge } from '../../apimachinery/errors/api-errors.ts';
import { parseJson } from '../../apimachinery/json/exact-json.ts';
import { decodeJsonInYaml, decodeYaml, YamlSyntaxError, type DecodedYaml } from '../../apimachinery/yaml/decode-yaml.ts';
import type { YamlAnswer } from './yaml-thread.ts';

/** Parsing takes seconds for each megabyte of the worst: what is longer than this is parsed beside the requests of others. */
const longBytes = 64 * 1024;
const maxMilliseconds = 20_000;
const maxHeapMegabytes = 768;

const here = import.meta.url;
/** Sources run with a loader, as tests do, have no script that a thread could run: they parse where they are. */
const script = here.endsWith('.js') ? new URL('./yaml-thread.js', here) : undefined;

const inThread = (bytes: Uint8Array, url: URL): Promise<DecodedYaml> =>
  new Promise((resolve, reject) => {
    const worker = new Worker(url, { name: 'yaml', workerData: bytes, resourceLimits: { maxOldGenerationSizeMb: maxHeapMegabytes } });
    const end = (): void => {
      clearTimeout(timer);
      void worker.terminate();
    };
    const refuse = (): void => {
      reject(tooLarge('the YAML takes too long or too much memory to parse'));
      end();
    };
    const timer = setTimeout(refuse, maxMilliseconds);
    worker.once('message', (answer: YamlAnswer) => {
      if ('error' in answer) reject(new YamlSyntaxError(answer.error));
      else resolve({ value: parseJson(answer.json), duplicateKeys: answer.duplicateKeys });
      end();
    });
    worker.once('error', refuse);
  });

/** One after the other: threads are heavy, and so is what they do. */
let last: Promise<unknown> = Promise.resolve();

/**
 * A body of YAML, or of JSON, which YAML includes. Long YAML is parsed in a thread of its own.
 * @throws {YamlSyntaxError}, StatusError RequestEntityTooLarge
 */
export const decodeYamlBody = (bytes: Uint8Array): DecodedYaml | Promise<DecodedYaml> => {
  if (bytes.length <= longBytes || !script) return decodeYaml(bytes);
  const json = decodeJsonInYaml(bytes);
  if (json) return json;
  const url = script;
  const decoded = last.then(() => inThread(bytes, url));
  last = decoded.catch(() => {});
  return decoded;
};
