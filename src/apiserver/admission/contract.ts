import type { KindDefinition } from '../../api/kind-definition.ts';
import type { UnstructuredObject } from '../../apimachinery/meta/object.ts';
import type { Annotate } from '../audit/annotate.ts';
import type { UserInfo } from '../http/exchange.ts';
import type { Reinvocation } from './reinvocation.ts';

export type AdmissionOperation = 'CREATE' | 'UPDATE' | 'DELETE' | 'CONNECT';

/** One object on its way into the store. `object` is a private copy: mutating plugins change it in place. */
export interface AdmissionAttributes {
  readonly operation: AdmissionOperation;
  readonly definition: KindDefinition;
  /** '' for the object itself. */
  readonly subresource: string;
  readonly namespace: string;
  readonly name: string;
  readonly user: UserInfo;
  readonly dryRun: boolean;
  /** The request's options as JSON, by what is done: CreateOptions, UpdateOptions or DeleteOptions. */
  readonly options: Readonly<Record<string, unknown>>;
  /** Undefined for DELETE. */
  object: UnstructuredObject | undefined;
  /** Undefined for CREATE. */
  readonly oldObject: UnstructuredObject | undefined;
  /** Which plugins that change objects are to see what the others made of this one; there once one has run. */
  reinvocation?: Reinvocation;
  /** Texts for the Warning header. */
  readonly warn: (text: string) => void;
  /** When the request must be done, on the clock of performance.now(). */
  readonly deadline?: number;
  /** An update or a patch was asked for, of what is not there. */
  readonly isCreationByUpdate?: boolean;
  /** Undefined: nobody audits the request. */
  readonly annotate?: Annotate | undefined;
}

/** Plugins run in the order kube-apiserver's do: all that mutate, then all that validate. Both throw a StatusError to refuse. */
export interface AdmissionPlugin {
  /** kube-apiserver's name: NamespaceLifecycle, LimitRanger, … */
  readonly name: string;
  readonly handles: (attributes: AdmissionAttributes) => boolean;
  readonly admit?: (attributes: AdmissionAttributes) => Promise<void> | void;
  readonly validate?: (attributes: AdmissionAttributes) => Promise<void> | void;
}
