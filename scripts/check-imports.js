// The import rules of the linter have teeth: each of these files must be refused, and for the reason given.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const top = join(dirname(fileURLToPath(import.meta.url)), '..');
const forbidden = [
  { folder: 'packages/core/src', code: "import { readFileSync } from 'node:fs';\nreadFileSync('x');\n" },
  { folder: 'packages/core/src', code: "import { verify } from '@heaplay/replay';\nverify();\n" },
  { folder: 'packages/core/src', code: 'export const title: string = document.title;\n' },
  { folder: 'packages/core/src', code: 'export const chance: number = Math.random();\n' },
  { folder: 'packages/core/src', code: 'export const now: number = Date.now();\n' },
  { folder: 'packages/replay/src', code: "import { readFileSync } from 'node:fs';\nreadFileSync('x');\n" },
  { folder: 'packages/replay/src', code: "import { view } from '@heaplay/trace-viewer';\nview();\n" },
  { folder: 'packages/replay/src', code: "import { main } from './cli/main.ts';\nmain();\n" },
  { folder: 'packages/trace-viewer/src', code: "import { readFileSync } from 'node:fs';\nreadFileSync('x');\n" },
  { folder: 'packages/trace-viewer/src', code: "import { openTrace } from '@heaplay/replay/node';\nopenTrace();\n" },
  { folder: 'packages/trace-viewer/src/engine', code: "import { signal } from '@preact/signals';\nsignal(0);\n" },
];

let toothless = 0;
for (const { folder, code } of forbidden) {
  const place = mkdtempSync(join(top, folder, 'forbidden-'));
  const file = join(place, 'sample.ts');
  writeFileSync(file, code.replace("'./cli/", "'../cli/"));
  const { stdout } = spawnSync('npx', ['oxlint', file], { cwd: top, encoding: 'utf8' });
  rmSync(place, { recursive: true });
  if (!/no-restricted/.test(stdout)) {
    toothless++;
    console.error(`not refused in ${folder}:\n${code}${stdout}`);
  }
}
console.log(`${forbidden.length - toothless} passed, ${toothless} failed`);
process.exitCode = toothless === 0 ? 0 : 1;
