// Makes dist/app/seed.gen.json: what a new member and a new hub have in their stores once they have settled (src/app/seed.ts).
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createClient } from '../dist/client/client.js';
import { startHub } from '../dist/app/hub.js';
import { createLogger } from '../dist/app/log.js';
import { startMember } from '../dist/app/member.js';
import { takeSeed } from '../dist/app/seed.js';
import { controllerManager, userOf } from '../dist/app/identities.js';

const directory = mkdtempSync(join(tmpdir(), 'causeway-seed-'));
const log = createLogger({ level: 'error', format: 'text', write: (line) => process.stderr.write(`${line}\n`) });
const hub = await startHub({ directory: join(directory, 'hub'), store: 'memory:', port: 0, log });
const member = await startMember({ name: 'member', directory: join(directory, 'member'), nodes: 0, preferredPort: undefined, log });
const client = hub.server.client(userOf(controllerManager), 'causeway-seed');
const memberClient = createClient(member.transport, { userAgent: 'causeway-seed' });
let seed = '';
for (let quiet = 0, attempt = 0; quiet < 3 && attempt < 40; attempt++) {
  await sleep(250);
  const next = JSON.stringify(await takeSeed(memberClient, client));
  quiet = next === seed ? quiet + 1 : 0;
  seed = next;
}
writeFileSync(new URL('../dist/app/seed.gen.json', import.meta.url), seed);
await member.stop();
await hub.stop();
rmSync(directory, { recursive: true, force: true });
process.exit(0);
