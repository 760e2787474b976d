import { setTimeout as delay } from 'node:timers/promises';
import { brokerAway } from './broker-away.ts';
import { freezeInTransaction, stateOf } from './freeze.ts';
import { holdBackAnswer, holdBackCommit } from './hold-commits.ts';
import { type Fault, LONG_FAULT } from './plan-faults.ts';
import type { Scene, Struck } from './scene.ts';

/** Past the session timeout (6 s) and past the transaction timeout (5 s). */
const STOP_MS = { min: 6_500, max: 10_000 };

/** Does one fault and mends it. */
export async function strike(fault: Fault, scene: Scene): Promise<Struck> {
  const { fleet, kafka, random } = scene;
  const instance = random.pick(fleet.names());
  switch (fault) {
    case 'kill in an open transaction':
      return killInTransaction(scene, instance);
    case 'kill':
      await fleet.kill(instance);
      await fleet.launch(instance);
      return { text: `kill -9 of ${instance}` };
    case 'stop past the session timeout': {
      const ms = random.int(STOP_MS.min, STOP_MS.max);
      fleet.signal(instance, 'SIGSTOP');
      await delay(ms);
      fleet.signal(instance, 'SIGCONT');
      return { text: `SIGSTOP of ${instance} for ${ms} ms` };
    }
    case 'end in order':
      await fleet.end(instance);
      await fleet.launch(instance);
      return { text: `SIGTERM of ${instance}, started again` };
    case 'scale out and in': {
      const extra = 'extra';
      await fleet.launch(extra);
      await delay(random.int(2_000, 5_000));
      await fleet.end(extra);
      return { text: 'one instance more, and less again' };
    }
    case 'kill the broker':
      await kafka.crash();
      await delay(random.int(200, 3_000));
      await kafka.restart();
      return { text: 'kill -9 of the broker, started again' };
    case 'hold back a commit answer':
      return holdBackAnswer(scene, instance);
    case 'hold back a commit':
      return holdBackCommit(scene, instance);
    case LONG_FAULT:
      return brokerAway(scene);
  }
}

async function killInTransaction(scene: Scene, instance: string): Promise<Struck> {
  const { fleet } = scene;
  const state = await freezeInTransaction(scene, instance);
  await fleet.kill(instance);
  const after = await stateOf(scene, instance);
  await fleet.launch(instance);
  const isInside = state === 'Ongoing' && after === 'Ongoing';
  return {
    text: `kill -9 of ${instance} ${isInside ? 'inside' : 'NOT inside'} an open transaction (coordinator says ${after} after it)`,
    isInside,
  };
}
