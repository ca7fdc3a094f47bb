import { byPrecedence, flowSchemaCells, priorityLevelConfigurationCells } from './cells.ts';
import type { GroupBehaviour } from '../kind-behaviour.ts';
import { validateConditionTypes, validateFlowSchema, validatePriorityLevel } from './validation.ts';
import { strategyOf } from '../typed.ts';
import { defaultFlowSchema, defaultPriorityLevelConfiguration } from './defaults.ts';

export const flowcontrolKinds: GroupBehaviour = {
  flowschemas: {
    cells: flowSchemaCells,
    rowOrder: byPrecedence,
    strategy: strategyOf({
      generation: true,
      applyDefaults: defaultFlowSchema,
      validate: validateFlowSchema,
      validateUpdate: validateFlowSchema,
      validateStatusUpdate: validateConditionTypes,
    }),
  },
  prioritylevelconfigurations: {
    cells: priorityLevelConfigurationCells,
    strategy: strategyOf({
      generation: true,
      applyDefaults: defaultPriorityLevelConfiguration,
      validate: validatePriorityLevel,
      validateUpdate: validatePriorityLevel,
      validateStatusUpdate: validateConditionTypes,
    }),
  },
};
