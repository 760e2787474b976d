import { type Stack, startStack } from '@gemini-events/stack';

/**
 * The stack that integration tests share. Its Postgres does not wait for the disk: no test restarts that
 * server, and tests that restart one have their own.
 */
export function startTestStack(dataDir: string): Promise<Stack> {
  return startStack({
    dataDir,
    provider: process.env['TEST_STACK'] === 'containers' ? 'containers' : 'embedded',
    postgresSettings: { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' },
  });
}
