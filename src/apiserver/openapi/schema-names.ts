import { isDefined } from '../../api/definitions.ts';
import type { KindDefinition } from '../../api/kind-definition.ts';

const packages: Readonly<Record<string, string>> = {
  '': 'io.k8s.api.core',
  'apiextensions.k8s.io': 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions',
  'metrics.k8s.io': 'io.k8s.metrics.pkg.apis.metrics',
  'apiregistration.k8s.io': 'io.k8s.kube-aggregator.pkg.apis.apiregistration',
};

const builtInPackage = (group: string): string => packages[group] ?? `io.k8s.api.${group.split('.')[0]}`;

export const metaSchema = (name: string): string => `io.k8s.apimachinery.pkg.apis.meta.v1.${name}`;

/** The published name of a built-in kind's schema: `io.k8s.api.apps.v1.Deployment`. */
export const builtInSchemaName = (group: string, version: string, kind: string): string => `${builtInPackage(group)}.${version}.${kind}`;

/** Groups of these endings are packages of built-in schemas when they are reversed. */
const mayOverlap = /\.(api|apimachinery|apiextensions-apiserver|kube-aggregator|metrics)\.k8s\.io$/;

/** As the original calls the second of two schemas of one name: a custom kind never stands in for what is built in. */
const apart = (name: string, group: string): string => (mayOverlap.test(group) && isDefined(name) ? `${name}_v2` : name);

/** The published name of a kind's schema; a custom kind's is its group reversed: `com.example.v1.Widget`. */
export const schemaName = ({ group, version, kind, custom }: KindDefinition): string =>
  custom ? apart(`${group.split('.').toReversed().join('.')}.${version}.${kind}`, group) : builtInSchemaName(group, version, kind);

/** The published name of the schema of a list of the kind. */
export const listSchemaName = (definition: KindDefinition): string => schemaName({ ...definition, kind: definition.listKind });
