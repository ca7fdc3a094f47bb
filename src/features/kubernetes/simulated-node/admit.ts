import type { Pod, PodStatus } from '../../../api/core/types.gen.ts';
import { hostPortsOf, portsConflict } from '../common/host-ports.ts';
import { isTerminal } from '../common/pod-state.ts';
import { addAmounts, type Amounts, amountsOf, podAmounts } from '../common/resource-amounts.ts';

type Refusal = PodStatus & { readonly reason: string; readonly message: string };

/**
 * What the node has too little of for one more pod: places for pods first, then what it asks for. Resources of others that the node does not
 * know (`example.com/licences`) are counted elsewhere.
 */
const shortage = (pod: Pod, running: readonly Pod[], allocatable: Amounts): Refusal | undefined => {
  const refuse = (name: string, requested: number, used: number): Refusal => {
    const lack = `requested: ${requested}, used: ${used}, capacity: ${allocatable[name] ?? 0}`;
    const message = `Pod was rejected: Node didn't have enough resource: ${name}, ${lack}`;
    return { phase: 'Failed', reason: `OutOf${name}`, message };
  };
  if (running.length + 1 > (allocatable['pods'] ?? 0)) return refuse('pods', 1, running.length);
  const wanted = Object.entries(podAmounts(pod)).filter(([name, amount]) => amount > 0 && (name in allocatable || !name.includes('/')));
  if (wanted.length === 0) return undefined;
  const used = running.reduce<Amounts>((sum, other) => addAmounts(sum, podAmounts(other)), {});
  const short = wanted.find(([name, amount]) => (used[name] ?? 0) + amount > (allocatable[name] ?? 0));
  return short && refuse(short[0], short[1], used[short[0]] ?? 0);
};

/**
 * Why the kubelet does not run a pod: it is for another system than the node's Linux, asks for more than the node has left (a ResourceList,
 * when it is known), or another pod already has its ports.
 */
export const refusalOf = (
  pod: Pod,
  onNode: readonly Pod[],
  allocatable?: Readonly<Record<string, string | number>>,
): Refusal | undefined => {
  if (pod.spec.os && pod.spec.os.name !== 'linux') {
    const message = "Pod was rejected: Failed to admit pod as the OS field doesn't match node OS";
    return { phase: 'Failed', reason: 'PodOSNotSupported', message };
  }
  const running = onNode.filter((other) => other.metadata.uid !== pod.metadata.uid && other.status?.startTime && !isTerminal(other));
  const short = allocatable && shortage(pod, running, amountsOf(allocatable));
  if (short) return short;
  const wanted = hostPortsOf(pod);
  if (wanted.length === 0) return undefined;
  if (!running.some((other) => portsConflict(wanted, hostPortsOf(other)))) return undefined;
  const message = "Pod was rejected: Predicate NodePorts failed: node(s) didn't have free ports for the requested pod ports";
  return { phase: 'Failed', reason: 'NodePorts', message };
};
