import { parseSecret } from '@gemini-events/webhooks';
import type { Job } from '../jobs/job.ts';
import { NO_EXTRAS } from '../runs/extras.ts';
import { Tally } from '../runs/tally.ts';
import type { Settings } from '../settings.ts';
import type { Shares } from '../shares.ts';
import { createSimulator } from '../simulator.ts';

/** Nothing goes wrong. */
export const NO_TROUBLE: Shares = {
  repeats: 0,
  forgeries: 0,
  stale: 0,
  malformed: 0,
  unknown: 0,
  failures: 0,
  requiresAction: 0,
};

/** Jobs of one second, without trouble. */
export function testSettings(more: Partial<Settings> = {}): Settings {
  return {
    seed: 1,
    apiKey: null,
    webhook: null,
    shares: NO_TROUBLE,
    minDurationMs: 1_000,
    maxDurationMs: 1_000,
    outputBytes: 2_048,
    maxJobs: 1_000,
    uploadBytes: 1024 ** 2,
    indexingMs: 1_000,
    connections: 16,
    timeoutMs: 2_000,
    retry: { baseMs: 10, capMs: 50, giveUpAfterMs: 3_600_000 },
    userMetadataPlace: 'data',
    cancelledEvents: 'dynamic',
    allowsRemote: false,
    pointerOrigin: null,
    ...more,
  };
}

export const SECRET = 'whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=';

/** A webhook that is registered from the start, with `SECRET`. */
export function testWebhook(uri: string): NonNullable<Settings['webhook']> {
  const parsed = parseSecret(SECRET);
  if (!parsed.ok) throw new Error(parsed.fault);
  return { uri, secret: SECRET, key: parsed.key };
}

/** A batch with its input in a file, that has succeeded. */
export function testJob(more: Partial<Job> = {}): Job {
  return {
    name: 'batches/b1',
    model: 'models/gemini-3.8-flash',
    request: { kind: 'batch', displayName: 'n', inputFile: 'files/in', rows: null },
    outcome: 'succeeded',
    createdAt: Date.UTC(2026, 10, 1, 10),
    outputBytes: 2_048,
    webhook: null,
    extras: NO_EXTRAS,
    tally: new Tally(),
    state: 'succeeded',
    endedAt: Date.UTC(2026, 10, 1, 10, 20),
    ...more,
  };
}

export const ORIGIN = 'http://127.0.0.1:8080';

/** What a call came to, its JSON body included. */
export interface CallResult<Body> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Body;
}

/**
 * A simulator that is called without a socket. A body that is text is sent as it is, another as JSON;
 * `faults` are the causes of 500 answers.
 */
export function openSimulator(more: Partial<Settings> = {}, origin: () => string = () => ORIGIN) {
  const faults: Error[] = [];
  const simulator = createSimulator(testSettings(more), {
    origin,
    now: Date.now,
    onAttempt: () => undefined,
    onFault: (error) => faults.push(error),
  });
  const request = async (
    method: string,
    path: string,
    body?: unknown,
    headers: Readonly<Record<string, string>> = { 'x-goog-api-key': 'any' },
  ): Promise<Response> =>
    await simulator.app.request(path, {
      method,
      headers,
      ...(body === undefined
        ? {}
        : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
  const call = async <Body>(...order: Parameters<typeof request>): Promise<CallResult<Body>> => {
    const answer = await request(...order);
    return { status: answer.status, headers: answer.headers, body: (await answer.json()) as Body };
  };
  return { request, call, faults, close: (): Promise<void> => simulator.close() };
}
export type OpenSimulator = ReturnType<typeof openSimulator>;

/** Google's error body, as a matcher. */
export const googleError = (code: number, status: string, message: string) => ({
  error: { code, status, message },
});

/** A line that tells an interaction's chain what to do, turn by turn. */
export const script = (...turns: object[]): string => `simulate: ${JSON.stringify({ turns })}`;
