import { stringify } from 'yaml';
import type { Json } from '../meta/object.ts';

/** YAML as `application/yaml` answers and CLI output show it: keys sorted, no aliases, strings quoted that YAML 1.1 would misread. */
export const encodeYaml = (value: Json): string =>
  stringify(value, { version: '1.1', sortMapEntries: true, aliasDuplicateObjects: false, lineWidth: 0, indentSeq: false });
