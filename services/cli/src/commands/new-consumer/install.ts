import { spawn } from 'node:child_process';

/** The workspace has no `packageManager` field, so whoever calls pnpm has to say which. */
export const PNPM = 'npx -y pnpm@12.21.0';

/**
 * Links a new package. Everything that it needs is in the workspace, so nothing is downloaded; its
 * entry in the lockfile is new, which pnpm refuses in CI unless it is told.
 */
export const INSTALL = `${PNPM} install --prefer-offline --no-frozen-lockfile`;

/** Runs {@link INSTALL}; gives what it said where it failed, otherwise null. */
export async function install(workspace: string, env: NodeJS.ProcessEnv): Promise<string | null> {
  const [command = '', ...args] = INSTALL.split(' ');
  const child = spawn(command, args, { cwd: workspace, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => (said += String(chunk)));
  }
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code) => resolve(code === 0 ? null : said.trim()));
  });
}
