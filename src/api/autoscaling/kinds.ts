import { horizontalPodAutoscalerCells, horizontalPodAutoscalerV1Cells } from './cells.ts';
import type { UnstructuredObject } from '../../apimachinery/meta/object.ts';
import { validateHorizontalPodAutoscaler, validateHorizontalPodAutoscalerStatus } from './validation.ts';
import type { GroupBehaviour } from '../kind-behaviour.ts';
import { strategyOf } from '../typed.ts';
import { hpaFromV1, hpaToV1, keepSpecOfV1, keepStatusOfV1 } from './convert.ts';
import { defaultHorizontalPodAutoscaler, defaultHorizontalPodAutoscalerV1 } from './defaults.ts';
import type { HorizontalPodAutoscaler } from './types.gen.ts';
import type { HorizontalPodAutoscaler as HorizontalPodAutoscalerV1 } from './types-v1.gen.ts';

const validateV1 = (hpa: HorizontalPodAutoscalerV1) =>
  validateHorizontalPodAutoscaler(hpaFromV1(hpa as unknown as UnstructuredObject) as unknown as HorizontalPodAutoscaler);

export const autoscalingKinds: GroupBehaviour = {
  'v1/horizontalpodautoscalers': {
    cells: horizontalPodAutoscalerV1Cells,
    storage: { group: 'autoscaling', version: 'v2', plural: 'horizontalpodautoscalers', toStored: hpaFromV1, fromStored: hpaToV1 },
    strategy: strategyOf<HorizontalPodAutoscalerV1>({
      applyDefaults: defaultHorizontalPodAutoscalerV1,
      validate: validateV1,
      validateUpdate: validateV1,
      prepareForUpdate: keepStatusOfV1,
      prepareForStatusUpdate: keepSpecOfV1,
      validateStatusUpdate: validateHorizontalPodAutoscalerStatus,
    }),
  },
  'v2/horizontalpodautoscalers': {
    cells: horizontalPodAutoscalerCells,
    strategy: strategyOf<HorizontalPodAutoscaler>({
      applyDefaults: defaultHorizontalPodAutoscaler,
      validate: validateHorizontalPodAutoscaler,
      validateUpdate: validateHorizontalPodAutoscaler,
      validateStatusUpdate: validateHorizontalPodAutoscalerStatus,
    }),
  },
};
