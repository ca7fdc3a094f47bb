import { parseAuditPolicy } from '../apiserver/audit/policy.ts';
import type { AuditLogSettings, AuditSettings, AuditWebhookSettings } from '../apiserver/audit/settings.ts';
import { createHttpTransport } from '../client/http/http-transport.ts';
import { readKubeconfig, targetOfKubeconfig } from '../client/kubeconfig.ts';

export interface AuditOptions {
  /** The Policy of audit.k8s.io/v1, in YAML. */
  readonly policy: string;
  readonly log?: AuditLogSettings;
  readonly webhook?: Omit<AuditWebhookSettings, 'post'> & {
    /** A kubeconfig whose server takes the events, at the very URL that it says. */
    readonly configFile: string;
  };
}

/** Posts to the server of a kubeconfig. */
const createPost = async (configFile: string): Promise<AuditWebhookSettings['post']> => {
  const { transport: options } = await targetOfKubeconfig(await readKubeconfig(configFile));
  const { origin, pathname, search } = new URL(options.server);
  const transport = createHttpTransport({ ...options, server: origin });
  return async (body, signal) => {
    const headers = { 'content-type': 'application/json', accept: 'application/json' };
    const { status } = await transport.request({ method: 'POST', path: `${pathname}${search}`, headers, body, signal });
    if (status < 200 || status > 299) throw new Error(`post audit events to ${origin}: status ${status}`);
  };
};

/** @throws Error that says what is wrong with the policy, or the webhook's kubeconfig */
export const auditSettings = async ({ policy, log, webhook }: AuditOptions): Promise<AuditSettings> => ({
  policy: parseAuditPolicy(policy),
  ...(log ? { log } : {}),
  ...(webhook ? { webhook: { ...webhook, post: await createPost(webhook.configFile) } } : {}),
});
