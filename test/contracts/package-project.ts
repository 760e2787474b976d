import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

const MANIFEST = { name: 'somebody-elses', version: '1.0.0', private: true, type: 'module' };

const TSCONFIG = {
  compilerOptions: {
    strict: true,
    module: 'nodenext',
    target: 'es2024',
    types: ['node'],
    noEmit: true,
    allowImportingTsExtensions: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
  },
  include: ['*.ts'],
};

const CONSUMER = `import { deadLetter, defineConsumer, done } from '@gemini-events/consumer';

export const consumer = defineConsumer({
  name: 'elsewhere',
  subscribe: ['batch.succeeded', 'interaction'],
  async handle(event, { log }) {
    if (event.type === 'interaction.failed') return deadLetter('ERR_MINE', String(event.error_code));
    // Only a batch has it: the types tell events apart.
    const output: string | null = event.type === 'batch.succeeded' ? event.output_file_uri : null;
    log.info({ output }, 'handled');
    return done();
  },
});
`;

const MAIN = `import { runConsumer } from '@gemini-events/consumer/run';
import { consumer } from './consumer.ts';

await runConsumer(consumer);
`;

const TEST = `import assert from 'node:assert/strict';
import test from 'node:test';
import { batchSucceeded, interactionFailed, testConsumer } from '@gemini-events/consumer/testing';
import { consumer } from './consumer.ts';

test('it is done with a batch, and gives a failed interaction up', async () => {
  const bench = testConsumer(consumer);
  await bench.deliver(
    batchSucceeded({ resource_id: 'batches/abc' }),
    interactionFailed({ resource_id: 'interactions/abc' }),
  );
  assert.deepEqual(
    bench.outcomes().map(({ resource, state }) => [resource, state]),
    [
      ['batches/abc', 'done'],
      ['interactions/abc', 'dead_lettered'],
    ],
  );
});
`;

/** A project of somebody else, outside of this workspace, with the packed package installed by npm. */
export async function makeProject(folder: string, tarball: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const files = {
    'package.json': `${JSON.stringify(MANIFEST, null, 2)}\n`,
    'tsconfig.json': `${JSON.stringify(TSCONFIG, null, 2)}\n`,
    'consumer.ts': CONSUMER,
    'consumer.test.ts': TEST,
    'main.ts': MAIN,
  };
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  const types = '@types/node@24.19.2';
  const quiet = ['--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error'];
  await run('npm', ['install', ...quiet, '--save-exact', tarball, types], { cwd: folder });
}
