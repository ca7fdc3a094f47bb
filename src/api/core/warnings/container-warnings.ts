import { goQuote } from '../../../apimachinery/text/go-quote.ts';
import type { Container } from '../types.gen.ts';
import { fractionalBytes } from './fractional-bytes.ts';

/** A later variable hides an earlier of the name, unless it adds to it. */
const hiddenVariables = ({ env = [] }: Container, path: string): string[] => {
  const seen = new Set<string>();
  return env.flatMap(({ name, value }, index) => {
    const reference = `$(${name})`;
    const adds = value !== undefined && value !== reference && value.includes(reference);
    const hides = seen.has(name) && !adds;
    seen.add(name);
    return hides ? [`${path}.env[${index}]: hides previous definition of ${goQuote(name)}, which may be dropped when using apply`] : [];
  });
};

/** What is odd about a container, but taken. */
export const containerWarnings = (container: Container, path: string): string[] => [
  ...fractionalBytes(container.resources?.limits, `${path}.resources.limits`),
  ...fractionalBytes(container.resources?.requests, `${path}.resources.requests`),
  ...hiddenVariables(container, path),
];
