/**
 * Starts the shared stack of the tests, prints its addresses as one line of JSON, and holds it until its
 * standard input ends: also when the parent process was killed.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startTestStack } from './test-stack.ts';

const dataDir = await mkdtemp(join(tmpdir(), 'gemini-events-test-'));
const { stop, ...addresses } = await startTestStack(dataDir);
process.stdout.write(`${JSON.stringify(addresses)}\n`);
process.stdin.resume();
await new Promise((resolve) => process.stdin.once('close', resolve));
await stop();
await rm(dataDir, { recursive: true, force: true });
