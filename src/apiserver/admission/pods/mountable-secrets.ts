import type { UnstructuredObject } from '../../../apimachinery/meta/object.ts';
import type { Container, PodSpec } from './pod-types.ts';

interface SecretUse {
  readonly secret: string;
  readonly message: (account: string) => string;
}

function* containerUses(title: string, containers: readonly Container[] | undefined): Generator<SecretUse> {
  for (const { name, env, envFrom } of containers ?? []) {
    for (const variable of env ?? []) {
      const secret = variable.valueFrom?.secretKeyRef?.name;
      if (secret === undefined) continue;
      const how = `${title} ${name} with envVar ${variable.name} referencing secret.secretName="${secret}"`;
      yield { secret, message: (account) => `${how} is not allowed because service account ${account} does not reference that secret` };
    }
    for (const source of envFrom ?? []) {
      const secret = source.secretRef?.name;
      if (secret === undefined) continue;
      const how = `${title} ${name} with envFrom referencing secret.secretName="${secret}"`;
      yield { secret, message: (account) => `${how} is not allowed because service account ${account} does not reference that secret` };
    }
  }
}

function* secretUses(spec: PodSpec): Generator<SecretUse> {
  for (const { secret } of spec.volumes ?? []) {
    const name = secret?.secretName;
    if (name === undefined) continue;
    const how = `volume with secret.secretName="${name}"`;
    yield { secret: name, message: (account) => `${how} is not allowed because service account ${account} does not reference that secret` };
  }
  yield* containerUses('init container', spec.initContainers);
  yield* containerUses('container', spec.containers);
  yield* containerUses('ephemeral container', spec.ephemeralContainers);
}

/** What a pod uses beyond the secrets its service account lists, or undefined. Asked only for accounts that enforce it. */
export const forbiddenSecretReference = (spec: PodSpec, account: UnstructuredObject): string | undefined => {
  const { name } = account.metadata;
  const allowed = new Set(((account['secrets'] as { name: string }[] | undefined) ?? []).map((secret) => secret.name));
  for (const { secret, message } of secretUses(spec)) if (!allowed.has(secret)) return message(name);
  const pull = new Set(((account['imagePullSecrets'] as { name: string }[] | undefined) ?? []).map((secret) => secret.name));
  const index = spec.imagePullSecrets?.findIndex((secret) => !pull.has(secret.name)) ?? -1;
  if (index < 0) return undefined;
  return `imagePullSecrets[${index}].name="${spec.imagePullSecrets?.[index]?.name}" is not allowed because service account ${name} does not reference that imagePullSecret`;
};
