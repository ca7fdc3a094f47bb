import { parentPort, workerData } from 'node:worker_threads';
import { encodeJson } from '../../apimachinery/json/exact-json.ts';
import { decodeYaml } from '../../apimachinery/yaml/decode-yaml.ts';

/** What the thread answers: the value as JSON, which is read faster than it is copied; or why there is none. */
export type YamlAnswer = { readonly json: string; readonly duplicateKeys: string[] } | { readonly error: string };

const answer = (): YamlAnswer => {
  try {
    const { value, duplicateKeys } = decodeYaml(workerData as Uint8Array);
    return { json: encodeJson(value), duplicateKeys };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
};

parentPort?.postMessage(answer());
