import { encodeJson } from '../../../apimachinery/json/exact-json.ts';
import type { Annotate } from '../../audit/annotate.ts';

interface ValidationFailure {
  readonly message: string;
  readonly policy: string;
  readonly binding: string;
  /** Which of the policy's validations it is. */
  readonly expressionIndex: number;
  readonly validationActions: readonly string[];
}

/** What policies have to say of one request in the audit log. */
export interface PolicyAudit {
  /** A validation with the action Audit said no. */
  failed(failure: ValidationFailure): void;
  /** An annotation of a policy, `POLICY/KEY`; values of several bindings are told together. */
  annotated(key: string, value: string): void;
  publish(annotate: Annotate): void;
}

export const createPolicyAudit = (): PolicyAudit => {
  const failures: ValidationFailure[] = [];
  const values = new Map<string, Set<string>>();
  return {
    failed: (failure) => void failures.push(failure),
    annotated(key, value) {
      const known = values.get(key);
      if (known) known.add(value);
      else values.set(key, new Set([value]));
    },
    publish(annotate) {
      // As in the original, of several failures the first is told.
      if (failures.length > 0) annotate('validation.policy.admission.k8s.io/validation_failure', encodeJson(failures.slice(0, 1)));
      for (const [key, texts] of values) annotate(key, [...texts].join(', '));
    },
  };
};
