import type { KindDefinition } from '../api/kind-definition.ts';
import { builtInKinds, kindsOffByDefault } from '../api/kinds.ts';
import { formatGroupVersion } from '../apimachinery/meta/group-version.ts';
import { parseFeatureGates } from './feature-gates.ts';
import { type AdmissionSettings, checkAdmissionSettings } from '../apiserver/admission/settings.ts';

/** What an API server serves and enforces beyond the defaults, as kube-apiserver's flags of these names say it. */
export interface ServingFlags {
  /** `admissionregistration.k8s.io/v1beta1=true`, `api/beta=true`, … */
  readonly runtimeConfig?: Readonly<Record<string, string>>;
  readonly featureGates?: Readonly<Record<string, string>>;
  readonly enableAdmissionPlugins?: readonly string[];
  readonly disableAdmissionPlugins?: readonly string[];
}

const truth = (key: string, value: string): boolean => {
  if (value === '' || value === 'true') return true;
  if (value === 'false') return false;
  throw new Error(`invalid value of runtime-config: ${key}=${value}: must be true or false`);
};

const stabilityOf = (version: string): string => /alpha|beta/.exec(version)?.[0] ?? 'ga';

/** @throws {Error} when it names what is not there, or turns off what this server cannot do without */
const servedKinds = (config: Readonly<Record<string, string>>): readonly KindDefinition[] => {
  const more = kindsOffByDefault();
  const optional = new Set(more.map(({ group, version }) => formatGroupVersion(group, version)));
  const always = new Set(builtInKinds.map(({ group, version }) => formatGroupVersion(group, version)));
  const wanted = new Map<string, boolean>();
  for (const [key, value] of Object.entries(config)) {
    const on = truth(key, value);
    if (key.startsWith('api/')) {
      const stability = key.slice('api/'.length);
      if (!['all', 'ga', 'beta', 'alpha'].includes(stability)) throw new Error(`unknown api groups ${key}`);
      if (!on && (stability === 'ga' || stability === 'all'))
        throw new Error(`runtime-config ${key}=false: these versions are always served`);
      for (const each of optional) if (stability === 'all' || stabilityOf(each) === stability) wanted.set(each, wanted.get(each) ?? on);
    } else if (optional.has(key)) wanted.set(key, on);
    else if (!always.has(key)) throw new Error(`unknown api groups ${key}`);
    else if (!on) throw new Error(`runtime-config ${key}=false: this version is always served`);
  }
  return [...builtInKinds, ...more.filter(({ group, version }) => wanted.get(formatGroupVersion(group, version)))];
};

/** The flags as the API server takes them. @throws {Error} that says which flag is wrong */
export const servingOptions = (
  flags: ServingFlags = {},
): { readonly kinds: readonly KindDefinition[]; readonly admission: AdmissionSettings } => {
  const gates = parseFeatureGates(flags.featureGates ?? {});
  const kinds = servedKinds(flags.runtimeConfig ?? {});
  const mutatingPolicies = gates.has('MutatingAdmissionPolicy');
  if (mutatingPolicies && !kinds.some(({ plural, version }) => plural === 'mutatingadmissionpolicies' && version === 'v1beta1'))
    throw new Error('feature-gates MutatingAdmissionPolicy=true: runtime-config must have admissionregistration.k8s.io/v1beta1=true');
  const admission = {
    mutatingPolicies,
    ...(flags.enableAdmissionPlugins ? { enable: flags.enableAdmissionPlugins } : {}),
    ...(flags.disableAdmissionPlugins ? { disable: flags.disableAdmissionPlugins } : {}),
  };
  checkAdmissionSettings(admission);
  return { kinds, admission };
};
