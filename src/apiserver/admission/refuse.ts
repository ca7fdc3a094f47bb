import { forbidden } from '../../apimachinery/errors/api-errors.ts';
import type { StatusError } from '../../apimachinery/errors/status-error.ts';
import type { GroupVersionResource } from '../../apimachinery/meta/group-version.ts';
import type { AdmissionAttributes } from './contract.ts';

/** `pods "x" is forbidden: REASON`; an object without a name yet goes by its generateName, a collection is Unknown. */
export const refuse = ({ definition, name, object }: AdmissionAttributes, reason: string): StatusError =>
  forbidden({ group: definition.group, resource: definition.plural }, name || object?.metadata.generateName || 'Unknown', reason);

/** Whether the request is for this resource, in whatever version. */
export const isFor = ({ definition, subresource }: AdmissionAttributes, group: string, resource: string, wanted = ''): boolean =>
  definition.plural === resource && definition.group === group && subresource === wanted;

export const coreResource = (resource: string): GroupVersionResource => ({ group: '', version: 'v1', resource });
