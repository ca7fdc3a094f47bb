import type { Feature } from '../../controller-runtime/feature.ts';
import type { MemberClients } from '../fleet/api/member-clients.ts';
import { clusterOverridePolicyDefinition, overridePolicyDefinition } from './api/override-policy.ts';
import { clusterPropagationPolicyDefinition, propagationPolicyDefinition } from './api/propagation-policy.ts';
import { clusterResourceBindingDefinition, resourceBindingDefinition } from './api/resource-binding.ts';
import { workDefinition } from './api/work.ts';
import { createBindingStore } from './binding-store.ts';
import { addDependencies } from './dependencies/controller.ts';
import { addEviction } from './eviction/controller.ts';
import { addPullExecution } from './execution/pull.ts';
import { addPushExecution } from './execution/push.ts';
import { addNamespaces } from './namespaces/controller.ts';
import { addPropagation } from './propagation/controller.ts';
import { addScheduler } from './scheduler/controller.ts';
import { addBindingStatuses } from './status/binding-statuses.ts';
import { updateTemplateStatus } from './status/template-status.ts';
import { createTemplates } from './templates.ts';
import { addWorks } from './works/controller.ts';

export interface PlacementSettings {
  readonly members: MemberClients;
}

/** Propagation, overrides, status aggregation and failover, through Karmada's API groups. */
export const placementFeature: Feature<PlacementSettings, Parameters<typeof addPullExecution>[1]> = {
  name: 'placement',
  kinds: {
    hub: [
      propagationPolicyDefinition,
      clusterPropagationPolicyDefinition,
      overridePolicyDefinition,
      clusterOverridePolicyDefinition,
      resourceBindingDefinition,
      clusterResourceBindingDefinition,
      workDefinition,
    ],
  },
  controllers: {
    hub: (manager, { members }) => {
      const bindings = createBindingStore(manager);
      const templates = createTemplates(manager);
      const statuses = addBindingStatuses(manager, {
        bindings,
        onWritten: async (binding) => {
          const template = templates.of(binding);
          if (template) await updateTemplateStatus(manager, template, binding);
        },
      });
      const { place } = addScheduler(manager, bindings, statuses);
      addPropagation(manager, { templates, bindings, place });
      addWorks(manager, { templates, bindings, statuses });
      addDependencies(manager, { templates, bindings });
      addEviction(manager, bindings, statuses);
      addNamespaces(manager);
      addPushExecution(manager, members);
    },
    member: addPullExecution,
  },
};
