import type { Strategy } from '../kind-definition.ts';
import { secretWarnings } from './warnings/secret-warnings.ts';
import { validateSecret, validateSecretUpdate } from './validate-config.ts';
import type { Secret } from './types.gen.ts';

/** stringData is only written, never kept: it goes into data. */
const mergeStringData = (secret: Secret): void => {
  const { stringData } = secret;
  if (stringData === undefined) return;
  secret.data ??= {};
  for (const [key, value] of Object.entries(stringData)) secret.data[key] = Buffer.from(value).toString('base64');
  delete secret.stringData;
};

export const secretStrategy: Strategy<Secret> = {
  validate: validateSecret,
  validateUpdate: validateSecretUpdate,
  warnings: secretWarnings,
  applyDefaults: (secret) => {
    mergeStringData(secret);
    secret.type ||= 'Opaque';
  },
};
