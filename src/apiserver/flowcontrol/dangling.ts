import type { UnstructuredObject } from '../../apimachinery/meta/object.ts';
import { isStatusError } from '../../apimachinery/errors/status-error.ts';
import { goQuote } from '../../apimachinery/text/go-quote.ts';
import { type InternalApi, loopbackUser } from '../registry/contract.ts';

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
  readonly lastTransitionTime?: string;
}

const flowSchemas = { group: 'flowcontrol.apiserver.k8s.io', version: 'v1', resource: 'flowschemas' };

const conditionsOf = (schema: UnstructuredObject): readonly Condition[] =>
  (schema['status'] as { conditions?: Condition[] } | undefined)?.conditions ?? [];

/** Whether the priority level that a FlowSchema names exists, as its condition `Dangling`. */
const wantedCondition = (schema: UnstructuredObject, levels: ReadonlySet<string>): Condition => {
  const name = (schema['spec'] as { priorityLevelConfiguration?: { name?: string } }).priorityLevelConfiguration?.name ?? '';
  const reference = `This FlowSchema references the PriorityLevelConfiguration object named ${goQuote(name)}`;
  return levels.has(name)
    ? { type: 'Dangling', status: 'False', reason: 'Found', message: `${reference} and it exists` }
    : { type: 'Dangling', status: 'True', reason: 'NotFound', message: `${reference} but there is no such object` };
};

/** Brings the condition of every FlowSchema up to date. */
export const updateDangling = async (
  api: Pick<InternalApi, 'modify'>,
  schemas: readonly UnstructuredObject[],
  { levels, now }: { readonly levels: ReadonlySet<string>; readonly now: number },
): Promise<void> => {
  for (const schema of schemas) {
    const wanted = wantedCondition(schema, levels);
    const isCurrent = ({ type, status, message }: Condition): boolean =>
      type === wanted.type && status === wanted.status && message === wanted.message;
    if (conditionsOf(schema).some(isCurrent)) continue;
    const lastTransitionTime = new Date(now).toISOString().replace(/\.\d+Z/, 'Z');
    try {
      await api.modify(flowSchemas, schema.metadata.name, {
        user: loopbackUser,
        subresource: 'status',
        change: (object) => {
          const others = conditionsOf(object).filter(({ type }) => type !== wanted.type);
          object['status'] = { conditions: [...others, { ...wanted, lastTransitionTime }] };
        },
      });
    } catch (error) {
      if (!isStatusError(error, 'NotFound')) throw error;
    }
  }
};
