import type { Node, NodeCondition, NodeStatus } from '../../../api/core/types.gen.ts';
import { semanticEqual } from '../../../apimachinery/equality/semantic-equal.ts';
import { formatTime } from '../../../controller-runtime/clock.ts';
import { simulatedLabel } from '../common/simulated-label.ts';

/** A node to simulate. */
export interface SimulatedNode {
  readonly name: string;
  /** Its own address, unique in the cluster. */
  readonly address: string;
  /** Addresses of its pods. */
  readonly podCIDR: string;
  readonly zone?: string;
  readonly region?: string;
  readonly labels?: Readonly<Record<string, string>>;
  /** Quantities; default 8 cpu, 32Gi memory, 110 pods. */
  readonly capacity?: Readonly<Record<string, string>>;
}

const version = 'v1.35.0';

/** The Node as its kubelet registers it. */
export const nodeObject = (options: SimulatedNode): Node => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: {
    name: options.name,
    labels: {
      'beta.kubernetes.io/arch': 'amd64',
      'beta.kubernetes.io/os': 'linux',
      'kubernetes.io/arch': 'amd64',
      'kubernetes.io/hostname': options.name,
      'kubernetes.io/os': 'linux',
      'node.kubernetes.io/instance-type': 'simulated',
      [simulatedLabel]: 'true',
      ...(options.zone ? { 'topology.kubernetes.io/zone': options.zone } : {}),
      ...(options.region ? { 'topology.kubernetes.io/region': options.region } : {}),
      ...options.labels,
    },
  },
  spec: { podCIDR: options.podCIDR, podCIDRs: [options.podCIDR], providerID: `simulated://${options.name}` },
});

/** What a node has: its own, and extended resources (`example.com/gpu`) that others put into its status. */
const capacityOf = ({ capacity }: SimulatedNode, previous: NodeStatus | undefined): Record<string, string> => {
  const extended = Object.entries(previous?.capacity ?? {}).filter(([name]) => name.includes('/'));
  return { ...Object.fromEntries(extended), cpu: '8', memory: '32Gi', pods: '110', 'ephemeral-storage': '100Gi', ...capacity };
};

/** Whether the node has what it does not offer yet, or offers what it no longer has. */
export const isOfferStale = (options: SimulatedNode, previous: NodeStatus | undefined): boolean =>
  !semanticEqual(capacityOf(options, previous), previous?.allocatable);

/** The status a healthy kubelet reports. */
export const nodeStatus = (options: SimulatedNode, previous: NodeStatus | undefined, now: number): NodeStatus => {
  const capacity = capacityOf(options, previous);
  return {
    ...previous,
    capacity,
    allocatable: capacity,
    addresses: [
      { type: 'InternalIP', address: options.address },
      { type: 'Hostname', address: options.name },
    ],
    conditions: [
      heartbeat(previous, now, {
        type: 'MemoryPressure',
        status: 'False',
        reason: 'KubeletHasSufficientMemory',
        message: 'kubelet has sufficient memory available',
      }),
      heartbeat(previous, now, {
        type: 'DiskPressure',
        status: 'False',
        reason: 'KubeletHasNoDiskPressure',
        message: 'kubelet has no disk pressure',
      }),
      heartbeat(previous, now, {
        type: 'PIDPressure',
        status: 'False',
        reason: 'KubeletHasSufficientPID',
        message: 'kubelet has sufficient PID available',
      }),
      heartbeat(previous, now, { type: 'Ready', status: 'True', reason: 'KubeletReady', message: 'kubelet is posting ready status' }),
    ],
    daemonEndpoints: { kubeletEndpoint: { Port: 10250 } },
    nodeInfo: {
      architecture: 'amd64',
      bootID: options.name,
      containerRuntimeVersion: 'simulated://1.0',
      kernelVersion: 'simulated',
      kubeProxyVersion: '',
      kubeletVersion: version,
      machineID: options.name,
      operatingSystem: 'linux',
      osImage: 'Causeway simulated node',
      systemUUID: options.name,
    },
  };
};

function heartbeat(previous: NodeStatus | undefined, now: number, condition: NodeCondition): NodeCondition {
  const old = previous?.conditions?.find(({ type }) => type === condition.type);
  const time = formatTime(now);
  return {
    ...condition,
    lastHeartbeatTime: time,
    lastTransitionTime: (old?.status === condition.status && old.lastTransitionTime) || time,
  };
}
