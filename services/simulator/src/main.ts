import { randomInt } from 'node:crypto';
import { configOrExit, runService } from '@gemini-events/service';
import { settingsOf, simulatorConfig } from './config.ts';
import { listen } from './listen.ts';
import { createSimulator } from './simulator.ts';

const config = configOrExit(simulatorConfig);

await runService({ name: 'simulator', config }, async ({ log, metrics, adminPort }) => {
  const settings = settingsOf(config, () => randomInt(2 ** 32));
  const attempts = metrics.counter(
    'gemini_events_simulator_deliveries_total',
    'HTTP attempts that ended, by result.',
    ['result'],
  );
  let origin = '';
  const simulator = createSimulator(settings, {
    origin: () => origin,
    now: Date.now,
    onAttempt: (result) => attempts.inc({ result }),
    onFault: (err) => log.error({ err }, 'a call failed'),
  });
  const server = await listen(simulator.app, config.SIMULATOR_HOST, config.SIMULATOR_PORT);
  const { port } = server;
  const host = config.SIMULATOR_HOST.includes(':')
    ? `[${config.SIMULATOR_HOST}]`
    : config.SIMULATOR_HOST;
  origin = `http://${host}:${port}`;
  log.info({ port, origin, seed: settings.seed, adminPort }, 'running');
  return {
    ready: () => ({ ok: true, detail: `listening on ${origin}` }),
    stop: async () => {
      await server.close();
      await simulator.close();
    },
  };
});
