import { expect, it } from 'vitest';
import { asUnprivileged, dataOwner, requireSetpriv } from './as-unprivileged.ts';

const invocation = { command: '/bin/postgres', args: ['-D', 'data'] };

it('a usual user runs Postgres as it is', () => {
  expect(asUnprivileged(invocation, 1000)).toEqual(invocation);
  expect(dataOwner(1000)).toBeNull();
});

it('root runs it as nobody, who owns the data', () => {
  const { command, args } = asUnprivileged(invocation, 0);
  expect(command).toBe('setpriv');
  expect(args).toContain('--reuid=65534');
  expect(args.slice(-3)).toEqual(['/bin/postgres', '-D', 'data']);
  expect(dataOwner(0)).toBe(65_534);
});

it('root without setpriv is told in one line what to do', async () => {
  await expect(requireSetpriv(0, { PATH: '/nowhere' })).rejects.toThrow(
    'Postgres does not run as root, and setpriv (util-linux) is missing: run as another user, or set DATABASE_URL',
  );
  await expect(requireSetpriv(1000, { PATH: '/nowhere' })).resolves.toBeUndefined();
});
