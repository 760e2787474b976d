import { expect, it } from 'vitest';
import { traceParent } from './trace-parent.ts';

it('every delivery has a span of its own, also over many of them', () => {
  const spans = Array.from({ length: 2_000 }, () => traceParent(''));
  expect(new Set(spans).size).toBe(2_000);
  for (const each of spans) expect(each).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/);
});

it.each([
  `00-${'0'.repeat(32)}-${'1'.repeat(16)}-01`,
  `00-${'1'.repeat(32)}-${'0'.repeat(16)}-01`,
  `01-${'1'.repeat(32)}-${'1'.repeat(16)}-01`,
  `00-${'A'.repeat(32)}-${'1'.repeat(16)}-01`,
  `00-${'1'.repeat(32)}-${'1'.repeat(16)}-01\n`,
])('a trace context that is not valid is not continued: %s', (received) => {
  expect(traceParent(received)).not.toContain(received.slice(3, 35));
});
