import type { MetricsRegistry } from './contract.ts';
import { timed } from './timed.ts';

const buckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Times work with CEL expressions. What the work throws goes on. */
export interface CelMeasures {
  compiling<T>(work: () => T): T;
  evaluating<T>(work: () => T): T;
}

/** apiserver_cel_compilation_duration_seconds and apiserver_cel_evaluation_duration_seconds. */
export const createCelMeasures = (registry: MetricsRegistry): CelMeasures => {
  const family = (name: string, help: string) =>
    registry.histogram({ name: `apiserver_cel_${name}_duration_seconds`, help, labels: [], buckets }).with();
  const compilation = family('compilation', 'CEL compilation time in seconds.');
  const evaluation = family('evaluation', 'CEL evaluation time in seconds.');
  return {
    compiling: (work) => timed(work, (seconds) => compilation.observe(seconds)) as ReturnType<typeof work>,
    evaluating: (work) => timed(work, (seconds) => evaluation.observe(seconds)) as ReturnType<typeof work>,
  };
};
