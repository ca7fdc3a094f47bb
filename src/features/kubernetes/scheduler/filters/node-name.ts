import { hopeless } from './filter.ts';
import type { Filter } from './filter.ts';

export const nodeName: Filter = ({ pod }) => {
  const wanted = pod.spec.nodeName;
  return wanted ? ({ name }) => (name === wanted ? undefined : hopeless("node(s) didn't match the requested node name")) : undefined;
};
