import { Command } from '@commander-js/extra-typings';
import type { Io } from '@gemini-events/cli-kit';
import type { SchemaChange } from '@gemini-events/kafka/codec';

export function schemasCommand(io: Io) {
  const apply = new Command('apply')
    .description('Register the Avro schemas that are not registered yet; prints what changes.')
    .option('--dry-run', 'only say what would change')
    .option('--json', 'one JSON array on stdout')
    .addHelpText(
      'after',
      '\nExample:\n  SCHEMA_REGISTRY_URL=http://localhost:8081 gemini-events schemas apply',
    )
    .action(async ({ dryRun = false, json = false }) => {
      const { configOf, schemasConfig } = await import('@gemini-events/cli-kit/config');
      const { createRegistry } = await import('@gemini-events/kafka/codec');
      const config = configOf(schemasConfig, io);
      const changes = await createRegistry(config).applySchemas(config.TOPIC_PREFIX, { dryRun });
      if (json) io.out(JSON.stringify(changes));
      else for (const change of changes) io.out(renderSchemaChange(change));
      const changed = changes.filter(({ change }) => change !== 'unchanged').length;
      io.talk(`${changes.length} schemas, ${changed} ${dryRun ? 'would be ' : ''}registered`);
    });
  return new Command('schemas').description('The Avro schemas.').addCommand(apply);
}

export function renderSchemaChange({ subject, change, id }: SchemaChange): string {
  return `${change === 'unchanged' ? '=' : '+'} ${subject}${id === null ? '' : `  id ${id}`}`;
}
