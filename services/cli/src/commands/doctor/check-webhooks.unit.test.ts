import { expect, it } from 'vitest';
import { findingsOf } from './check-webhooks.ts';

const URI = 'https://hooks.example.com/webhooks/gemini';

it('tells which webhook Gemini has switched off (hazard 9)', () => {
  expect(
    findingsOf([
      { id: 'a', uri: URI, state: 'enabled' },
      { id: 'b', uri: `${URI}/b`, state: 'disabled_due_to_failed_deliveries' },
    ]).map(({ check, state }) => [check, state]),
  ).toEqual([
    ['webhook a', 'ok'],
    ['webhook b', 'fail'],
  ]);
});

it('names the second key where two webhooks send to one ingress (hazard 6)', () => {
  const findings = findingsOf([
    { id: 'a', uri: URI, state: 'enabled' },
    { id: 'b', uri: URI, state: 'enabled' },
  ]);
  expect(findings.at(-1)).toMatchObject({ state: 'warn' });
  expect(findings.at(-1)?.advice).toContain('DEDUP_KEY=webhook-id+resource');
});

it('says where a project has none', () => {
  expect(findingsOf([])).toMatchObject([{ state: 'warn' }]);
});
