import type { GroupBehaviour } from '../kind-behaviour.ts';
import { strategyOf } from '../typed.ts';
import { defaultApiService } from './defaults.ts';

export const apiregistrationKinds: GroupBehaviour = { apiservices: { strategy: strategyOf({ applyDefaults: defaultApiService }) } };
