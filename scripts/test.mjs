// The whole suite: the unit tests, then every end-to-end lane that can run here (each says why when it cannot, and fails where
// CI=true). The last line is the plain count: `N passed, N failed`.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const reports = mkdtempSync(join(tmpdir(), 'causeway-test-'));
const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');

/** Runs one vitest project; a file that cannot be loaded, and a run that printed no report, count as one failure each. */
const run = (project) => {
  const report = join(reports, `${project}.json`);
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const { status } = spawnSync(process.execPath, [vitest, 'run', '--project', project, ...reporters], {
    stdio: ['ignore', 'inherit', 'inherit'],
    cwd: root,
  });
  if (!existsSync(report)) return { passed: 0, failed: 1 };
  const { numPassedTests, numFailedTests, testResults } = JSON.parse(readFileSync(report, 'utf8'));
  const broken = testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0).length;
  const failed = numFailedTests + broken;
  return { passed: numPassedTests, failed: status !== 0 && failed === 0 ? 1 : failed };
};

const results = [run('unit'), run('e2e')];
rmSync(reports, { recursive: true, force: true });
const sum = (field) => results.reduce((total, result) => total + result[field], 0);
process.stdout.write(`${sum('passed')} passed, ${sum('failed')} failed\n`);
process.exitCode = sum('failed') > 0 ? 1 : 0;
