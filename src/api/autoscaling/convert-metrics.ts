import type { JsonObject } from '../../apimachinery/meta/object.ts';

/** Drops undefined members: JSON's way of omitempty. */
export const compact = (members: Readonly<Record<string, unknown>>): JsonObject =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as JsonObject;

const fieldsOf = (value: unknown): JsonObject => (typeof value === 'object' && value !== null ? (value as JsonObject) : {});

interface Side {
  /** v2's member that holds the numbers: `target` of a spec, `current` of a status. */
  readonly holder: 'target' | 'current';
  /** Prefix of v1's flat members: `targetAverageValue`, `currentAverageValue`. */
  readonly prefix: 'target' | 'current';
}
export const specSide: Side = { holder: 'target', prefix: 'target' };
export const statusSide: Side = { holder: 'current', prefix: 'current' };

/** An autoscaling/v2 MetricSpec or MetricStatus as v1 writes it into an annotation. */
export const metricToV1 = (metric: JsonObject, { holder, prefix }: Side): JsonObject => {
  const source = (name: string) => fieldsOf(metric[name]);
  const numbers = (name: string) => fieldsOf(source(name)[holder]);
  const resource = (name: string) =>
    metric[name] === undefined
      ? undefined
      : compact({
          name: source(name)['name'],
          [`${prefix}AverageUtilization`]: numbers(name)['averageUtilization'],
          [`${prefix}AverageValue`]: numbers(name)['averageValue'] ?? (prefix === 'current' ? '0' : undefined),
          container: source(name)['container'],
        });
  const named = (name: string) => ({
    metricName: fieldsOf(source(name)['metric'])['name'],
    selector: fieldsOf(source(name)['metric'])['selector'],
  });
  const { metricName, selector } = named('external');
  return compact({
    type: metric['type'],
    object:
      metric['object'] &&
      compact({
        target: source('object')['describedObject'],
        ...named('object'),
        [`${prefix}Value`]: numbers('object')['value'] ?? '0',
        averageValue: numbers('object')['averageValue'],
      }),
    pods: metric['pods'] && compact({ ...named('pods'), [`${prefix}AverageValue`]: numbers('pods')['averageValue'] ?? '0' }),
    resource: resource('resource'),
    containerResource: resource('containerResource'),
    external:
      metric['external'] &&
      compact({
        metricName,
        metricSelector: selector,
        [`${prefix}Value`]: numbers('external')['value'],
        [`${prefix}AverageValue`]: numbers('external')['averageValue'],
      }),
  });
};

/** The inverse of metricToV1; a spec's target type follows from which numbers are there. */
export const metricFromV1 = (metric: JsonObject, { holder, prefix }: Side): JsonObject => {
  const source = (name: string) => fieldsOf(metric[name]);
  const isSpec = holder === 'target';
  const type = (name: string) => (isSpec ? { type: name } : {});
  const resource = (name: string) => {
    const utilization = source(name)[`${prefix}AverageUtilization`];
    const numbers = { averageUtilization: utilization, averageValue: source(name)[`${prefix}AverageValue`] };
    return (
      metric[name] &&
      compact({
        name: source(name)['name'],
        container: source(name)['container'],
        [holder]: compact({ ...type(utilization === undefined ? 'AverageValue' : 'Utilization'), ...numbers }),
      })
    );
  };
  const identifier = (name: string, selector: string) => compact({ name: source(name)['metricName'], selector: source(name)[selector] });
  const values = (name: string, average: string) => ({ value: source(name)[`${prefix}Value`], averageValue: source(name)[average] });
  return compact({
    type: metric['type'],
    object: metric['object'] && {
      describedObject: source('object')['target'] ?? {},
      metric: identifier('object', 'selector'),
      [holder]: compact({
        ...type(source('object')['averageValue'] === undefined ? 'Value' : 'AverageValue'),
        ...values('object', 'averageValue'),
      }),
    },
    pods: metric['pods'] && {
      metric: identifier('pods', 'selector'),
      [holder]: compact({ ...type('AverageValue'), averageValue: source('pods')[`${prefix}AverageValue`] }),
    },
    resource: resource('resource'),
    containerResource: resource('containerResource'),
    external: metric['external'] && {
      metric: identifier('external', 'metricSelector'),
      [holder]: compact({
        ...type(source('external')[`${prefix}Value`] === undefined ? 'AverageValue' : 'Value'),
        ...values('external', `${prefix}AverageValue`),
      }),
    },
  });
};
