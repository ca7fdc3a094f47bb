import type { Feature } from '../../controller-runtime/feature.ts';
import type { MemberClients } from '../fleet/api/member-clients.ts';
import { addApplicationFailover } from './application-failover/controller.ts';
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
import { placementRoles } from './roles.ts';
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
  roles: { hub: placementRoles },
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
      const templates = createTemplates(manager);
      /** A controller's own view: the manager and the bindings, written as itself. */
      const as = (identity: string) => {
        const own = manager.as(identity);
        return { manager: own, bindings: createBindingStore(own) };
      };
      const collector = as('causeway-binding-status');
      const statuses = addBindingStatuses(collector.manager, {
        bindings: collector.bindings,
        onWritten: async (binding) => {
          const template = templates.of(binding);
          if (template) await updateTemplateStatus(collector.manager, template, binding);
        },
      });
      const scheduler = as('causeway-placement-scheduler');
      const { place } = addScheduler(scheduler.manager, scheduler.bindings, statuses);
      const propagation = as('causeway-propagation');
      addPropagation(propagation.manager, { templates, bindings: propagation.bindings, place });
      const works = as('causeway-works');
      addWorks(works.manager, { templates, bindings: works.bindings, statuses });
      const dependencies = as('causeway-dependencies');
      addDependencies(dependencies.manager, { templates, bindings: dependencies.bindings });
      const eviction = as('causeway-eviction');
      addEviction(eviction.manager, eviction.bindings, statuses);
      addApplicationFailover(eviction.manager, eviction.bindings, statuses);
      addNamespaces(manager.as('causeway-namespaces'));
      addPushExecution(manager.as('causeway-execution'), members);
    },
    member: addPullExecution,
  },
};
