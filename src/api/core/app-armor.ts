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

/** Fills a container's AppArmor field from the annotation that came before it (KEP-24), unless the pod's field says the same. */
export const applyAppArmorAnnotations = ({ metadata, spec }: Pod): void => {
  if (spec.os?.name === 'windows') return;
  eachContainer(spec, '', (container) => {
    const text = metadata.annotations?.[annotationPrefix + container.name];
    const profile = text === undefined ? undefined : profileOf(text);
    if (!profile || container.securityContext?.appArmorProfile || validateAppArmor(profile, '').length > 0) return;
    if (jsonEqual(profile, spec.securityContext?.appArmorProfile ?? null)) return;
    container.securityContext = { ...container.securityContext, appArmorProfile: profile };
  });
};
