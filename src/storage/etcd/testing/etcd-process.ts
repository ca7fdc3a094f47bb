import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'vitest';
import { eventually } from '../../testing/watch-recorder.ts';
import { freePorts } from './free-ports.ts';

const places = [process.env['CAUSEWAY_ETCD'] ?? '', join(homedir(), '.cache/peers/bin/etcd'), '/usr/bin/etcd', '/usr/local/bin/etcd'];

/** The etcd program to test against; undefined when there is none. */
export const etcdProgram: string | undefined = places.find((path) => path !== '' && existsSync(path));

/** Says loudly that a lane cannot run here; under CI that is a failure. */
export function sayWithoutEtcd(what: string, missing: boolean = etcdctlProgram === undefined): void {
  if (!missing) return;
  const message = `${what}: NOT TESTED, no etcd found: set CAUSEWAY_ETCD, build the peers, or apt-get install etcd-server etcd-client`;
  test.skipIf(process.env['CI'] !== 'true')(message, () => {
    throw new Error(message);
  });
}

export interface EtcdMember {
  readonly name: string;
  readonly clientUrl: string;
  kill(signal: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): void;
  restart(): Promise<void>;
  /** Where it keeps its data. */
  readonly directory: string;
  /** Resolves when it has ended. */
  readonly ended: Promise<unknown>;
}

export interface EtcdCluster {
  readonly members: readonly EtcdMember[];
  readonly endpoints: readonly string[];
  stop(): Promise<void>;
}

export interface EtcdClusterOptions {
  readonly members?: number;
  /** More command-line flags for every member. */
  readonly flags?: readonly string[];
  readonly scheme?: 'http' | 'https';
}

/** Starts members on loopback and waits until each accepts connections. */
export async function startEtcd({ members = 1, flags = [], scheme = 'http' }: EtcdClusterOptions = {}): Promise<EtcdCluster> {
  const program = etcdProgram;
  if (program === undefined) throw new Error('startEtcd: no etcd program');
  const directory = mkdtempSync(join(tmpdir(), 'causeway-etcd-'));
  const ports = await freePorts(members * 2);
  const url = (index: number, kind: 0 | 1): string => `${kind === 0 ? scheme : 'http'}://127.0.0.1:${ports[index * 2 + kind]}`;
  const initial = Array.from({ length: members }, (_, i) => `m${i}=${url(i, 1)}`).join(',');
  const started = Array.from({ length: members }, (_, i) => {
    const peer = url(i, 1);
    const client = url(i, 0);
    const args = [
      `--name=m${i}`,
      `--data-dir=${join(directory, `m${i}`)}`,
      `--listen-client-urls=${client}`,
      `--advertise-client-urls=${client}`,
      `--listen-peer-urls=${peer}`,
      `--initial-advertise-peer-urls=${peer}`,
      `--initial-cluster=${initial}`,
      '--log-level=error',
      ...flags,
    ];
    return new Member(`m${i}`, {
      clientUrl: client,
      directory: join(directory, `m${i}`),
      run: () => spawn(program, args, { stdio: 'ignore' }),
    });
  });
  await Promise.all(started.map((member) => member.restart()));
  return {
    members: started,
    endpoints: started.map((member) => member.clientUrl),
    async stop() {
      for (const member of started) member.kill('SIGKILL');
      await Promise.all(started.map((member) => member.ended));
      rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

class Member implements EtcdMember {
  readonly name: string;
  readonly clientUrl: string;
  readonly directory: string;
  readonly #run: () => ChildProcess;
  #process: ChildProcess | undefined;
  ended: Promise<unknown> = Promise.resolve();

  constructor(
    name: string,
    { clientUrl, directory, run }: Pick<EtcdMember, 'clientUrl' | 'directory'> & { readonly run: () => ChildProcess },
  ) {
    this.name = name;
    this.clientUrl = clientUrl;
    this.directory = directory;
    this.#run = run;
  }

  kill(signal: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): void {
    this.#process?.kill(signal);
  }

  async restart(): Promise<void> {
    await this.ended;
    const child = this.#run();
    this.#process = child;
    this.ended = new Promise((resolve) => child.once('close', resolve));
    const { hostname, port } = new URL(this.clientUrl);
    await eventually(() => accepts(hostname, Number(port)), `etcd ${this.name} to listen`);
  }
}

/** The etcdctl program that lies beside etcd; undefined when there is none. */
export const etcdctlProgram: string | undefined = [etcdProgram?.replace(/etcd$/, 'etcdctl')].find((path) => path && existsSync(path));

/** Runs etcdctl and answers with its output. */
export function etcdctl(cluster: EtcdCluster, args: readonly string[]): string {
  const program = etcdctlProgram;
  if (program === undefined) throw new Error('etcdctl: no such program, apt-get install etcd-client');
  return execFileSync(program, ['--endpoints', cluster.endpoints.join(','), ...args], {
    env: { ...process.env, ETCDCTL_API: '3' },
    stdio: ['ignore', 'pipe', 'ignore'],
  }).toString();
}

/** The member that leads, as those that answer have it. */
export function leaderOf(cluster: EtcdCluster): EtcdMember {
  const leaders = cluster.members.map((member) => {
    try {
      const one = { ...cluster, endpoints: [member.clientUrl] };
      const [{ Status }] = JSON.parse(etcdctl(one, ['endpoint', 'status', '--command-timeout=2s', '-w', 'json'])) as [EndpointStatus];
      return { member, isLeader: Status.leader === Status.header.member_id };
    } catch {
      return undefined;
    }
  });
  const leader = leaders.find((status) => status?.isLeader);
  if (!leader) throw new Error('etcd: none of the members leads');
  return leader.member;
}

interface EndpointStatus {
  readonly Status: { readonly leader: number; readonly header: { readonly member_id: number } };
}

async function accepts(host: string, port: number): Promise<boolean> {
  const { connect } = await import('node:net');
  return new Promise((resolve) => {
    const socket = connect(port, host);
    const answer = (ok: boolean) => () => {
      socket.destroy();
      resolve(ok);
    };
    socket.once('connect', answer(true)).once('error', answer(false));
  });
}
