import type { Json } from '../../src/apimachinery/meta/object.ts';
import type { Step } from './requests.ts';

/** Short ways to write steps down. */
export const get = (path: string, accept?: string): Step => ({ method: 'GET', path, ...(accept === undefined ? {} : { accept }) });
export const post = (path: string, body: Json, more: Partial<Step> = {}): Step => ({ method: 'POST', path, body, ...more });
export const put = (path: string, body: Json, more: Partial<Step> = {}): Step => ({ method: 'PUT', path, body, ...more });
export const del = (path: string, body?: Json): Step => ({ method: 'DELETE', path, ...(body === undefined ? {} : { body }) });
export const patch = (path: string, body: Json, type = 'merge-patch+json'): Step => ({
  method: 'PATCH',
  path,
  body,
  type: `application/${type}`,
});
/** As somebody else. */
export const as = (user: string, step: Step, groups?: string): Step => ({
  ...step,
  headers: { ...step.headers, 'impersonate-user': user, ...(groups === undefined ? {} : { 'impersonate-group': groups }) },
});
