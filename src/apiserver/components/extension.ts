import { notFound } from '../../apimachinery/errors/api-errors.ts';
import type { UnstructuredObject } from '../../apimachinery/meta/object.ts';
import { parseFieldSelector, requiredFieldValue } from '../../apimachinery/selectors/field-selector.ts';
import { matchesLabels } from '../../apimachinery/selectors/label-selector.ts';
import { parseLabelSelector } from '../../apimachinery/selectors/parse-label-selector.ts';
import type { ServerExtensionFactory } from '../extension.ts';

/** Parts of the control plane by name, in the order they are listed. A part's check throws when it is unhealthy; the message is shown. */
export type Components = Readonly<Record<string, () => Promise<void> | void>>;

const statusOf = async (name: string, check: Components[string]): Promise<UnstructuredObject> => {
  const condition = await Promise.resolve()
    .then(check)
    .then(
      () => ({ type: 'Healthy', status: 'True', message: 'ok' }),
      (error: unknown) => ({ type: 'Healthy', status: 'False', message: error instanceof Error ? error.message : String(error) }),
    );
  return { apiVersion: 'v1', kind: 'ComponentStatus', metadata: { name }, conditions: [condition] };
};

/** componentstatuses: asked for, never stored. The store is the last of them. */
export const componentsExtension =
  (components: Components): ServerExtensionFactory =>
  ({ options }) => {
    const all: Components = { ...components, 'etcd-0': () => options.store.revision().then(() => undefined) };
    return {
      name: 'components',
      subresources: [
        {
          group: '',
          resource: 'componentstatuses',
          subresource: '',
          async handle({ name, query, respond, respondList }) {
            const check = all[name];
            if (check) return respond(200, await statusOf(name, check));
            if (name !== '') throw notFound({ group: '', resource: 'componentstatus' }, name);
            const labels = parseLabelSelector(query.get('labelSelector') ?? '');
            const only = requiredFieldValue(parseFieldSelector(query.get('fieldSelector') ?? ''), 'metadata.name');
            const wanted = Object.entries(all).filter(([each]) => matchesLabels(labels, {}) && (only === undefined || each === only));
            return respondList(await Promise.all(wanted.map(([each, probe]) => statusOf(each, probe))));
          },
        },
      ],
    };
  };
