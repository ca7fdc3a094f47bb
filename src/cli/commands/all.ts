import type { Command } from 'commander';
import type { Surroundings } from '../surroundings.ts';
import { addAgent } from './agent.ts';
import { addCluster } from './cluster.ts';
import { addCompletion } from './completion.ts';
import { addControllers } from './controllers.ts';
import { addDown } from './down.ts';
import { addEnvtest } from './envtest.ts';
import { addHub } from './hub.ts';
import { addSnapshot } from './snapshot.ts';
import { addStatus } from './status.ts';
import { addStore } from './store.ts';
import { addUp } from './up.ts';

/** Every verb, one line each. What a verb needs beyond its options is loaded when it runs. */
export const addCommands = (program: Command, surroundings: Surroundings): void => {
  for (const add of [
    addUp,
    addDown,
    addStatus,
    addCluster,
    addHub,
    addAgent,
    addControllers,
    addEnvtest,
    addSnapshot,
    addStore,
    addCompletion,
  ])
    add(program, surroundings);
};
