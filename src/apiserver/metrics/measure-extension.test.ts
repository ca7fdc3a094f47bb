import { expect, test } from 'vitest';
import type { AuthorizationAttributes } from '../authorization/contract.ts';
import type { ServerContext } from '../extension.ts';
import type { ApiRequest } from '../http/exchange.ts';
import { createExtensionMeasures } from './measure-extension.ts';
import { createMetricsRegistry } from './registry.ts';

const request = {} as ApiRequest;
const attributes = {} as AuthorizationAttributes;

test('who asks and who may are counted once a request, whatever the number of methods', async () => {
  const registry = createMetricsRegistry();
  const extension = createExtensionMeasures(registry)(() => ({
    name: 'some',
    authenticators: [() => undefined, async () => ({ username: 'a@example.com', groups: [] }), () => Promise.reject(new Error('bad'))],
    authorizers: [() => ({ decision: 'no-opinion', reason: '' }), async () => ({ decision: 'allow', reason: '' })],
  }))({} as ServerContext);
  const [first, second, third] = extension.authenticators ?? [];
  // What is synchronous stays so.
  expect(first?.(request)).toBeUndefined();
  expect(await second?.(request)).toMatchObject({ username: 'a@example.com' });
  await expect(third?.(request)).rejects.toThrow('bad');
  for (const authorize of extension.authorizers ?? []) await authorize(attributes);
  const text = await registry.render('prometheus');
  expect(text).toContain('authentication_attempts{result="success"} 1\n');
  expect(text).toContain('authentication_attempts{result="error"} 1\n');
  expect(text).toContain('authenticated_user_requests{username="email_id"} 1\n');
  expect(text).toContain('authorization_attempts_total{result="allowed"} 1\n');
  expect(text).not.toContain('result="no-opinion"');
});
