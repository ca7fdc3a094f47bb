import { readFileSync } from 'node:fs';

/** Those of kube-apiserver 1.35, by what they are when nobody sets them. */
interface KnownGates {
  readonly on: readonly string[];
  readonly off: readonly string[];
}

/** Those that can be set here. */
const settable = ['MutatingAdmissionPolicy'] as const;
export type FeatureGate = (typeof settable)[number];

const isSettable = (name: string): name is FeatureGate => (settable as readonly string[]).includes(name);

const truth = (name: string, value: string): boolean => {
  if (value === 'true') return true;
  if (value === 'false') return false;
  throw new Error(`invalid value of feature-gates: ${name}=${value}: must be true or false`);
};

/**
 * `--feature-gates` as kube-apiserver takes it, `kube:` before names included: a gate that it knows may be said to be what it is here.
 * @throws {Error} when there is no such gate, or it cannot be so here
 */
export const parseFeatureGates = (pairs: Readonly<Record<string, string>>): ReadonlySet<FeatureGate> => {
  const enabled = new Set<FeatureGate>();
  let known: KnownGates | undefined;
  for (const [pair, value] of Object.entries(pairs)) {
    const name = pair.replace(/^kube:/, '');
    const on = truth(name, value);
    if (isSettable(name)) {
      if (on) enabled.add(name);
      continue;
    }
    known ??= JSON.parse(readFileSync(new URL('./feature-gates.json', import.meta.url), 'utf8')) as KnownGates;
    if (!known.on.includes(name) && !known.off.includes(name)) throw new Error(`unrecognized feature gate: ${name}`);
    if (known.on.includes(name) !== on)
      throw new Error(`cannot set feature gate ${name} to ${on}: this server ${on ? 'does not have that feature' : 'always has it'}`);
  }
  return enabled;
};
