import type { ServerExtensionFactory } from '../extension.ts';
import { updateDangling } from './dangling.ts';
import { createFlowController, type FlowControlOptions } from './flow-control.ts';

const resource = (name: string) => ({ group: 'flowcontrol.apiserver.k8s.io', version: 'v1', resource: name });
const statusDelayMilliseconds = 200;

/** Priority and fairness by the FlowSchemas and PriorityLevelConfigurations that are there; followed as they change. */
export const flowControlExtension =
  (settings: Partial<FlowControlOptions> = {}): ServerExtensionFactory =>
  ({ api, options }) => {
    const controller = createFlowController({ totalSeats: 600, maxWaitSeconds: 15, ...settings });
    const schemas = api.cache(resource('flowschemas'));
    const levels = api.cache(resource('prioritylevelconfigurations'));
    let stale = true;
    let stopped = false;
    let timer: NodeJS.Timeout | undefined;
    let running: Promise<void> = Promise.resolve();

    const updateStatus = async (): Promise<void> => {
      try {
        const names = new Set(levels.list().map(({ metadata }) => metadata.name));
        await updateDangling(api, schemas.list(), { levels: names, now: options.now() });
      } catch (error) {
        if (!stopped) options.log.warn('updating the status of flow schemas failed', { error: String(error) });
      }
    };
    const changed = (): void => {
      stale = true;
      if (stopped || timer) return;
      timer = setTimeout(() => {
        timer = undefined;
        running = updateStatus();
      }, statusDelayMilliseconds);
      timer.unref();
    };
    schemas.onChange(changed);
    levels.onChange(changed);

    return {
      name: 'flowcontrol',
      flow(request) {
        if (stale) {
          stale = false;
          controller.configure(schemas.list(), levels.list());
        }
        return controller.admit(request);
      },
      async stop() {
        stopped = true;
        clearTimeout(timer);
        await running;
      },
    };
  };
