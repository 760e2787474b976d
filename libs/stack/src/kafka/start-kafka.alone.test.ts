import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { identify } from '../process/identity.ts';
import { kafkaClasspath } from './kafka-jars.ts';
import { startKafka } from './start-kafka.ts';

const run = promisify(execFile);

it('a killed broker comes back on the same port with its topics', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'kafka-'));
  const classpath = await kafkaClasspath();
  const kafka = await startKafka({ dataDir });
  const topics = async (...args: string[]): Promise<string> => {
    const tool = ['-cp', classpath, 'org.apache.kafka.tools.TopicCommand'];
    const { stdout } = await run('java', [...tool, '--bootstrap-server', kafka.brokers, ...args]);
    return stdout;
  };
  try {
    await topics('--create', '--topic', 'kept');
    const before = kafka.pid();
    await kafka.crash();
    expect(identify(before)).toBeNull();
    await kafka.restart();
    expect(kafka.pid()).not.toBe(before);
    expect(await topics('--describe', '--topic', 'kept')).toContain('PartitionCount: 12');
  } finally {
    await kafka.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
  expect(identify(kafka.pid())).toBeNull();
});
