import { setTimeout as sleep } from 'node:timers/promises';
import type { StoreEvents } from './backend.ts';
import type { AuditWebhookSettings } from './settings.ts';

const attempts = 5;
const backoffFactor = 1.5;
const timeoutSeconds = 30;

/** Posts EventLists of audit.k8s.io/v1, again and again after failures, at growing intervals; `closing` ends the waiting, not the trying. */
export const createWebhookSender =
  ({ post, initialBackoffSeconds }: Pick<AuditWebhookSettings, 'post' | 'initialBackoffSeconds'>, closing: AbortSignal): StoreEvents =>
  async (entries) => {
    const body = `{"kind":"EventList","apiVersion":"audit.k8s.io/v1","metadata":{},"items":[${entries.map((entry) => entry.json()).join(',')}]}`;
    let pause = initialBackoffSeconds * 1000;
    for (let attempt = 1; ; attempt++) {
      try {
        return await post(body, AbortSignal.timeout(timeoutSeconds * 1000));
      } catch (error) {
        if (attempt >= attempts || closing.aborted) throw error;
      }
      await sleep(pause, undefined, { signal: closing, ref: false }).catch(() => {});
      pause *= backoffFactor;
    }
  };
