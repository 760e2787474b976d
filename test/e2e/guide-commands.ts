import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const GUIDES = join(import.meta.dirname, '../../docs/guides');

export function readGuide(guide: string): string {
  return readFileSync(join(GUIDES, guide), 'utf8');
}

/** The commands in the `sh` blocks of a guide, one a line, as a reader would type them. */
export function guideCommands(text: string): readonly string[] {
  return [...text.matchAll(/^```sh\n(.*?)^```$/gms)].flatMap(([, block = '']) =>
    block.split('\n').filter((line) => line !== ''),
  );
}
