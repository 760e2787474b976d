import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The checkout that a folder is in: it has a workspace file and services; null where it is in none. */
export function findWorkspace(folder: string): string | null {
  for (let at = folder; ; at = dirname(at)) {
    if (existsSync(join(at, 'pnpm-workspace.yaml')) && existsSync(join(at, 'services'))) return at;
    if (at === dirname(at)) return null;
  }
}

/** Where packages of the workspace are. */
const PARENTS = ['.', 'libs', 'features', 'services', 'services/consumers'];

/** Why there can be no consumer of this name; null where there can. */
export function whyNot(name: string, workspace: string): string | null {
  const folder = `services/consumers/${name}`;
  if (existsSync(join(workspace, folder))) return `${folder} is there already`;
  const other = folderOf(`@gemini-events/${name}`, workspace);
  return other === null
    ? null
    : `the name is taken: ${other} is the package @gemini-events/${name}`;
}

/** The folder of a package of the workspace, by the package's name. */
function folderOf(packageName: string, workspace: string): string | null {
  const folders = PARENTS.filter((parent) => existsSync(join(workspace, parent))).flatMap(
    (parent) => readdirSync(join(workspace, parent)).map((folder) => join(parent, folder)),
  );
  const isIt = (folder: string): boolean => {
    const manifest = join(workspace, folder, 'package.json');
    if (!existsSync(manifest)) return false;
    return (JSON.parse(readFileSync(manifest, 'utf8')) as { name?: string }).name === packageName;
  };
  return folders.find(isIt) ?? null;
}
