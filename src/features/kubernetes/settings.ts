import type { SimulatedNode } from './simulated-node/node-object.ts';
import type { SimulationTiming } from './simulated-node/simulation.ts';

/** What the controllers of a cluster must be told. */
export interface KubernetesSettings {
  /** PEM of the authority that signed the API server's certificate; published as kube-root-ca.crt. */
  readonly rootCertificateAuthority: string;
  /** Nodes this process simulates. None: pods wait for real ones. */
  readonly simulatedNodes?: readonly SimulatedNode[];
  readonly simulationTiming?: Partial<SimulationTiming>;
  /** Signs approved CertificateSigningRequests; absent: they wait. PEM. */
  readonly signer?: { readonly certificate: string; readonly key: string };
}
