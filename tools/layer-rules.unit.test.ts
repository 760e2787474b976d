import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { FEATURE_IMPORTS } from './feature-rules.ts';
import { findBreaches, importsOf, isServiceManifest } from './layer-rules.ts';

const PACKAGES = new Map([
  ['@gemini-events/schemas', 'schemas'],
  ['@gemini-events/events', 'libs/events'],
  ['@gemini-events/kafka', 'libs/kafka'],
  ['@gemini-events/cli-kit', 'libs/cli-kit'],
  ['@gemini-events/access', 'features/access'],
  ['@gemini-events/approvals', 'features/approvals'],
  ['@gemini-events/consumer', 'features/consumers'],
  ['@gemini-events/workflows', 'features/workflows'],
  ['@gemini-events/ingress', 'services/ingress'],
  ['@gemini-events/dedup', 'services/dedup'],
  ['@gemini-events/audit-log', 'services/consumers/audit-log'],
]);

describe('the layer check', () => {
  it.each([
    ['a service imports another', 'services/ingress/src/main.ts', '@gemini-events/dedup'],
    ['a library imports a service', 'libs/kafka/src/index.ts', '@gemini-events/ingress'],
    [
      'a service imports a part of a consumer',
      'services/cli/src/main.ts',
      '@gemini-events/audit-log/src/consumer.ts',
    ],
    [
      'a consumer imports a service by path',
      'services/consumers/results/src/main.ts',
      '../../../ingress/src/config.ts',
    ],
    ['pure code imports node', 'libs/events/src/classify.ts', 'node:crypto'],
    ['pure code imports npm', 'libs/events/src/classify.ts', 'zod'],
    ['pure code imports another library', 'libs/events/src/classify.ts', '@gemini-events/kafka'],
    ['schemas import code of ours', 'schemas/src/topics.ts', '@gemini-events/events'],
    ['a Kafka client outside its home', 'services/dedup/src/main.ts', 'kafkajs'],
    ['the HTTP server outside its home', 'services/ingress/src/main.ts', 'uWebSockets.js'],
    ['a scoped client outside its home', 'libs/service/src/log.ts', '@platformatic/kafka'],
    ['an API brings its own server', 'services/consumers/notifier/src/api/listen.ts', 'hono'],
    ['a library imports a feature', 'libs/kafka/src/index.ts', '@gemini-events/access'],
    ['a package is of nobody', 'services/dedup/src/main.ts', '@gemini-events/nobody'],
    [
      'a feature imports one that is not on its list',
      'features/approvals/src/http/routes.ts',
      '@gemini-events/workflows',
    ],
    ['access imports a feature', 'features/access/src/index.ts', '@gemini-events/consumer'],
    [
      'a feature that is on no list imports one',
      'features/new/src/a.ts',
      '@gemini-events/consumer',
    ],
    ['an operation serves HTTP', 'features/approvals/src/operations/a.ts', '@hono/zod-openapi'],
    ['an operation has options', 'features/approvals/src/operations/a.ts', 'commander'],
    ['an operation prints', 'features/approvals/src/operations/a.ts', '@gemini-events/cli-kit'],
    [
      'an operation takes a command of another feature',
      'features/workflows/src/operations/a.ts',
      '@gemini-events/approvals/cli',
    ],
    ['an operation takes a route', 'features/approvals/src/operations/a.ts', '../http/routes.ts'],
    ['a store takes an operation', 'features/approvals/src/store/a.ts', '../operations/a.ts'],
    ['an operation knows Postgres', 'features/approvals/src/operations/a.ts', 'pg'],
  ])('fails when %s', (_, path, name) => {
    expect(findBreaches(path, [name], PACKAGES)).toHaveLength(1);
  });

  it.each([
    ['services/dedup/src/main.ts', '@gemini-events/kafka'],
    ['libs/kafka/src/connection.ts', 'kafkajs'],
    ['libs/events/src/classify.ts', '@gemini-events/schemas'],
    ['libs/events/src/classify.ts', './catalogue.ts'],
    ['libs/events/src/classify.unit.test.ts', 'vitest'],
    ['services/ingress/src/server/uws.ts', 'uWebSockets.js'],
    ['services/dedup/src/main.ts', '@gemini-events/approvals'],
    ['features/workflows/src/http/run-routes.ts', '@gemini-events/approvals/http'],
    ['features/workflows/src/http/run-routes.ts', '@gemini-events/access/http'],
    ['features/workflows/src/http/run-routes.ts', '@hono/zod-openapi'],
    ['features/workflows/src/examples/orders.ts', '@gemini-events/workflows'],
    ['features/approvals/src/cli/approvals.ts', '@gemini-events/cli-kit'],
    ['features/approvals/src/cli/approvals.ts', '../operations/decide.ts'],
    ['features/approvals/src/operations/a.ts', '@gemini-events/cli-kit/bridge'],
    ['features/consumers/src/store/inbox/postgres-inbox.ts', 'pg'],
    ['features/approvals/src/a.unit.test.ts', './cli/approvals.ts'],
  ])('lets %s import %s', (path, name) => {
    expect(findBreaches(path, [name], PACKAGES)).toEqual([]);
  });

  it.each([
    ['services/ingress/package.json', true],
    ['services/consumers/audit-log/package.json', true],
    ['libs/consumer/package.json', false],
    ['services/ingress/src/package.json', false],
  ])('knows whether %s makes a service', (path, isOne) => {
    expect(isServiceManifest(path)).toBe(isOne);
  });

  it('has a list for each feature, without a circle', () => {
    const reaches = (name: string, over: readonly string[] = []): boolean =>
      (FEATURE_IMPORTS[name] ?? []).some(
        (next) => over.includes(next) || reaches(next, [...over, name]),
      );
    const names = Object.keys(FEATURE_IMPORTS);
    expect(names.filter((name) => reaches(name))).toEqual([]);
    expect(
      Object.values(FEATURE_IMPORTS)
        .flat()
        .filter((name) => !names.includes(name)),
    ).toEqual([]);
    expect(names).toEqual(readdirSync('features').sort());
  });

  it('sees static, type, re-exported, dynamic and required modules', () => {
    const text = `import a from 'a';
import type { B } from "b";
export * from 'c';
import 'd';
const e = await import('e');
const f = require('f');`;
    expect(importsOf(text)).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
  });
});
