/**
 * What `pnpm test` runs: types, lint, format, dead code, layers, generated files, then all tests.
 * Every step runs even if one before it failed; the tests come last, so that their count is the
 * last line. The servers of the tests start while the checks run.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';

type Step = readonly [name: string, command: string, ...args: string[]];

/** The longest first. */
const CHECKS: readonly Step[] = [
  ['lint', 'oxlint', '--type-aware', '--deny-warnings'],
  ['generated reference', 'node', 'tools/generate-reference.ts', '--check'],
  ['dead code', 'knip'],
  ['types', 'tsc', '--noEmit'],
  ['format', 'biome', 'check', '--linter-enabled=false', '.'],
  ['generated wasm', 'node', 'libs/objects/tools/build-wasm.ts', '--check'],
  ['generated types', 'node', 'schemas/tools/generate-types.ts', '--check'],
  ['layers', 'node', 'tools/check-layers.ts'],
];
const CHECKS_AT_ONCE = 2;

/** Runs a check, and prints all that it says in one piece. @returns whether it passed */
async function runCheck([name, command, ...args]: Step): Promise<boolean> {
  const startedAt = Date.now();
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const closed = once(child, 'close').catch((error: unknown) => [String(error)]);
  const [out, err, [status]] = await Promise.all([text(child.stdout), text(child.stderr), closed]);
  const seconds = ((Date.now() - startedAt) / 1000).toFixed(1);
  process.stdout.write(
    `${out}${err}${status === 0 ? 'ok    ' : 'FAILED'} ${name} (${seconds} s)\n`,
  );
  return status === 0;
}

async function runChecks(): Promise<readonly string[]> {
  const failed: string[] = [];
  const waiting = [...CHECKS];
  const work = async (): Promise<void> => {
    for (let check = waiting.shift(); check !== undefined; check = waiting.shift()) {
      if (!(await runCheck(check))) failed.push(check[0]);
    }
  };
  await Promise.all(Array.from({ length: CHECKS_AT_ONCE }, work));
  return failed;
}

/** @returns the addresses as JSON; null where the servers did not start, which they say themselves */
async function addressesOf(stack: ChildProcess): Promise<string | null> {
  for await (const line of createInterface({ input: stack.stdout as NodeJS.ReadableStream })) {
    return line;
  }
  return null;
}

async function runTests(addresses: string | null): Promise<boolean> {
  const given = addresses === null ? {} : { TEST_STACK_ADDRESSES: addresses };
  const child = spawn('vitest', ['run', ...process.argv.slice(2)], {
    stdio: 'inherit',
    env: { ...process.env, ...given },
  });
  const [status] = (await once(child, 'exit')) as [number | null];
  return status === 0;
}

const stack = spawn('node', ['test/stack/hold-stack.ts'], { stdio: ['pipe', 'pipe', 'inherit'] });
const stackEnded = once(stack, 'close');
const [failed, addresses] = await Promise.all([runChecks(), addressesOf(stack)]);
if (failed.length > 0) {
  process.stdout.write(`FAILED before the tests: ${failed.join(', ')}\n`);
}
const hasPassed = await runTests(addresses);
stack.stdin.end();
await stackEnded;
process.exitCode = hasPassed && failed.length === 0 ? 0 : 1;
