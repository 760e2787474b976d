import { renderList } from './render-list.ts';
import { typeOf } from './subscriptions.ts';

/** A consumer that is to be written. */
export interface NewConsumer {
  readonly name: string;
  /** Types, families, or `unknown`. */
  readonly subscribe: readonly string[];
}

/** The files of a new consumer, by their paths in its folder; formatted as the workspace's own. */
export function consumerFiles(consumer: NewConsumer): ReadonlyMap<string, string> {
  return new Map([
    ['package.json', manifest(consumer)],
    ['README.md', readme(consumer)],
    ['src/consumer.ts', definition(consumer)],
    ['src/consumer.unit.test.ts', test(consumer)],
    ['src/main.ts', MAIN],
  ]);
}

const inWords = (items: readonly string[]): string =>
  items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`;

function manifest({ name, subscribe }: NewConsumer): string {
  const text = {
    name: `@gemini-events/${name}`,
    version: '0.1.0',
    private: true,
    description: `Consumer of ${inWords(subscribe)}`,
    license: 'Apache-2.0',
    type: 'module',
    dependencies: {
      '@gemini-events/consumer': 'workspace:*',
      '@gemini-events/service': 'workspace:*',
    },
  };
  return `${JSON.stringify(text, null, 2)}\n`;
}

function definition({ name, subscribe }: NewConsumer): string {
  const list = renderList(
    'subscribe: [',
    subscribe.map((each) => `'${each}'`),
    '],',
    { space: '', indent: '  ' },
  );
  return `import { defineConsumer, done } from '@gemini-events/consumer';

export const consumer = defineConsumer({
  name: '${name}',
${list}
  async handle(event, { log }) {
    log.info({ type: event.type }, 'handled');
    return done();
  },
});
`;
}

const MAIN = `import '@gemini-events/service/lean-process';
import { runConsumer } from '@gemini-events/consumer/run';
import { consumer } from './consumer.ts';

await runConsumer(consumer);
`;

/** The name of a type's sample in the testing kit: \`batch.succeeded\` is \`batchSucceeded\`. */
function sampleOf(type: string): string {
  return type === 'unknown'
    ? 'unknownEvent'
    : type.replaceAll(/[._](\w)/g, (_, letter: string) => letter.toUpperCase());
}

/** A resource id as jobs of a type have it. */
function resourceOf(type: string): string {
  const family = type.split('.', 1).join('');
  const collection = family === 'batch' ? 'batches' : `${family}s`;
  return `${collection}/abc`;
}

function test({ subscribe }: NewConsumer): string {
  const types = [...new Set(subscribe.map(typeOf))];
  const names = [...types.map(sampleOf), 'testConsumer'].sort();
  const imports = renderList('import {', names, "} from '@gemini-events/consumer/testing';", {
    space: ' ',
  });
  const tests = types.map(
    (type) => `
it('is done with ${type} at the first attempt', async () => {
  const bench = testConsumer(consumer);
  await bench.deliver(${sampleOf(type)}({ resource_id: '${resourceOf(type)}' }));
  expect(bench.outcomes()).toEqual([{ resource: '${resourceOf(type)}', state: 'done' }]);
});
`,
  );
  return `${imports}
import { expect, it } from 'vitest';
import { consumer } from './consumer.ts';
${tests.join('')}`;
}

function readme({ name, subscribe }: NewConsumer): string {
  const folder = `services/consumers/${name}`;
  return `# ${name}

Handles ${inWords(subscribe.map((each) => `\`${each}\``))}. What it does with an event stands in \`src/consumer.ts\`.

\`\`\`sh
npx -y pnpm@12.21.0 test:unit ${folder}
npx -y pnpm@12.21.0 start     # the whole bridge, with this consumer
\`\`\`

It runs alone by \`node ${folder}/src/main.ts\`, which needs \`KAFKA_BROKERS\`, \`SCHEMA_REGISTRY_URL\` and \`DATABASE_URL\`; \`--check-config\` tells what else it reads.

[When a handler fails](../../../docs/guides/when-a-handler-fails.md) says when an event comes again.
`;
}
