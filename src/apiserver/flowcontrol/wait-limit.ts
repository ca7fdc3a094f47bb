import { durationMilliseconds, durationProblem } from '../../apimachinery/time/duration.ts';
import type { FlowRequest } from './contract.ts';

/** How long a request may wait for its turn: a quarter of the time that its client gives it, `longest` at most; in milliseconds. */
export const waitMilliseconds = ({ query, info }: Pick<FlowRequest, 'query' | 'info'>, longest: number): number => {
  const timeout = info.verb === 'watch' ? null : query.get('timeout');
  if (!timeout || durationProblem(timeout) !== undefined) return longest;
  const given = durationMilliseconds(timeout);
  return given > 0 ? Math.min(longest, given / 4) : longest;
};
