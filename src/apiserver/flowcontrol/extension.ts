import type { ServerExtensionFactory } from '../extension.ts';
import { createThreadTurns } from '../scheduling/thread-turns.ts';
import { updateDangling } from './dangling.ts';
import { dumpRoutes } from './dump.ts';
import { createFlowController, type FlowControlOptions } from './flow-control.ts';
import { withMandatory } from './mandatory-objects.ts';
import { readLevel } from './priority-level.ts';

const resource = (name: string) => ({ group: 'flowcontrol.apiserver.k8s.io', version: 'v1', resource: name });
const statusDelayMilliseconds = 200;
/** How long requests may begin in one round of the event loop. */
const sliceMilliseconds = 10;

/** Priority and fairness by the FlowSchemas and PriorityLevelConfigurations that are there; followed as they change. */
export const flowControlExtension =
  (settings: Partial<FlowControlOptions> = {}): ServerExtensionFactory =>
  ({ api, options }) => {
    const turns = createThreadTurns({ sliceMilliseconds, now: () => performance.now() });
    const controller = createFlowController({ totalSeats: 600, maxWaitSeconds: 15, turns, ...settings });
    const schemas = api.cache(resource('flowschemas'));
    const levels = api.cache(resource('prioritylevelconfigurations'));
    let stale = true;
    let stopped = false;
    let timer: NodeJS.Timeout | undefined;
    let running: Promise<void> = Promise.resolve();

    const updateStatus = async (): Promise<void> => {
      try {
        const names = new Set(levels.list().flatMap((level) => readLevel(level)?.name ?? []));
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
      routes: dumpRoutes(() => controller.levels()),
      flow(request) {
        if (stale) {
          stale = false;
          const [current, sizes] = [schemas.list(), levels.list()];
          // Before the caches are filled nothing is limited.
          if (current.length + sizes.length > 0)
            controller.configure(withMandatory('flowschemas', current), withMandatory('prioritylevelconfigurations', sizes));
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
