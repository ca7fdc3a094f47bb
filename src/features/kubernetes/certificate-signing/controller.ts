import { createPrivateKey } from 'node:crypto';
import type { SubjectAccessReview } from '../../../api/authorization/types.gen.ts';
import type { CertificateSigningRequest, CertificateSigningRequestCondition } from '../../../api/certificates/types.gen.ts';
import { certificateSigningRequestsRef, subjectAccessReviewsRef } from '../../../api/refs.gen.ts';
import { createIssuer } from '../../../apimachinery/x509/certificate.ts';
import { decodePem } from '../../../apimachinery/x509/pem.ts';
import { formatTime } from '../../../controller-runtime/clock.ts';
import type { Manager, ReconcileResult } from '../../../controller-runtime/contract.ts';
import { watch } from '../../../controller-runtime/watch.ts';
import { deleteObject } from '../common/delete-object.ts';
import { errorMessage } from '../common/error-message.ts';
import { hasCondition, isOurs, isStale, nodePermission, sign } from './reconcile.ts';

const recheckSeconds = 3600;

/** Approves kubelets' own requests, signs approved ones of the built-in signers, and removes old ones. PEM. */
export const addCertificateSigningController = (manager: Manager, signer: { readonly certificate: string; readonly key: string }): void => {
  const { client, clock } = manager;
  const requests = manager.informer<CertificateSigningRequest>(certificateSigningRequestsRef);
  const resource = client.resource<CertificateSigningRequest>(certificateSigningRequestsRef);
  const [authority] = decodePem(signer.certificate);
  if (!authority) throw new Error('sign certificates: the signer has no certificate');
  const issuer = createIssuer(authority.der, createPrivateKey(signer.key));

  const withStatus = (request: CertificateSigningRequest, condition: Omit<CertificateSigningRequestCondition, 'status'>) => ({
    ...request,
    status: {
      ...request.status,
      conditions: [...(request.status?.conditions ?? []), { status: 'True', lastUpdateTime: formatTime(clock.now()), ...condition }],
    },
  });
  const isAllowed = async ({ spec }: CertificateSigningRequest, subresource: string): Promise<boolean> => {
    const { username, groups, uid, extra } = spec;
    const review: SubjectAccessReview = {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SubjectAccessReview',
      metadata: { name: '' },
      spec: {
        ...(username ? { user: username } : {}),
        ...(groups ? { groups } : {}),
        ...(uid ? { uid } : {}),
        ...(extra ? { extra } : {}),
        resourceAttributes: {
          group: 'certificates.k8s.io',
          version: '*',
          resource: 'certificatesigningrequests',
          verb: 'create',
          subresource,
        },
      },
    };
    return (await client.resource<SubjectAccessReview>(subjectAccessReviewsRef).create(review)).status?.allowed === true;
  };
  const approve = async (request: CertificateSigningRequest): Promise<void> => {
    const permission = nodePermission(request);
    if (!permission || !(await isAllowed(request, permission))) return;
    const what = permission === 'selfnodeclient' ? 'self kubelet client certificate' : 'kubelet client certificate';
    const message = `Auto approving ${what} after SubjectAccessReview.`;
    const approved = withStatus(request, { type: 'Approved', reason: 'AutoApproved', message });
    await resource.updateSubresource(request.metadata.name, undefined, 'approval', approved);
  };
  const issue = async (request: CertificateSigningRequest): Promise<void> => {
    let outcome: ReturnType<typeof sign>;
    try {
      outcome = sign(request, { issuer, now: clock.now() });
    } catch (error) {
      outcome = { refusal: errorMessage(error) };
    }
    if ('refusal' in outcome)
      await resource.updateStatus(withStatus(request, { type: 'Failed', reason: 'SignerValidationFailure', message: outcome.refusal }));
    else await resource.updateStatus({ ...request, status: { ...request.status, certificate: outcome.certificate } });
  };

  const reconcile = async (name: string): Promise<ReconcileResult> => {
    const request = requests.byKey(name);
    if (!request) return undefined;
    if (isStale(request, clock.now())) return void (await deleteObject(resource, request));
    const open = isOurs(request) && !request.status?.certificate && !hasCondition(request, 'Denied') && !hasCondition(request, 'Failed');
    if (open && hasCondition(request, 'Approved')) await issue(request);
    else if (open) await approve(request);
    return { requeueAfterSeconds: recheckSeconds };
  };
  manager.addController({ name: 'certificate-signing', watches: [watch(requests)], reconcile });
};
