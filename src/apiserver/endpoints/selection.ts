import type { KindDefinition } from '../../api/kind-definition.ts';
import { badRequest } from '../../apimachinery/errors/api-errors.ts';
import type { UnstructuredObject } from '../../apimachinery/meta/object.ts';
import { matchesFields, parseFieldSelector, requiredFieldValue, type FieldSelector } from '../../apimachinery/selectors/field-selector.ts';
import { matchesLabels } from '../../apimachinery/selectors/label-selector.ts';
import { goQuote } from '../../apimachinery/text/go-quote.ts';
import { parseLabelSelector } from '../../apimachinery/selectors/parse-label-selector.ts';
import { quickMatch } from './quick-match.ts';

/** Which objects of a collection a request is about. */
export interface Selection {
  /** Undefined: all of them, nothing need be parsed. */
  readonly matches: ((object: UnstructuredObject) => boolean) | undefined;
  /** The label selector alone; undefined when there is none. */
  readonly matchesLabels?: ((labels: Readonly<Record<string, string>>) => boolean) | undefined;
  /** Whether fields count too, so that labels do not tell all. */
  readonly hasFields: boolean;
  /** Whether a stored value may match at all, found cheaper than by parsing it. */
  readonly mayMatch?: ((value: Uint8Array) => boolean) | undefined;
  /** The one name that can match, when a field selector fixes it. */
  readonly name: string | undefined;
  readonly namespace: string | undefined;
  /** Equal keys select alike. */
  readonly key: string;
}

const everything: Selection = { matches: undefined, name: undefined, namespace: undefined, key: '', hasFields: false };

const fieldValue = (definition: KindDefinition, object: UnstructuredObject, field: string): string => {
  if (field === 'metadata.name') return object.metadata.name;
  if (field === 'metadata.namespace') return object.metadata.namespace ?? '';
  return definition.selectableFields?.[field]?.(object) ?? '';
};

/** How a kind words that it cannot be selected by a field, where it has words of its own. */
const ownWords: Readonly<Record<string, (field: string) => string>> = {
  'batch/jobs': (field) => `field label ${goQuote(field)} not supported for Job`,
  'resource.k8s.io/resourceslices': (field) => `field label not supported for resource.k8s.io/v1, Kind=ResourceSlice: ${field}`,
};

/** Kinds of the cluster that say themselves what they can be selected by know no namespace. */
const knowsNamespace = ({ namespaced, selectableFields, custom }: KindDefinition): boolean =>
  namespaced || custom !== undefined || selectableFields === undefined;

const checkFields = (definition: KindDefinition, selector: FieldSelector): void => {
  for (const { field } of selector.requirements) {
    if (field === 'metadata.name' || definition.selectableFields?.[field]) continue;
    if (field === 'metadata.namespace' && knowsNamespace(definition)) continue;
    const words = ownWords[`${definition.group}/${definition.plural}`];
    if (words) throw badRequest(words(field));
    throw badRequest(
      definition.selectableFields || definition.custom
        ? `field label not supported: ${field}`
        : `${goQuote(field)} is not a known field selector: only "metadata.name", "metadata.namespace"`,
    );
  }
};

/** @throws StatusError BadRequest on a malformed selector, or a field that the kind cannot be selected by */
export const parseSelection = (definition: KindDefinition, query: URLSearchParams): Selection => {
  const labels = query.get('labelSelector') ?? '';
  const fields = query.get('fieldSelector') ?? '';
  if (labels === '' && fields === '') return everything;
  const labelSelector = parseLabelSelector(labels);
  const fieldSelector = parseFieldSelector(fields);
  checkFields(definition, fieldSelector);
  if (labelSelector.requirements.length === 0 && fieldSelector.requirements.length === 0) return everything;
  const name = requiredFieldValue(fieldSelector, 'metadata.name');
  return {
    matches: (object) =>
      matchesLabels(labelSelector, object.metadata.labels) &&
      matchesFields(fieldSelector, (field) => fieldValue(definition, object, field)),
    matchesLabels: labelSelector.requirements.length > 0 ? (own) => matchesLabels(labelSelector, own) : undefined,
    hasFields: fieldSelector.requirements.length > 0,
    mayMatch: quickMatch(definition, labelSelector, name),
    name,
    namespace: definition.namespaced ? requiredFieldValue(fieldSelector, 'metadata.namespace') : undefined,
    key: `${labels}\n${fields}`,
  };
};
