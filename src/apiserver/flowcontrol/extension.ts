import type { ServerExtensionFactory } from '../extension.ts';
import { createFlowController, type FlowControlOptions } from './flow-control.ts';

const resource = (name: string) => ({ group: 'flowcontrol.apiserver.k8s.io', version: 'v1', resource: name });

/** Priority and fairness by the FlowSchemas and PriorityLevelConfigurations that are there; followed as they change. */
export const flowControlExtension =
  (settings: Partial<FlowControlOptions> = {}): ServerExtensionFactory =>
  ({ api }) => {
    const controller = createFlowController({ totalSeats: 600, maxWaitSeconds: 15, ...settings });
    const schemas = api.cache(resource('flowschemas'));
    const levels = api.cache(resource('prioritylevelconfigurations'));
    let stale = true;
    for (const cache of [schemas, levels]) {
      cache.onChange(() => {
        stale = true;
      });
    }
    return {
      name: 'flowcontrol',
      flow(request) {
        if (stale) {
          stale = false;
          controller.configure(schemas.list(), levels.list());
        }
        return controller.admit(request);
      },
    };
  };
