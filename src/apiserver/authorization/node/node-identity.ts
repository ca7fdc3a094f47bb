import type { UserInfo } from '../../http/exchange.ts';

const nodesGroup = 'system:nodes';
const nodePrefix = 'system:node:';

/** The node that a kubelet's user stands for: '' when it is in the group but says no name, undefined for everybody else. */
export const nodeOf = ({ username, groups }: UserInfo): string | undefined => {
  if (!username.startsWith(nodePrefix) || !groups.includes(nodesGroup)) return undefined;
  return username.slice(nodePrefix.length);
};
