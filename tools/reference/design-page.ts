import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { dedupTopology, describeTopology } from '../../services/dedup/src/topology.ts';

const BEGIN = '<!-- dedup topology: begin -->';
const END = '<!-- dedup topology: end -->';

/** What `node services/dedup/src/main.ts --describe` prints with nothing set. */
function defaultTopology(): string {
  const topology = dedupTopology({ prefix: 'gemini', windowHours: 48, key: 'webhook-id' });
  return describeTopology(topology);
}

/**
 * DESIGN.md is written by hand, but for the picture between two marks.
 * @throws Error where a mark is missing
 */
export function designPage(
  text = readFileSync(join(import.meta.dirname, '../../DESIGN.md'), 'utf8'),
): string {
  const from = text.indexOf(BEGIN);
  const to = text.indexOf(END);
  if (from === -1 || to < from) throw new Error(`DESIGN.md lacks ${BEGIN} or ${END}`);
  const picture = `\n\n\`\`\`text\n${defaultTopology()}\`\`\`\n\n`;
  return text.slice(0, from + BEGIN.length) + picture + text.slice(to);
}
