/**
 * Writes `src/rows/skim-lines.wasm` from `wasm/index.ts`, which is AssemblyScript. `--check` writes nothing
 * and exits 1 when the file is not current.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(import.meta.dirname, '..');
const target = join(root, 'src/rows/skim-lines.wasm');
// Called, not imported: its types would change those of arrays and texts in the whole workspace.
const compiler = fileURLToPath(import.meta.resolve('assemblyscript/bin/asc.js'));
// Without a runtime: nothing is allocated. Nothing is imported either.
const options = '-O3 --converge --noAssert --enable simd --runtime stub --use abort=';

const dir = mkdtempSync(join(tmpdir(), 'wasm-'));
const built = join(dir, 'built.wasm');
const source = ['index.ts', '--baseDir', join(root, 'wasm'), '--outFile', built];
execFileSync(process.execPath, [compiler, ...source, ...options.split(' ')], { stdio: 'inherit' });
const bytes = readFileSync(built);
rmSync(dir, { recursive: true });

if (process.argv.includes('--check')) {
  if (!readFileSync(target).equals(bytes)) {
    process.stderr.write(
      'libs/objects/src/rows/skim-lines.wasm is not current: run `pnpm generate`\n',
    );
    process.exit(1);
  }
} else {
  writeFileSync(target, bytes);
}
