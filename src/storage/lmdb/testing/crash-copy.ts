import { cpSync } from 'node:fs';
import { open } from 'lmdb';

/** A copy of an open store's directory as a crash at this moment would leave it, free for the next owner. Not while LMDB is written. */
export async function crashCopy(path: string, copy: string): Promise<void> {
  cpSync(path, copy, { recursive: true });
  const root = open({ path: copy, noSubdir: false, encoding: 'binary' });
  const ownership = root.openDB({ name: 'ownership', encoding: 'binary', useVersions: true });
  await ownership.put('owner', Buffer.from('null'), ownership.getEntry('owner')?.version ?? 0);
  await root.close();
}
