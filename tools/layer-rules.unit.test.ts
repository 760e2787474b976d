import { describe, expect, it } from 'vitest';
import { findBreaches, importsOf, isServiceManifest } from './layer-rules.ts';

const SERVICES = new Set(['ingress', 'dedup', 'audit-log'].map((name) => `@gemini-events/${name}`));

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
  ])('fails when %s', (_, path, name) => {
    expect(findBreaches(path, [name], SERVICES)).toHaveLength(1);
  });

  it.each([
    ['services/dedup/src/main.ts', '@gemini-events/kafka'],
    ['libs/kafka/src/connection.ts', 'kafkajs'],
    ['libs/events/src/classify.ts', '@gemini-events/schemas'],
    ['libs/events/src/classify.ts', './catalogue.ts'],
    ['libs/events/src/classify.unit.test.ts', 'vitest'],
    ['services/ingress/src/server/uws.ts', 'uWebSockets.js'],
  ])('lets %s import %s', (path, name) => {
    expect(findBreaches(path, [name], SERVICES)).toEqual([]);
  });

  it.each([
    ['services/ingress/package.json', true],
    ['services/consumers/audit-log/package.json', true],
    ['libs/consumer/package.json', false],
    ['services/ingress/src/package.json', false],
  ])('knows whether %s makes a service', (path, isOne) => {
    expect(isServiceManifest(path)).toBe(isOne);
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
