import { expect, test } from 'vitest';
import { builtInKinds } from '../../api/kinds.ts';
import type { KindDefinition } from '../../api/kind-definition.ts';
import type { UnstructuredObject } from '../../apimachinery/meta/object.ts';
import { encodeObject } from '../registry/value-codec.ts';
import { labelsOf } from '../registry/value-text.ts';
import { listTextOf } from './list-text.ts';

const deployments = builtInKinds.find(({ kind, version }) => kind === 'Deployment' && version === 'v1')!;
const object: UnstructuredObject = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'x', namespace: 'd', labels: { own: 'yes' } },
};

test('an object that is made anew on reading has its own labels, wherever its metadata stood', () => {
  const template = { metadata: { labels: { pod: 'yes' } } };
  const remade: KindDefinition = { ...deployments, refresh: (stored) => ({ spec: { template }, ...stored }) };
  expect(labelsOf(Buffer.concat(listTextOf(remade, encodeObject(object))))).toEqual({ own: 'yes' });
});
