/** What the channel for errors says in the end, as JSON: a Status, whose members kube-apiserver leaves out when they are empty. */
export interface StreamStatus {
  readonly metadata: Record<string, never>;
  readonly status: 'Success' | 'Failure';
  readonly message?: string;
  readonly reason?: string;
  readonly details?: { readonly causes: readonly { readonly reason?: string; readonly message: string }[] };
  readonly code?: number;
}

export const success: StreamStatus = { metadata: {}, status: 'Success' };

/** The stream failed, not the command. */
export const streamFailure = (message: string): StreamStatus => ({
  metadata: {},
  status: 'Failure',
  message: `Internal error occurred: ${message}`,
  reason: 'InternalError',
  details: { causes: [{ message }] },
  code: 500,
});

const exited = (code: number): StreamStatus => ({
  metadata: {},
  status: 'Failure',
  message: `command terminated with non-zero exit code: command terminated with exit code ${code}`,
  reason: 'NonZeroExitCode',
  details: { causes: [{ reason: 'ExitCode', message: String(code) }] },
});

interface Reported {
  readonly status?: string;
  readonly message?: string;
  readonly reason?: string;
  readonly details?: { readonly causes?: readonly { readonly reason?: string; readonly message?: string }[] };
}

const parsed = (text: string): Reported | undefined => {
  try {
    return JSON.parse(text) as Reported;
  } catch {
    return undefined;
  }
};

/** What a kubelet reported, told to the client. `protocol`: before v4 it is plain text. */
export const toStreamStatus = (text: string, protocol: string): StreamStatus => {
  if (text === '') return success;
  if (!/^v[45]\./.test(protocol)) return streamFailure(`error executing remote command: ${text}`);
  const report = parsed(text);
  if (!report) return streamFailure(`error stream protocol error: ${JSON.stringify(text)} is no JSON`);
  if (report.status === 'Success') return success;
  if (report.status !== 'Failure') return streamFailure('error stream protocol error: unknown error');
  if (report.reason !== 'NonZeroExitCode') return streamFailure(report.message ?? '');
  if (!report.details) return streamFailure('error stream protocol error: details must be set');
  const cause = report.details.causes?.find(({ reason }) => reason === 'ExitCode');
  if (!cause) return streamFailure('error stream protocol error: no ExitCode cause given');
  const code = Number(cause.message);
  return /^\d+$/.test(cause.message ?? '') && code < 256
    ? exited(code)
    : streamFailure(`error stream protocol error: invalid exit code value ${JSON.stringify(cause.message ?? '')}`);
};
