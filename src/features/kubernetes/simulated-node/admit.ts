import type { Pod, PodStatus } from '../../../api/core/types.gen.ts';
import { hostPortsOf, portsConflict } from '../common/host-ports.ts';
import { isTerminal } from '../common/pod-state.ts';

/** Why the kubelet does not run a pod: it is for another system than the node's Linux, or another pod already has its ports. */
export const refusalOf = (
  pod: Pod,
  onNode: readonly Pod[],
): (PodStatus & { readonly reason: string; readonly message: string }) | undefined => {
  if (pod.spec.os && pod.spec.os.name !== 'linux') {
    const message = "Pod was rejected: Failed to admit pod as the OS field doesn't match node OS";
    return { phase: 'Failed', reason: 'PodOSNotSupported', message };
  }
  const wanted = hostPortsOf(pod);
  if (wanted.length === 0) return undefined;
  const running = onNode.filter((other) => other.metadata.uid !== pod.metadata.uid && other.status?.startTime && !isTerminal(other));
  if (!running.some((other) => portsConflict(wanted, hostPortsOf(other)))) return undefined;
  const message = "Pod was rejected: Predicate NodePorts failed: node(s) didn't have free ports for the requested pod ports";
  return { phase: 'Failed', reason: 'NodePorts', message };
};
