import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { schemaSource } from '../../api/definitions.ts';
import { isStatusError } from '../errors/status-error.ts';
import { compileSchema } from './compile.ts';

interface Golden {
  version: string;
  kind: string;
  object: Record<string, unknown>;
  /** Null when kube-apiserver decoded the object. */
  message: string | null;
}

/** Recorded from kube-apiserver 1.35.4. */
const golden = JSON.parse(readFileSync(new URL('./go-types.golden.json', import.meta.url), 'utf8')) as Golden[];

/** Names of Go string types are not in OpenAPI. */
const isUnknowable = ({ message }: Golden): boolean => message?.endsWith('of type v1.ServiceType') === true;

test.each(golden.filter((item) => !isUnknowable(item)).map((item) => [item.kind, JSON.stringify(item.object), item] as const))(
  '%s %s decodes as in Go',
  (_kind, _object, { version, kind, object, message }) => {
    const group = version === 'v1' ? 'core' : version.split('/')[0];
    const schema = compileSchema(schemaSource(`io.k8s.api.${group}.v1.${kind}`));
    const answer = (): string | null => {
      try {
        schema.checkTypes(object, { kind, version: 'v1' });
        return null;
      } catch (error) {
        return isStatusError(error, 'BadRequest') ? error.message : String(error);
      }
    };
    expect(answer()).toBe(message);
  },
);
