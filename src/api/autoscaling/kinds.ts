import type { GroupBehaviour } from '../kind-behaviour.ts';
import { hpaFromV1, hpaToV1 } from './convert.ts';

export const autoscalingKinds: GroupBehaviour = {
  'v1/horizontalpodautoscalers': {
    storage: { group: 'autoscaling', version: 'v2', plural: 'horizontalpodautoscalers', toStored: hpaFromV1, fromStored: hpaToV1 },
  },
};
