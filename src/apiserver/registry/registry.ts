import type { Annotate } from '../audit/annotate.ts';
import type { KindDefinition } from '../../api/kind-definition.ts';
import { compileSchema, type CompiledSchema } from '../../apimachinery/schema/compile.ts';
import type { Store } from '../../storage/contract.ts';
import type { AdmissionPlugin } from '../admission/contract.ts';
import type { UserInfo } from '../http/exchange.ts';
import type { KindCatalog } from './contract.ts';
import { convertingStore } from './converting-store.ts';
import type { ServerMeasures } from '../metrics/server-measures.ts';
import type { StorageHook } from './storage-hook.ts';

/** What every operation on stored objects needs. */
export interface Registry {
  readonly store: Store;
  readonly catalog: KindCatalog;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly admission: readonly AdmissionPlugin[];
  readonly hooks: readonly StorageHook[];
  /** Hears how long the steps of admission take. */
  readonly measures?: Pick<ServerMeasures, 'admission'> | undefined;
  /** Compiled on first use, kept as long as the definition. */
  readonly schemaOf: (definition: KindDefinition) => CompiledSchema;
}

/** One write on its way: whose, to what, and how. */
export interface WriteRequest {
  readonly definition: KindDefinition;
  /** '' for cluster-scoped kinds. */
  readonly namespace: string;
  /** '' when a create leaves the name to the object. */
  readonly name: string;
  readonly subresource: string;
  readonly user: UserInfo;
  readonly dryRun: boolean;
  /** Owner of the fields that the write sets; '' for deletes. */
  readonly fieldManager: string;
  /** The request's options as admission and webhooks see them. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly warn: (text: string) => void;
  /** Undefined: nobody audits it. */
  readonly annotate?: Annotate | undefined;
  /** When it must be done, on the clock of performance.now(). */
  readonly deadline?: number;
  /** An update or a patch of what is not there: whoever asked for it must be allowed to create it too. */
  readonly isCreationByUpdate?: boolean;
  /** One of many in a deletion of a collection: admission is told no name. */
  readonly isCollection?: boolean;
}

export const createSchemaCache = (): Registry['schemaOf'] => {
  const compiled = new WeakMap<KindDefinition, CompiledSchema>();
  return (definition) => {
    let schema = compiled.get(definition);
    if (!schema) compiled.set(definition, (schema = compileSchema(definition.schema())));
    return schema;
  };
};

/** The group and resource of a kind, as errors name it. */
export const resourceOf = (definition: KindDefinition): { readonly group: string; readonly resource: string } => ({
  group: definition.group,
  resource: definition.plural,
});

const converting = new WeakMap<KindDefinition, Store>();

/** The store as a kind sees it: through its conversion, if it has one. */
export const storeOf = ({ store }: Pick<Registry, 'store'>, definition: KindDefinition): Store => {
  if (!definition.conversion) return store;
  let converted = converting.get(definition);
  if (!converted) converting.set(definition, (converted = convertingStore(store, definition, definition.conversion)));
  return converted;
};
