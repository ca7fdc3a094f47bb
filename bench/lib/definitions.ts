import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import type { CustomResourceDefinition } from '../../src/apimachinery/schema/custom-resource-definition.ts';

/** Every CustomResourceDefinition of the YAML files below a folder. */
export const readDefinitions = (folder: string): CustomResourceDefinition[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.ya?ml$/.test(file))
    .flatMap((file) =>
      parseAllDocuments(readFileSync(join(folder, file), 'utf8')).map((document) => document.toJS() as CustomResourceDefinition | null),
    )
    .filter((document) => document?.spec?.versions !== undefined) as CustomResourceDefinition[];
