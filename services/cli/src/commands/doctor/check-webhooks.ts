import { type Finding, fail, ok, warn } from '@gemini-events/cli-kit';
import type { DoctorConfig } from '@gemini-events/cli-kit/config';

const LIMIT_MS = 10_000;
const MOST = 1_000;

interface Webhook {
  readonly id?: string;
  readonly uri?: string;
  readonly state?: string;
}

/**
 * Asks the Gemini API for the webhooks of the key's project (contract notes 1): nothing else tells that
 * one was switched off, or that two of them send every event twice.
 */
export async function checkWebhooks(config: DoctorConfig): Promise<readonly Finding[]> {
  const { GEMINI_API_KEY: key, GEMINI_BASE_URL: base } = config;
  if (key === undefined) {
    return [
      warn(
        'webhooks',
        'not looked at',
        'Set GEMINI_API_KEY to see whether Gemini has switched one off.',
      ),
    ];
  }
  const answer = await fetch(`${base.replace(/\/$/, '')}/v1/webhooks?page_size=${MOST}`, {
    headers: { 'x-goog-api-key': key.reveal() },
    redirect: 'error',
    signal: AbortSignal.timeout(LIMIT_MS),
  });
  if (!answer.ok) {
    const advice = 'Check GEMINI_API_KEY and its rights, and GEMINI_BASE_URL.';
    return [fail('webhooks', `the Gemini API answered ${answer.status}`, advice)];
  }
  const { webhooks = [] } = (await answer.json()) as { readonly webhooks?: readonly Webhook[] };
  return findingsOf(webhooks);
}

export function findingsOf(webhooks: readonly Webhook[]): readonly Finding[] {
  if (webhooks.length === 0) {
    return [
      warn('webhooks', 'the project has none', 'Register one, or use dynamic webhooks alone.'),
    ];
  }
  const findings = webhooks.map(({ id = '?', uri = '?', state = 'enabled' }) => {
    const check = `webhook ${id}`;
    if (state === 'enabled') return ok(check, uri);
    const advice =
      'Mend what refused the deliveries, then enable it again: PATCH {"state": "enabled"}.';
    return fail(check, `${state}: ${uri}`, advice);
  });
  const twice = [...Map.groupBy(webhooks, ({ uri }) => uri ?? '')].filter(
    ([, same]) => same.length > 1,
  );
  for (const [uri, same] of twice) {
    findings.push(
      warn(
        'webhooks',
        `${same.length} of them send to ${uri}: every event comes twice, perhaps under two ids`,
        'Remove one, or set DEDUP_KEY=webhook-id+resource for dedup.',
      ),
    );
  }
  return findings;
}
