import { EXIT, type ExitCode, type Io } from '@gemini-events/cli-kit';
import { isBridgeError } from '@gemini-events/events';
import { CommanderError } from 'commander';
import { createProgram } from './program.ts';

interface Exitable {
  readonly commands: readonly Exitable[];
  exitOverride(): unknown;
  configureOutput(output: object): unknown;
}

/** Runs one command line; never throws and never ends the process. */
export async function runCli(argv: readonly string[], io: Io): Promise<ExitCode> {
  let code: ExitCode = EXIT.done;
  const program = createProgram(io, (ended) => {
    code = ended;
  });
  takeOver(program, {
    writeOut: (text: string) => io.out(text.trimEnd()),
    writeErr: (text: string) => io.talk(text.trimEnd()),
  });
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return code;
  } catch (error) {
    return report(error, io);
  }
}

/** Commander ends the process by itself unless every command is told not to. */
function takeOver(command: Exitable, output: object): void {
  command.exitOverride();
  command.configureOutput(output);
  for (const inner of command.commands) takeOver(inner, output);
}

function report(error: unknown, io: Io): ExitCode {
  // Commander has said what was wrong, or shown the help that was asked for.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
  if (isBridgeError(error)) {
    io.talk(`${error.code}: ${error.message}`);
    return error.code === 'ERR_CONFIG_INVALID' ? EXIT.config : EXIT.failed;
  }
  io.talk(`ERR_UNEXPECTED: ${error instanceof Error ? error.stack : String(error)}`);
  return EXIT.failed;
}
