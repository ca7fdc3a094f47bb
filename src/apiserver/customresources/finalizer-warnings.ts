import type { UnstructuredObject } from '../../apimachinery/meta/object.ts';
import { goQuote } from '../../apimachinery/text/go-quote.ts';
import { isQualifiedName } from '../../apimachinery/validation/names.ts';

const standard = new Set(['orphan', 'foregroundDeletion', 'kubernetes']);

const problemsOf = (finalizer: string): string[] => {
  const problems = isQualifiedName(finalizer);
  if (finalizer.includes('/') || standard.has(finalizer)) return problems;
  const path = finalizer.includes('.') ? ' including a path (/)' : '';
  return [...problems, `prefer a domain-qualified finalizer name${path} to avoid accidental conflicts with other finalizer writers`];
};

/** What is to be said of the finalizers that a custom object has now and had not before; of other kinds they would be refused. */
export const finalizerWarnings = ({ metadata }: UnstructuredObject, old: UnstructuredObject | undefined): string[] => {
  const before = new Set(old?.metadata.finalizers);
  return [...new Set(metadata.finalizers)]
    .filter((finalizer) => !before.has(finalizer))
    .toSorted()
    .flatMap((finalizer) => problemsOf(finalizer).map((problem) => `metadata.finalizers: ${goQuote(finalizer)}: ${problem}`));
};
