import type { FlowSchema, PriorityLevelConfiguration } from './types.gen.ts';

export const defaultFlowSchema = ({ spec }: FlowSchema): void => {
  spec.matchingPrecedence ||= 1000;
};

export const defaultPriorityLevelConfiguration = ({ spec: { exempt, limited } }: PriorityLevelConfiguration): void => {
  if (exempt) {
    exempt.nominalConcurrencyShares ??= 0;
    exempt.lendablePercent ??= 0;
  }
  if (!limited) return;
  limited.nominalConcurrencyShares ??= 30;
  limited.lendablePercent ??= 0;
  const queuing = limited.limitResponse?.queuing;
  if (!queuing) return;
  queuing.handSize ||= 8;
  queuing.queues ||= 64;
  queuing.queueLengthLimit ||= 50;
};
