import type { Engine } from '../engine/create-engine.ts';

/** The engine to those who may call it before it has connected: they wait. */
export function whenLaunched(
  engine: Engine,
  launched: Promise<void>,
): Pick<Engine, 'start' | 'wake' | 'redrive' | 'cancel'> {
  const after =
    <Given extends readonly unknown[], Result>(call: (...given: Given) => Promise<Result>) =>
    async (...given: Given): Promise<Result> => {
      await launched;
      return call(...given);
    };
  return {
    start: after(engine.start),
    wake: after(engine.wake),
    redrive: after(engine.redrive),
    cancel: after(engine.cancel),
  };
}
