import { describe, expect, it } from 'vitest';
import { findChangelogFault } from './changelog-fault.ts';

const HOUR_MS = 3_600_000;
const faultOf = (settings: Readonly<Record<string, string>>, windowHours = 48): string | null => {
  const config = {
    'cleanup.policy': 'delete',
    'retention.ms': String(72 * HOUR_MS),
    'retention.bytes': '-1',
    ...settings,
  };
  return findChangelogFault('t', new Map(Object.entries(config)), windowHours * HOUR_MS);
};

describe('the settings of the changelog', () => {
  it.each([
    ['longer than the window', {}],
    ['as long as the window', { 'retention.ms': String(48 * HOUR_MS) }],
    ['for ever', { 'retention.ms': '-1' }],
  ])('are good when it is kept %s', (_, settings) => {
    expect(faultOf(settings)).toBeNull();
  });

  it('are refused when it is kept shorter than the window, and both times are told', () => {
    const fault = faultOf({ 'retention.ms': String(48 * HOUR_MS - 1) });
    expect(fault).toContain('t keeps its records for 48 h');
    expect(faultOf({ 'retention.ms': '5400000' })).toContain('for 1.5 h');
    expect(faultOf({ 'retention.ms': '5400000' })).toContain('window of 48 h');
    expect(faultOf({}, 73)).toContain('window of 73 h');
  });

  it.each(['compact', 'compact,delete', ''])('are refused with the policy "%s"', (policy) => {
    expect(faultOf({ 'cleanup.policy': policy })).toContain('has to be delete');
  });

  it('are refused when the topic is cut by its size', () => {
    expect(faultOf({ 'retention.bytes': '1000000' })).toContain('retention.bytes');
  });

  it('are refused where a broker does not tell them', () => {
    expect(findChangelogFault('t', new Map(), HOUR_MS)).toContain('cleanup.policy of t is unknown');
    expect(faultOf({ 'retention.ms': '' })).toContain('retention.ms');
  });
});
