import type { ConsumerProgress } from './consumer-progress.ts';
import type { RunCounts } from './counts.ts';
import type { ServiceAddresses } from './services.ts';
import { renderTable } from './table.ts';

export function stepLine(text: string, milliseconds: number): string {
  const seconds = milliseconds === 0 ? '' : `${(milliseconds / 1000).toFixed(1)} s`;
  return `  ${text.padEnd(44)} ${seconds}`.trimEnd();
}

/** The counts of a run as a small table, and what each consumer has handled. */
export function talliesOf(
  counts: RunCounts,
  consumers: readonly ConsumerProgress[] = [],
): string[] {
  return renderTable([
    ['delivered (HTTP attempts)', counts.delivered],
    ['  accepted (202)', counts.accepted],
    ['  refused (forged, stale)', counts.refused],
    ['dropped as repeats', counts.duplicates],
    ['published on gemini.events.*', counts.events],
    ['quarantined', counts.quarantined],
    ['results stored', counts.results],
    ...consumers.map(({ name, handled }) => [`handled by ${name}`, handled] as const),
  ]).split('\n');
}

/** What runs where, and what to try next. */
export function readyText(
  stack: {
    readonly KAFKA_BROKERS: string;
    readonly SCHEMA_REGISTRY_URL: string;
    readonly DATABASE_URL: string;
  },
  services: ServiceAddresses,
  dataDir: string,
): string {
  const metrics = Object.entries(services.admin).map(([name, url]) => [name, `${url}/metrics`]);
  const rows = [
    ['webhook', services.webhookUrl],
    ['webhook of own jobs', services.agentWebhookUrl],
    ['simulated Gemini API', services.simulatorUrl],
    ['notifier API', services.notifierApiUrl],
    ['agent API', services.agentApiUrl],
    ['Kafka', stack.KAFKA_BROKERS],
    ['schema registry', stack.SCHEMA_REGISTRY_URL],
    ['Postgres', stack.DATABASE_URL.replace(/:[^:@/]*@/, ':…@')],
    ['stored results', services.resultsDir],
    ['logs', `${dataDir}/logs`],
    ...metrics,
  ] as [string, string][];
  const width = Math.max(...rows.map(([name]) => name.length));
  const lines = rows.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`);
  return `
The bridge runs. Ctrl-C ends it; its data stays in ${dataDir}.

${lines.join('\n')}

Next: add a consumer of your own with docs/guides/add-a-consumer.md, or look at what was stored.`;
}
