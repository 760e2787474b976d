import { Command } from '@commander-js/extra-typings';
import { EXIT, type ExitCode, type Io } from '@gemini-events/cli-kit';

export function startCommand(io: Io, finish: (code: ExitCode) => void) {
  return new Command('start')
    .description('Run the whole bridge here, with a simulated Gemini API.')
    .option('--once', 'end when all simulated jobs are through; fail unless the counts add up')
    .option('--json', 'the counts as one JSON object, the last line on stdout')
    .option('--fresh', 'delete the data of earlier starts first')
    .addHelpText(
      'after',
      `
Servers that exist are used when KAFKA_BROKERS, SCHEMA_REGISTRY_URL or DATABASE_URL is set.
INGRESS_PORT, SIMULATOR_PORT, NOTIFIER_API_PORT and AGENT_API_PORT choose the ports; without them free
ones are found. AGENT_WORKFLOWS names a module of your own workflows, instead of the two examples.

Example:
  gemini-events start --once --json`,
    )
    .action(async ({ once = false, json = false, fresh = false }) => {
      const { runStart } = await import('./start/run-start.ts');
      const ending = new AbortController();
      const interrupt = (): void => ending.abort();
      process.once('SIGINT', interrupt);
      process.once('SIGTERM', interrupt);
      try {
        finish(await runStart({ once, json, fresh }, io, ending.signal));
      } catch (error) {
        if (!ending.signal.aborted) throw error;
        finish(EXIT.interrupted);
      } finally {
        process.off('SIGINT', interrupt);
        process.off('SIGTERM', interrupt);
      }
    });
}
