import type { KindDefinition } from '../../api/kind-definition.ts';
import type { Store } from '../../storage/contract.ts';
import type { AdmissionOperation } from '../admission/contract.ts';
import type { KindCatalog } from '../registry/contract.ts';
import type { MetricsRegistry } from './contract.ts';
import { createAdmissionMeasures } from './admission-measures.ts';
import { createListMeasures, type ListMeasures } from './list-measures.ts';
import { createFilterMeasures, type RequestFilter } from './filter-measures.ts';
import { measuredStore } from './store-measures.ts';
import { createEventMeasures, createWatchMeasures, type WatchMeasures } from './watch-measures.ts';

/** What the server's own parts report, besides what the pipeline's observers see. Recording never throws. */
export interface ServerMeasures {
  /** The same store, with its calls counted and timed. */
  readonly store: (store: Store) => Store;
  readonly lists: (definition: KindDefinition) => ListMeasures | undefined;
  readonly watches: (definition: KindDefinition) => WatchMeasures | undefined;
  /** An event of the store's watch; `isCached` when a watch cache takes it. */
  readonly received: (prefix: string, isCached: boolean) => void;
  /** A watch cache began; `revision` is how far it has come. */
  readonly initialized: (prefix: string, revision: () => bigint) => void;
  /** All plugins of one step have looked at a request, or one refused it. */
  readonly admission: (
    step: 'admit' | 'validate',
    operation: AdmissionOperation,
    outcome: { readonly rejected: boolean; readonly seconds: number },
  ) => void;
  readonly filter: (name: RequestFilter, seconds: number) => void;
}

/** The families of storage, lists, watches, admission steps and filters, over what the catalog serves. */
export const createServerMeasures = (registry: MetricsRegistry, catalog: KindCatalog): ServerMeasures => ({
  store: (store) => measuredStore(store, registry, catalog),
  lists: createListMeasures(registry, catalog),
  watches: createWatchMeasures(registry, catalog),
  ...createEventMeasures(registry, catalog),
  admission: createAdmissionMeasures(registry),
  filter: createFilterMeasures(registry),
});
