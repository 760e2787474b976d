/**
 * Which features a feature may import, by folder: what comes out of it has no circle. Each may import
 * `access`. Why each arrow is there: docs/adr/0011-features-own-their-parts.md.
 */
export const FEATURE_IMPORTS: Readonly<Record<string, readonly string[]>> = {
  access: [],
  approvals: ['consumers'],
  consumers: [],
  'job-status': ['approvals', 'launches', 'replays', 'results', 'workflows'],
  launches: [],
  notifications: ['consumers'],
  replays: ['consumers'],
  results: [],
  workflows: ['approvals', 'consumers', 'launches', 'notifications'],
};

/** Sub-folders of a feature that alone may import a package or a sub-path of one. */
const PARTS: readonly { readonly part: string; readonly name: RegExp; readonly why: string }[] = [
  {
    part: 'http',
    name: /^(?:hono|@hono\/.*|@gemini-events\/http-api)$/,
    why: 'only http/ serves HTTP',
  },
  {
    part: 'http',
    name: /^@gemini-events\/[\w-]+\/http$/,
    why: 'only http/ imports http/ of others',
  },
  {
    part: 'cli',
    name: /^(?:commander|@commander-js\/.*|@gemini-events\/cli-kit)$/,
    why: 'only cli/ reads and prints for a terminal',
  },
  { part: 'cli', name: /^@gemini-events\/[\w-]+\/cli$/, why: 'only cli/ imports cli/ of others' },
  { part: 'store', name: /^pg$/, why: 'only store/ knows Postgres' },
];

/** The feature that a path is in, and its sub-folder; null for what is in none. */
export function partOf(path: string): { readonly feature: string; readonly part: string } | null {
  const [, feature, part] = /^features\/([^/]+)\/(?:src\/([^/]+))?/.exec(path) ?? [];
  return feature === undefined ? null : { feature, part: part ?? '' };
}

/** Why a feature may not import a module; null where it may. */
export function featureBreach(path: string, name: string, target: string | null): string | null {
  const from = partOf(path);
  if (from === null) return null;
  const to = target === null ? null : (partOf(`${target}/`)?.feature ?? null);
  if (to !== null && to !== from.feature && to !== 'access') {
    const allowed = FEATURE_IMPORTS[from.feature];
    if (allowed === undefined) return `${from.feature} is none of tools/feature-rules.ts`;
    if (!allowed.includes(to)) return `${from.feature} may not import ${to}`;
  }
  if (from.feature === 'access' && to !== null && to !== 'access')
    return 'access imports no feature';
  if (path.endsWith('.test.ts')) return null;
  const rule = PARTS.find((each) => each.name.test(name) && each.part !== from.part);
  return rule?.why ?? null;
}

/** Why a file of a feature may not import another one of it; null where it may. */
export function relativeBreach(path: string, target: string): string | null {
  const from = partOf(path)?.part;
  const to = partOf(target)?.part;
  if (from === undefined || to === undefined || from === to || path.endsWith('.test.ts'))
    return null;
  if (to === 'http' || to === 'cli') return `only ${to}/ imports ${to}/`;
  const isAbove = ['operations', 'process', 'deliver', 'engine'].includes(to);
  return from === 'store' && isAbove ? `store/ is below ${to}/` : null;
}
