import { jsonEqual } from '../../apimachinery/equality/json-equal.ts';
import { eachContainer } from './each-container.ts';
import type { AppArmorProfile, Container, EphemeralContainer, Pod } from './types.gen.ts';
import { validateAppArmor } from './validate-security-profiles.ts';

const annotationPrefix = 'container.apparmor.security.beta.kubernetes.io/';

const profileOf = (text: string): AppArmorProfile | undefined => {
  if (text === 'runtime/default') return { type: 'RuntimeDefault' };
  if (text === 'unconfined') return { type: 'Unconfined' };
  return text.startsWith('localhost/') ? { type: 'Localhost', localhostProfile: text.slice('localhost/'.length) } : undefined;
};

interface Translation {
  readonly container: Container | EphemeralContainer;
  readonly profile: AppArmorProfile;
  readonly key: string;
}

/** The containers whose profile only an annotation tells: not the pod's field either. */
const translations = ({ metadata, spec }: Pod): Translation[] => {
  const found: Translation[] = [];
  if (spec.os?.name === 'windows') return found;
  eachContainer(spec, '', (container) => {
    const key = annotationPrefix + container.name;
    const text = metadata.annotations?.[key];
    if (text === undefined || container.securityContext?.appArmorProfile) return;
    const profile = profileOf(text);
    if (!profile || jsonEqual(profile, spec.securityContext?.appArmorProfile ?? null)) return;
    if (validateAppArmor(profile, '').length === 0) found.push({ container, profile, key });
  });
  return found;
};

const translated = new WeakMap<Pod, readonly Translation[]>();

/** What is to be said of a new pod whose annotations have become fields, or will. */
export const appArmorWarnings = (pod: Pod): readonly string[] =>
  (translated.get(pod) ?? translations(pod)).map(
    ({ key }) => `metadata.annotations[${key}]: deprecated since v1.30; use the "appArmorProfile" field instead`,
  );

/** Fills a container's AppArmor field from the annotation that came before it (KEP-24), unless the pod's field says the same. */
export const applyAppArmorAnnotations = (pod: Pod): void => {
  const found = translations(pod);
  for (const { container, profile } of found) container.securityContext = { ...container.securityContext, appArmorProfile: profile };
  translated.set(pod, found);
};
