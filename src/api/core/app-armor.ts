import { jsonEqual } from '../../apimachinery/equality/json-equal.ts';
import { eachContainer } from './each-container.ts';
import type { AppArmorProfile, Pod } from './types.gen.ts';
import { validateAppArmor } from './validate-security-profiles.ts';

const annotationPrefix = 'container.apparmor.security.beta.kubernetes.io/';

const profileOf = (text: string): AppArmorProfile | undefined => {
  if (text === 'runtime/default') return { type: 'RuntimeDefault' };
  if (text === 'unconfined') return { type: 'Unconfined' };
  return text.startsWith('localhost/') ? { type: 'Localhost', localhostProfile: text.slice('localhost/'.length) } : undefined;
};

const translated = new WeakMap<Pod, readonly string[]>();

/** What is to be said of a new pod whose annotations have become fields. */
export const appArmorWarnings = (pod: Pod): readonly string[] => translated.get(pod) ?? [];

/** Fills a container's AppArmor field from the annotation that came before it (KEP-24), unless the pod's field says the same. */
export const applyAppArmorAnnotations = (pod: Pod): void => {
  const { metadata, spec } = pod;
  const warnings: string[] = [];
  if (spec.os?.name === 'windows') return;
  eachContainer(spec, '', (container) => {
    const key = annotationPrefix + container.name;
    const text = metadata.annotations?.[key];
    if (text === undefined || container.securityContext?.appArmorProfile) return;
    const profile = profileOf(text);
    if (!profile || validateAppArmor(profile, '').length > 0) return;
    warnings.push(`metadata.annotations[${key}]: deprecated since v1.30; use the "appArmorProfile" field instead`);
    if (jsonEqual(profile, spec.securityContext?.appArmorProfile ?? null)) return;
    container.securityContext = { ...container.securityContext, appArmorProfile: profile };
  });
  translated.set(pod, warnings);
};
