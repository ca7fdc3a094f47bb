import type { KindDefinition } from '../../api/kind-definition.ts';
import type { UnstructuredObject } from '../../apimachinery/meta/object.ts';
import { isHeldByObjects, terminateDefinition } from '../customresources/termination.ts';

/** How deletion of a kind differs from "at once, unless metadata.finalizers hold it". */
export interface LifecycleRule {
  /** The kind has finalizers of its own that still hold the object. */
  readonly isHeld?: (object: UnstructuredObject) => boolean;
  /** What else changes when the object begins to terminate. */
  readonly terminate?: (object: UnstructuredObject) => void;
  /** Dependents are orphaned unless the request says otherwise; the text is the warning that comes with it. */
  readonly orphansByDefault?: { readonly warning?: string };
  /** Only the time of deletion is noted: no period of grace, no new generation. */
  readonly notesTimeOnly?: boolean;
  readonly graceSeconds?: (object: UnstructuredObject, requested: number | undefined) => number;
}

interface NamespaceFields {
  spec?: { finalizers?: string[] };
  status?: { phase?: string };
}

interface PodFields {
  spec?: { nodeName?: string; terminationGracePeriodSeconds?: number };
  status?: { phase?: string };
}

const namespaceRule: LifecycleRule = {
  isHeld: (object) => ((object as NamespaceFields).spec?.finalizers?.length ?? 0) > 0,
  notesTimeOnly: true,
  terminate(object) {
    const fields = object as NamespaceFields;
    fields.status = { ...fields.status, phase: 'Terminating' };
  },
};

/** A pod that no node runs, or that has ended, goes at once; a negative period means one second. */
const podRule: LifecycleRule = {
  graceSeconds(object, requested) {
    const { spec = {}, status = {} } = object as PodFields;
    if (!spec.nodeName || status.phase === 'Failed' || status.phase === 'Succeeded') return 0;
    const seconds = requested ?? spec.terminationGracePeriodSeconds ?? 0;
    return seconds < 0 ? 1 : seconds;
  },
};

const jobRule: LifecycleRule = {
  orphansByDefault: {
    warning:
      'child pods are preserved by default when jobs are deleted; set propagationPolicy=Background to remove them or set propagationPolicy=Orphan to suppress this warning',
  },
};

const rules: Readonly<Record<string, LifecycleRule>> = {
  '/namespaces': namespaceRule,
  '/pods': podRule,
  '/replicationcontrollers': { orphansByDefault: {} },
  'batch/jobs': jobRule,
  'apiextensions.k8s.io/customresourcedefinitions': { isHeld: isHeldByObjects, notesTimeOnly: true, terminate: terminateDefinition },
};
const plainRule: LifecycleRule = {};

export const lifecycleOf = ({ group, plural }: KindDefinition): LifecycleRule => rules[`${group}/${plural}`] ?? plainRule;
