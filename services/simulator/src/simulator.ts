import type { Hono } from 'hono';
import type { ApiContext } from './api/context.ts';
import { invalid } from './api/google-error.ts';
import { createApp } from './app.ts';
import { createDeliverer } from './deliveries/deliver.ts';
import { isHttp, isLoopback } from './deliveries/delivery-uri.ts';
import { createEventFirer } from './deliveries/fire-events.ts';
import { Limiter } from './deliveries/limiter.ts';
import { createSender } from './deliveries/send.ts';
import { createSigningKeys, dynamicTarget } from './deliveries/target.ts';
import { unknownEvent } from './events/event-body.ts';
import { createFaults } from './faults/faults.ts';
import { FileSearch } from './file-search/file-search.ts';
import { createJobRunner } from './jobs/job-runner.ts';
import { JobStore } from './jobs/job-store.ts';
import { launch } from './jobs/launch.ts';
import { planAsked } from './jobs/plan-asked-job.ts';
import { controlApi, type RunRequest } from './runs/control-api.ts';
import { planJob, planRun } from './runs/plan-run.ts';
import { type Run, RunRegistry } from './runs/run-registry.ts';
import { startRun } from './runs/start-run.ts';
import type { AttemptResult } from './runs/tally.ts';
import type { Settings } from './settings.ts';
import { withChanges } from './shares.ts';
import { BoundedMap } from './util/bounded-map.ts';
import { webhookId } from './util/ids.ts';
import { createRandom } from './util/random.ts';
import { createScheduler } from './util/scheduler.ts';
import { SUBSCRIBABLE, WebhookRegistry } from './webhooks/webhook-registry.ts';

/** Inputs of interactions that are remembered; the oldest are forgotten. */
const MAX_INPUT_CHARACTERS = 64 * 1024 ** 2;

export interface Simulator {
  readonly app: Hono;
  /** Finishes the attempts that are under way; what waits is dropped. */
  close(): Promise<void>;
}

/** Puts a Gemini API together that runs jobs and delivers their events. */
export function createSimulator(
  settings: Settings,
  outside: {
    /** Known once the port is open. */
    readonly origin: () => string;
    readonly now: () => number;
    readonly onAttempt: (result: AttemptResult) => void;
    /** Told of the cause where a call ends in 500. */
    readonly onFault: (error: Error) => void;
  },
): Simulator {
  const { now, onAttempt } = outside;
  const random = createRandom(settings.seed);
  const scheduler = createScheduler();
  const limiter = new Limiter(settings.connections);
  const sender = createSender(settings);
  const webhooks = new WebhookRegistry(now);
  const signingKeys = createSigningKeys();
  const runs = new RunRegistry(settings.seed);
  const store = new JobStore(settings.maxJobs);
  const pointerOrigin = (): string => settings.pointerOrigin ?? outside.origin();
  const { retry } = settings;
  const deliverer = createDeliverer({ sender, limiter, scheduler, random, now, retry, onAttempt });
  const fireEvents = createEventFirer({
    ...settings,
    deliverer,
    scheduler,
    random,
    now,
    pointerOrigin,
    receivers: {
      subscribed: (type, isSubscribable) => webhooks.subscribed(type, isSubscribable),
      dynamic: (uri) => dynamicTarget(uri, signingKeys),
    },
  });
  const runner = createJobRunner({ store, scheduler, now, onEnd: fireEvents });

  if (settings.webhook !== null) {
    webhooks.add({ name: 'environment', events: SUBSCRIBABLE, ...settings.webhook });
  }

  const api: ApiContext = {
    store,
    runner,
    webhooks,
    signingKeys,
    uploads: new BoundedMap(settings.uploadBytes),
    sessions: new BoundedMap(settings.uploadBytes),
    inputs: new BoundedMap(MAX_INPUT_CHARACTERS),
    fileSearch: new FileSearch({ now, indexingMs: settings.indexingMs }),
    now,
    pointerOrigin,
    create(request, model, webhook) {
      const drawn = planJob(request.kind, settings.shares, settings, random);
      const plan = planAsked(drawn, request);
      const { outputBytes } = settings;
      return launch(
        { plan, request, model, webhook, outputBytes, tally: runs.api.tally },
        runner,
        now(),
      );
    },
    checkUri(uri) {
      if (!isHttp(uri)) throw invalid(`Invalid webhook uri '${uri}': http or https is needed.`);
      if (!settings.allowsRemote && !isLoopback(uri)) {
        throw invalid(`Invalid webhook uri '${uri}': the simulator delivers to loopback only.`);
      }
    },
    ping(id) {
      const target = webhooks.target(id);
      if (target === null) return;
      const { tally } = runs.api;
      tally.eventFired('unknown');
      const event = unknownEvent('ping', id, now());
      deliverer.deliver({
        ...event,
        webhookId: webhookId(),
        kind: 'unknown',
        type: 'ping',
        target,
        tally,
      });
    },
  };

  const start = (request: RunRequest): Run => {
    if (webhooks.subscribed('', false).length === 0)
      throw invalid('No webhook is registered and enabled.');
    const run = runs.add(request.seed ?? random.int(0, 0xffff_ffff));
    const shares = withChanges(settings.shares, request.shares);
    const plan = planRun({ ...settings, jobs: request.jobs, shares }, createRandom(run.seed));
    const { prefix } = request;
    const ratePerSecond = request.ratePerSecond ?? null;
    const outputBytes = request.outputBytes ?? settings.outputBytes;
    startRun(run, plan, { runner, scheduler, now, prefix, ratePerSecond, outputBytes });
    return run;
  };

  return {
    app: createApp(api, controlApi(runs, start), createFaults(), {
      isKeyRight: (key) => settings.apiKey === null || key === settings.apiKey,
      onFault: outside.onFault,
    }),
    async close() {
      scheduler.close();
      await limiter.close();
      await sender.close();
    },
  };
}
