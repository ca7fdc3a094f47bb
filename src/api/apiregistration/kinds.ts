import { isPathSegmentName } from '../../apimachinery/validation/names.ts';
import { age } from '../cells.ts';
import type { GroupBehaviour } from '../kind-behaviour.ts';
import { cellsOf, strategyOf } from '../typed.ts';
import { defaultApiService } from './defaults.ts';
import { validateApiService, validateApiServiceStatus } from './validation.ts';
import type { APIService } from './types.gen.ts';

const availability = ({ status }: APIService): string => {
  const condition = status?.conditions?.find(({ type }) => type === 'Available');
  if (!condition) return 'Unknown';
  return condition.status === 'True' ? 'True' : `${condition.status} (${condition.reason ?? ''})`;
};

export const apiregistrationKinds: GroupBehaviour = {
  apiservices: {
    cells: cellsOf<APIService>((service, now) => {
      const backend = service.spec.service;
      return [
        service.metadata.name,
        backend ? `${backend.namespace ?? ''}/${backend.name ?? ''}` : 'Local',
        availability(service),
        age(service, now),
      ];
    }),
    strategy: strategyOf({
      allowUnconditionalUpdate: false,
      nameCheck: isPathSegmentName,
      generateNameCheck: isPathSegmentName,
      applyDefaults: defaultApiService,
      validate: validateApiService,
      validateUpdate: validateApiService,
      validateStatusUpdate: validateApiServiceStatus,
    }),
  },
};
