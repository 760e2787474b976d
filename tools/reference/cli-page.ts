import { EXIT } from '../../libs/cli-kit/src/io.ts';
import { createProgram } from '../../services/cli/src/program.ts';
import { page, table } from './markdown.ts';

/** As much of a commander command as a page needs, whatever its options' types are. */
interface Helpful {
  readonly commands: readonly Helpful[];
  name(): string;
  configureOutput(output: {
    readonly writeOut: (text: string) => void;
    readonly getOutHelpWidth: () => number;
  }): unknown;
  outputHelp(): void;
}

const MEANINGS: Readonly<Record<keyof typeof EXIT, string>> = {
  done: 'Done; or the help that was asked for.',
  failed:
    'It failed. The last line on stderr begins with an error code; `start --once`: the counts do not add up.',
  usage: 'The command line is not understood.',
  config: 'The environment has faults; all of them are printed.',
  interrupted: 'Ended by a signal before it was done.',
};

function helpOf(command: Helpful): string {
  let text = '';
  command.configureOutput({
    writeOut: (part) => {
      text += part;
    },
    // Not that of the terminal in which the page is made.
    getOutHelpWidth: () => 80,
  });
  command.outputHelp();
  return text.trimEnd();
}

/** Commands that do something, with the words that call them. */
function leavesOf(command: Helpful, path: readonly string[]): [string, Helpful][] {
  return command.commands.length === 0
    ? [[path.join(' '), command]]
    : command.commands.flatMap((inner) => leavesOf(inner, [...path, inner.name()]));
}

export function cliPage(): string {
  const nothing = (): void => undefined;
  const program: Helpful = createProgram({ env: {}, out: nothing, talk: nothing }, nothing);
  const codes = Object.entries(EXIT).map(([name, code]) => [
    String(code),
    MEANINGS[name as keyof typeof EXIT],
  ]);
  return page('Commands', '`services/cli/src`', [
    'Called as `npx -y pnpm@12.21.0 gemini-events …`. Data goes to stdout and everything else to stderr. In a folder in which a `start` runs, its servers are used unless `KAFKA_BROKERS` or `SCHEMA_REGISTRY_URL` is set.',
    ...leavesOf(program, []).flatMap(([words, command]) => [
      `## ${words}`,
      `\`\`\`text\n${helpOf(command)}\n\`\`\``,
    ]),
    '## Exit codes',
    table(['Code', 'Meaning'], codes),
  ]);
}
