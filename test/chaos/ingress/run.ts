import { createRandom, type Random } from '../random.ts';
import { abuse } from './abuse.ts';
import { brokerAway } from './away.ts';
import { type Bed, openBed } from './bed.ts';
import { forgedBesideGenuine } from './forged.ts';
import { kills } from './kills.ts';
import { makeSignKeys } from './sign-keys.ts';

export interface IngressChaosOptions {
  readonly seed: number;
  /** Names of {@link SCENARIOS}; empty: all short ones. */
  readonly only: readonly string[];
  /** The ones that take minutes, too. */
  readonly isLong: boolean;
  readonly say: (line: string) => void;
}

type Scenario = (bed: Bed, random: Random, say: (line: string) => void) => Promise<string[]>;

const FORGED_SECONDS = 10;
const AWAY_SECONDS = 360;

const SHORT: Readonly<Record<string, Scenario>> = {
  forged: (bed, _, say) => forgedBesideGenuine(bed, FORGED_SECONDS, say),
  abuse: (bed, _, say) => abuse(bed, say),
  kills,
};
const LONG: Readonly<Record<string, Scenario>> = {
  away: (bed, _, say) => brokerAway(bed, AWAY_SECONDS, say),
};
const SCENARIOS = { ...SHORT, ...LONG };

/** Runs each scenario on a broker and an ingress of its own. @returns what was wrong */
export async function runIngressChaos(options: IngressChaosOptions): Promise<readonly string[]> {
  const { only, isLong, say } = options;
  const unknown = only.filter((name) => !(name in SCENARIOS));
  if (unknown.length > 0) return [`no scenario is named ${unknown.join()}`];
  const faults: string[] = [];
  for (const [name, scenario] of Object.entries(SCENARIOS)) {
    const isWanted = only.length > 0 ? only.includes(name) : isLong || name in SHORT;
    if (!isWanted) continue;
    say(`${name}:`);
    const bed = await openBed(makeSignKeys());
    try {
      const found = await scenario(bed, createRandom(options.seed), say);
      faults.push(...found.map((fault) => `${name}: ${fault}`));
    } finally {
      await bed.end();
    }
  }
  return faults;
}
