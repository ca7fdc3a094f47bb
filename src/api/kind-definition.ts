import type { KubeObject, UnstructuredObject } from '../apimachinery/meta/object.ts';
import type { SchemaSource } from '../apimachinery/schema/json-schema.ts';
import type { FieldError } from '../apimachinery/validation/field-error.ts';

export type Verb = 'create' | 'delete' | 'deletecollection' | 'get' | 'list' | 'patch' | 'update' | 'watch';

/** A column of meta/v1 Table. `jsonPath` is for CRDs' additionalPrinterColumns; built-in kinds print with `cells`. */
export interface ColumnDefinition {
  readonly name: string;
  readonly type: string;
  readonly format?: string;
  readonly description?: string;
  /** 0 is always shown, more than 0 only with -o wide. */
  readonly priority: number;
  readonly jsonPath?: string;
}

/** meta/v1 TableRowCondition. */
export interface RowCondition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
}

export interface ScalePaths {
  readonly specReplicasPath: string;
  readonly statusReplicasPath: string;
  readonly labelSelectorPath?: string;
}

/** Beyond status and scale, subresources are served by code in apiserver/registry; the definition says that they exist. */
export interface SubresourceDefinition {
  /** `status`, `scale`, `eviction`, `binding`, `token`, `approval`, `finalize`, `ephemeralcontainers`, `resize`, `log`, … */
  readonly name: string;
  readonly verbs: readonly Verb[];
  /** The kind the subresource takes and answers when it is not the parent's (Scale, Eviction, TokenRequest, …). */
  readonly kind?: { readonly group: string; readonly version: string; readonly kind: string };
}

/** Who asks for a write, as authentication found (authentication/v1 UserInfo). */
export interface Requester {
  readonly username: string;
  readonly uid?: string;
  readonly groups: readonly string[];
  readonly extra?: Readonly<Record<string, readonly string[]>>;
}

/**
 * What a kind does beyond its schema, in the order of a write: schema defaults → defaults → admission → prepareFor… → validate….
 * All functions are pure but for the object they are given; `prepare…` and `applyDefaults` change it in place.
 */
export interface Strategy<T extends KubeObject = UnstructuredObject> {
  /** Defaults that OpenAPI cannot say (a Deployment's maxSurge, a Service's sessionAffinity, a container's imagePullPolicy …). */
  applyDefaults?(object: T): void;
  /** Clears what a client may not set at creation (status), drops disabled fields. metadata is the registry's business. */
  prepareForCreate?(object: T, requester: Requester): void;
  /** Keeps status from `old`; the registry bumps metadata.generation when anything but metadata and status changed (if `generation`). */
  prepareForUpdate?(object: T, old: T): void;
  /** For the status subresource, when everything but the status is as in `old` again. */
  prepareForStatusUpdate?(object: T, old: T): void;
  /** What is wrong with a name, as messages; default: DNS subdomain (RFC 1123). The registry checks all other metadata itself. */
  readonly nameCheck?: (name: string) => string[];
  /** The same for a generateName; default: a prefix of what `nameCheck` takes. */
  readonly generateNameCheck?: (prefix: string) => string[];
  /** Finalizers may be unqualified names that the system does not know. */
  readonly takesAnyFinalizer?: boolean;
  /** `metadataErrors`: what is wrong with the metadata, for kinds whose further checks depend on it. */
  validate?(object: T, metadataErrors?: readonly FieldError[]): readonly FieldError[];
  validateUpdate?(object: T, old: T, metadataErrors?: readonly FieldError[]): readonly FieldError[];
  validateStatusUpdate?(object: T, old: T): readonly FieldError[];
  /** Texts for the Warning header. */
  warnings?(object: T, old: T | undefined): readonly string[];
  /** PUT on an absent name creates it. */
  readonly allowCreateOnUpdate?: boolean;
  /** An update without resourceVersion is taken; true for nearly every built-in kind, true for custom resources only on patch. */
  readonly allowUnconditionalUpdate?: boolean;
  /** metadata.generation is kept; false for kinds without it (ConfigMap, Secret, Pod before 1.33 …). */
  readonly generation?: boolean;
  /** A completed DELETE answers the object instead of a Status. */
  readonly answersDeletedObject?: boolean;
  /** Seconds to keep the object terminating when deleted (pods); undefined deletes at once. */
  gracePeriodSeconds?(object: T, requestedSeconds: number | undefined): number | undefined;
}

/** A served kind as data: routes, discovery, OpenAPI, tables, validation and clients derive from it. */
export interface KindDefinition {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly listKind: string;
  /** Lower-case plural: the resource in the URL. */
  readonly plural: string;
  readonly singular: string;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly namespaced: boolean;
  readonly verbs: readonly Verb[];
  readonly subresources: readonly SubresourceDefinition[];
  readonly scale?: ScalePaths;
  /** Loaded on first use: schemas are large. */
  readonly schema: () => SchemaSource;
  readonly columns: readonly ColumnDefinition[];
  /** The cells of one Table row, in the columns' order. Absent: by the columns' jsonPath. */
  readonly cells?: (object: UnstructuredObject, now: Date) => readonly unknown[];
  /** What a Table says of the object as a whole, beside its cells. */
  readonly rowConditions?: (object: UnstructuredObject) => readonly RowCondition[];
  /** The order of a Table's rows where it is not that of the names. */
  readonly rowOrder?: (a: UnstructuredObject, b: UnstructuredObject) => number;
  /** Field selectors beyond metadata.name and metadata.namespace, by field path. */
  readonly selectableFields?: Readonly<Record<string, (object: UnstructuredObject) => string>>;
  readonly strategy: Strategy;
  /** Versions of one kind that share storage (autoscaling v1/v2, events): the one that is stored, and the functions to and from it. */
  readonly storage?: {
    readonly group: string;
    readonly version: string;
    readonly plural: string;
    readonly toStored: (object: UnstructuredObject) => UnstructuredObject;
    readonly fromStored: (object: UnstructuredObject) => UnstructuredObject;
  };
  /**
   * Makes a stored object what the schema of its own version says now, in place: custom resources written before their definition changed.
   * Absent: stored objects are current, and their bytes may be served as they are.
   */
  readonly refresh?: (object: UnstructuredObject) => UnstructuredObject;
  /** Objects stored in another version become this one's by asking somebody (a conversion webhook); `storage` is then absent. */
  readonly conversion?: {
    readonly storedApiVersion: string;
    /** The objects in the given version, in the same order. @throws StatusError when they cannot be converted */
    readonly convert: (objects: readonly UnstructuredObject[], apiVersion: string) => Promise<readonly UnstructuredObject[]>;
  };
  /** Objects expire after this long (events: 3600). */
  readonly ttlSeconds?: number;
  /** A create-only review that is answered, never stored (SubjectAccessReview, TokenReview, …). */
  readonly virtual?: boolean;
  /** Text of the Warning that every request for a deprecated version is answered with. */
  readonly deprecationWarning?: string;
  /** A custom resource's definition: its strategy is the CRD machinery's. */
  readonly custom?: {
    readonly definitionName: string;
    readonly storageVersion: string;
    /** Another one with every change of the definition's spec and names: watches that began with an earlier one end. */
    readonly edition: string;
    /** The schema of a version that is defined and not served: who wrote in it still owns what it wrote. */
    readonly unserved?: (version: string) => SchemaSource | undefined;
  };
}
