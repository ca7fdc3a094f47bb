/** `causeway/controller-runtime`: informers, work queues, controllers and leader election over `causeway/client`. */
export { formatMicroTime, formatTime, sleep, systemClock } from './clock.ts';
export type * from './contract.ts';
export { createEventRecorder } from './event-recorder.ts';
export { createExpectations } from './expectations.ts';
export type { Expectations } from './expectations.ts';
export type { Feature, Role } from './feature.ts';
export { createInformer } from './informer.ts';
export type { RunnableInformer } from './informer.ts';
export { runLeaderElection } from './leader-election/leader-election.ts';
export type { LeaderElectionOptions } from './leader-election/leader-election.ts';
export { silentLogger } from './logger.ts';
export { createManager } from './manager.ts';
export type { ManagerOptions } from './manager.ts';
export { keyOf, objectKey, splitKey } from './object-key.ts';
export { TerminalError } from './terminal-error.ts';
export { watch, watchOwned } from './watch.ts';
export { createWorkQueue } from './work-queue.ts';
export type { WorkQueue } from './work-queue.ts';
