import type { KindDefinition } from '../../../api/kind-definition.ts';
import type { UserInfo } from '../../http/exchange.ts';
import type { AdmissionAttributes } from '../contract.ts';
import { convertBetween } from './equivalents.ts';

const userInfo = ({ username, uid, groups, extra }: UserInfo): Record<string, unknown> => ({
  username,
  ...(uid ? { uid } : {}),
  groups,
  ...(extra && Object.keys(extra).length > 0 ? { extra } : {}),
});

const kindOf = (definition: KindDefinition, subresource: string): { group: string; version: string; kind: string } => {
  const own = definition.subresources.find(({ name }) => name === subresource)?.kind;
  const { group, version, kind } = own ?? definition;
  return { group, version, kind };
};

/** The `request` of an AdmissionReview (admission.k8s.io/v1), as seen by one version of the kind. */
export const admissionRequest = (attributes: AdmissionAttributes, as: KindDefinition, uid: string): Record<string, unknown> => {
  const { definition, subresource, namespace, name, operation, dryRun, options, object, oldObject, user } = attributes;
  const conversion = { from: definition, to: as, subresource };
  const resourceOf = ({ group, version, plural }: KindDefinition): object => ({ group, version, resource: plural });
  return {
    uid,
    kind: kindOf(as, subresource),
    resource: resourceOf(as),
    ...(subresource === '' ? {} : { subResource: subresource, requestSubResource: subresource }),
    requestKind: kindOf(definition, subresource),
    requestResource: resourceOf(definition),
    ...(name === '' ? {} : { name }),
    ...(namespace === '' ? {} : { namespace }),
    operation,
    userInfo: userInfo(user),
    object: object ? convertBetween(object, conversion) : null,
    oldObject: oldObject ? convertBetween(oldObject, conversion) : null,
    dryRun,
    options: Object.keys(options).length > 0 ? options : null,
  };
};
