import { describe, expect, it } from 'vitest';
import { checkOrder } from './check-order.ts';
import type { LaunchOrder, LaunchRequest } from './launch-order.ts';

const MODEL = 'gemini-3.8-flash';
const row = (key: string) => ({ key, request: { contents: [] } });
const GOOD: readonly LaunchRequest[] = [
  { kind: 'interaction', model: MODEL, input: 'hi', labels: { team: 'search_1', empty: '' } },
  {
    kind: 'interaction',
    agent: 'deep-research-preview-04-2026',
    input: [{ type: 'text', text: 'hi' }],
  },
  { kind: 'batch', model: `models/${MODEL}`, displayName: 'n', requests: [row('a'), row('b')] },
  { kind: 'batch', model: MODEL, displayName: 'n', file: 'files/batch-b1' },
  { kind: 'video', model: 'gemini-omni-1.1-flash', prompt: 'a cat', format: { duration: '8s' } },
];
const BAD: readonly (readonly [fault: string, request: object])[] = [
  [
    'exactly one of model and agent',
    { kind: 'interaction', model: MODEL, agent: 'a', input: 'hi' },
  ],
  ['exactly one of model and agent', { kind: 'interaction', input: 'hi' }],
  ['request.model', { kind: 'interaction', model: 'a/../b', input: 'hi' }],
  ['request.input', { kind: 'interaction', model: MODEL, input: '' }],
  ['background', { kind: 'interaction', model: MODEL, input: 'hi', background: false }],
  ['webhook_config', { kind: 'interaction', model: MODEL, input: 'hi', webhook_config: {} }],
  ['request.labels', { kind: 'interaction', model: MODEL, input: 'hi', labels: { Team: 'a' } }],
  [
    'request.labels',
    { kind: 'interaction', model: MODEL, input: 'hi', labels: { t: 'a'.repeat(64) } },
  ],
  ['exactly one of requests and file', { kind: 'batch', model: MODEL, displayName: 'n' }],
  [
    'exactly one',
    { kind: 'batch', model: MODEL, displayName: 'n', file: 'files/a', requests: [row('a')] },
  ],
  [
    'a key of its own',
    { kind: 'batch', model: MODEL, displayName: 'n', requests: [row('a'), row('a')] },
  ],
  [
    'request.requests.0.key',
    { kind: 'batch', model: MODEL, displayName: 'n', requests: [row('')] },
  ],
  ['files/<id>', { kind: 'batch', model: MODEL, displayName: 'n', file: '../a' }],
  ['request.prompt', { kind: 'video', model: MODEL, prompt: '' }],
  ['request.kind', { kind: 'song' }],
];

describe('an order', () => {
  it.each(GOOD)('may be %j', (request) => {
    expect(() => checkOrder({ key: 'k', request })).not.toThrow();
  });

  it.each(BAD)('is refused for %s: %j', (fault, request) => {
    expect(() => checkOrder({ key: 'k', request: request as LaunchRequest })).toThrow(
      expect.objectContaining({
        code: 'ERR_LAUNCH_INVALID',
        message: expect.stringContaining(fault) as string,
      }),
    );
  });

  it.each<[string, Partial<LaunchOrder>]>([
    ['key', { key: '' }],
    ['key', { key: 'ü'.repeat(257) }],
    ['key', { key: '\ud800' }],
    ['budgetUsd', { budgetUsd: -1 }],
    ['budgetUsd', { budgetUsd: Number.NaN }],
    ['again', { again: 0 }],
  ])('is refused for its %s', (name, more) => {
    const order = { key: 'k', request: GOOD[0] as LaunchRequest, ...more };
    expect(() => checkOrder(order)).toThrow(new RegExp(`: ${name}: `));
  });
});
