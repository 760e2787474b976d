import fc from 'fast-check';
import type { LaunchesHarness } from '../launches.contract.ts';
import type { NewLaunch } from '../launches.ts';

const MINUTE = 60_000;

/** Something that happens to a ledger; what it answers is the same for each of them. */
export interface LaunchCommand {
  readonly text: string;
  readonly run: (harness: LaunchesHarness) => Promise<unknown>;
}

/** What is left of an answer without times, which differ. */
function timeless(answer: unknown): unknown {
  return JSON.parse(
    JSON.stringify(answer, (name, value: unknown) =>
      name.endsWith('At') ? value !== null : name === 'ageMs' ? undefined : value,
    ),
  );
}

const command = (text: string, run: LaunchCommand['run']): LaunchCommand => ({
  text,
  run: async (harness) => timeless((await run(harness)) ?? null),
});

const key = fc.constantFrom('a', 'b', 'c');
const caller = fc.constantFrom('one', 'two');
const resource = fc.constantFrom('batches/1', 'batches/2');
const calls = fc.integer({ min: 1, max: 3 });

const launchOf = (key: string, caller: string, digest: string): NewLaunch => ({
  key,
  kind: 'batch',
  digest: digest.repeat(32),
  caller,
  model: null,
  owner: key === 'a' ? 'acme' : null,
  labels: {},
  route: null,
  budgetUsd: null,
  previousId: null,
  runId: null,
});

/** Any of what may happen to a ledger, `show` often among it. */
export const launchCommands: fc.Arbitrary<readonly LaunchCommand[]> = fc.array(
  fc.oneof(
    fc
      .tuple(key, caller, fc.constantFrom('ab', 'ab', 'ab', 'cd'))
      .map((given) =>
        command(`begin ${given.join()}`, ({ launches }) => launches.begin(launchOf(...given))),
      ),
    fc
      .tuple(key, caller, resource)
      .map((given) =>
        command(`created ${given.join()}`, ({ launches }) => launches.created(...given)),
      ),
    fc
      .tuple(key, caller)
      .map((given) =>
        command(`refused ${given.join()}`, ({ launches }) =>
          launches.refused(...given, { code: 'ERR_GEMINI_QUOTA', message: 'later' }),
        ),
      ),
    fc
      .tuple(key, resource)
      .map((given) => command(`adopt ${given.join()}`, ({ launches }) => launches.adopt(...given))),
    fc
      .tuple(key, caller, calls)
      .map(([key, caller, sinceCalls]) =>
        command(`again ${key} ${caller} ${sinceCalls}`, ({ launches }) =>
          launches.again(key, caller, { sinceCalls }),
        ),
      ),
    key.map((key) => command(`announced ${key}`, ({ launches }) => launches.announced(key))),
    key.map((key) => command(`find ${key}`, ({ launches }) => launches.find(key))),
    resource.map((id) => command(`of ${id}`, ({ launches }) => launches.ofResource(id))),
    fc.constant(command('pass', (harness) => harness.passTime(MINUTE))),
    fc
      .nat(3)
      .map((age) =>
        command(`prune ${age}`, async (harness) =>
          harness.launches.prune((await harness.now()) - (age + 0.5) * MINUTE),
        ),
      ),
  ),
  { minLength: 1, maxLength: 30 },
);
