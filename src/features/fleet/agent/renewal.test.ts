import { generateKeyPairSync } from 'node:crypto';
import { expect, test } from 'vitest';
import { selfSign } from '../../../apimachinery/x509/certificate.ts';
import { encodePem } from '../../../apimachinery/x509/pem.ts';
import { createClient } from '../../../client/client.ts';
import type { Transport } from '../../../client/transport.ts';
import { TransportError } from '../../../client/transport.ts';
import { createManager } from '../../../controller-runtime/manager.ts';
import { createFakeClock } from '../../../controller-runtime/testing/fake-clock.ts';
import type { KeyedCertificate } from './certificate.ts';
import { addCertificateRenewal, renewalTime, validityOf } from './renewal.ts';

const hour = 3_600_000;
const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const certificateFrom = (notBefore: number, hours: number): KeyedCertificate => {
  const der = selfSign(
    { subject: { commonName: 'a' }, notBefore: new Date(notBefore), notAfter: new Date(notBefore + hours * hour), keyUsages: [] },
    keys,
  );
  return { certificate: encodePem('CERTIFICATE', der), key: '' };
};
const ignore = (): void => {};
const log = { debug: ignore, info: ignore, warn: ignore, error: ignore };
const refuse = (): Promise<never> => Promise.reject(new TransportError('no network here'));
const nowhere: Transport = { request: refuse, stream: refuse, close: async () => {} };

test.each([
  [0, 14.4],
  [0.5, 16.2],
  [0.999_999_9, 18],
])('with chance %d a day-long certificate is renewed after %d hours', (chance, hours) => {
  const start = Date.UTC(2026, 0, 1);
  const due = renewalTime(certificateFrom(start, 24).certificate, () => chance);
  expect((due - start) / hour).toBeCloseTo(hours, 3);
});

test('renews in time, again and again, and keeps trying while the hub is away', async () => {
  const clock = createFakeClock();
  const start = clock.now();
  let current = certificateFrom(start, 24);
  let away = false;
  const renewedAt: number[] = [];
  const manager = createManager({ client: createClient(nowhere), log, clock });
  addCertificateRenewal(manager, {
    current: () => current,
    request: () => (away ? Promise.reject(new TransportError('away')) : Promise.resolve(certificateFrom(clock.now(), 24))),
    adopt: (renewed) => {
      current = renewed;
      renewedAt.push((clock.now() - start) / hour);
    },
    random: () => 0,
  });
  await manager.start();
  await clock.advance(14 * hour);
  expect(renewedAt).toEqual([]);
  await clock.advance(hour);
  expect(renewedAt).toEqual([expect.closeTo(14.4, 3)]);
  away = true;
  await clock.advance(16 * hour);
  expect(renewedAt).toHaveLength(1);
  away = false;
  await clock.advance(hour);
  expect(renewedAt).toHaveLength(2);
  expect(validityOf(current.certificate).notAfter).toBeGreaterThan(clock.now());
  await manager.stop();
});
