import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import {
  defaultCustomResourceDefinition,
  validateCustomResourceDefinition,
  type CustomResourceDefinition,
} from '../schema/custom-resource-definition.ts';
import { formatFieldError } from '../validation/format-field-error.ts';
import { ruleChecker } from './check-definition.ts';

/** Upstream projects' definitions, when they lie beside the checkout. */
const folder = fileURLToPath(new URL('../../../../shared/crds/', import.meta.url));
const files = existsSync(folder) ? readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => /\.ya?ml$/.test(file)) : [];

test.skipIf(files.length === 0).each(files.length === 0 ? ['none'] : files)(
  '%s is accepted, every rule in it compiles and is cheap enough',
  (file) => {
    for (const document of parseAllDocuments(readFileSync(join(folder, file), 'utf8'))) {
      const definition = document.toJS() as (CustomResourceDefinition & { kind?: string }) | null;
      if (definition?.kind !== 'CustomResourceDefinition') continue;
      defaultCustomResourceDefinition(definition);
      expect(validateCustomResourceDefinition(definition, { rules: ruleChecker }).map(formatFieldError)).toEqual([]);
    }
  },
);
