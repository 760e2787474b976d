/**
 * What `pnpm test` runs: types, lint, format, dead code, layers, generated files, then all tests.
 * Every step runs even if one before it failed; the tests come last, so that their count is the
 * last line.
 */
import { spawnSync } from 'node:child_process';

const steps: readonly (readonly [name: string, command: string, ...args: string[]])[] = [
  ['types', 'tsc', '--noEmit'],
  ['lint', 'oxlint', '--type-aware', '--deny-warnings'],
  ['format', 'biome', 'check', '--linter-enabled=false', '.'],
  ['dead code', 'knip'],
  ['layers', 'node', 'tools/check-layers.ts'],
  ['generated types', 'node', 'schemas/tools/generate-types.ts', '--check'],
  ['generated wasm', 'node', 'libs/objects/tools/build-wasm.ts', '--check'],
  ['generated reference', 'node', 'tools/generate-reference.ts', '--check'],
  ['tests', 'vitest', 'run'],
];

const failed: string[] = [];
for (const [name, command, ...args] of steps) {
  const startedAt = Date.now();
  if (name === 'tests' && failed.length > 0) {
    process.stdout.write(`FAILED before the tests: ${failed.join(', ')}\n`);
  }
  const { status } = spawnSync(command, args, { stdio: 'inherit' });
  if (status !== 0) failed.push(name);
  if (name !== 'tests') {
    const seconds = ((Date.now() - startedAt) / 1000).toFixed(1);
    process.stdout.write(`${status === 0 ? 'ok    ' : 'FAILED'} ${name} (${seconds} s)\n`);
  }
}
process.exitCode = failed.length === 0 ? 0 : 1;
