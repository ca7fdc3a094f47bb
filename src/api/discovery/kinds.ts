import { jsonEqual } from '../../apimachinery/equality/json-equal.ts';
import { age, listed } from '../cells.ts';
import type { GroupBehaviour } from '../kind-behaviour.ts';
import { cellsOf, strategyOf } from '../typed.ts';
import { defaultEndpointSlice } from './defaults.ts';
import { endpointSliceWarnings, validateEndpointSlice, validateEndpointSliceUpdate } from './validation.ts';
import type { EndpointSlice } from './types.gen.ts';

export const discoveryKinds: GroupBehaviour = {
  endpointslices: {
    cells: cellsOf<EndpointSlice>((slice, now) => [
      slice.metadata.name,
      slice.addressType,
      listed(
        (slice.ports ?? []).map(({ port, name }) => (port === undefined ? (name ?? '*') : String(port))),
        '<unset>',
      ),
      listed(
        (slice.endpoints ?? []).flatMap(({ addresses }) => addresses ?? []),
        '<unset>',
      ),
      age(slice, now),
    ]),
    strategy: strategyOf({
      generation: true,
      prepareForUpdate: ({ metadata }, old) => {
        // Labels say which Service's endpoints these are.
        if (!jsonEqual(metadata.labels ?? {}, old.metadata.labels ?? {})) metadata.generation = (old.metadata.generation ?? 0) + 1;
      },
      applyDefaults: defaultEndpointSlice,
      validate: validateEndpointSlice,
      validateUpdate: validateEndpointSliceUpdate,
      warnings: endpointSliceWarnings,
    }),
  },
};
