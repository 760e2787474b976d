import { Command } from '@commander-js/extra-typings';
import { EXIT, type ExitCode, type Finding, type Io } from '@gemini-events/cli-kit';

export function doctorCommand(io: Io, finish: (code: ExitCode) => void) {
  return new Command('doctor')
    .description('Looks at all that the bridge needs, and says what to do about what is wrong.')
    .option('--json', 'one JSON array on stdout')
    .addHelpText(
      'after',
      '\nExit code 1 where something fails; warnings alone are 0. Changes nothing.\n\nExample:\n  gemini-events doctor',
    )
    .action(async ({ json = false }) => {
      const { configOf, doctorConfig } = await import('@gemini-events/cli-kit/config');
      const { runChecks } = await import('./doctor/run-checks.ts');
      const findings = await runChecks(configOf(doctorConfig, io));
      io.out(json ? JSON.stringify(findings) : renderFindings(findings));
      if (findings.some(({ state }) => state === 'fail')) finish(EXIT.failed);
    });
}

const SIGNS = { ok: 'ok  ', warn: 'WARN', fail: 'FAIL' } as const;

/** Words, not colours: it may be read in a log. */
function renderFindings(findings: readonly Finding[]): string {
  const width = Math.max(...findings.map(({ check }) => check.length));
  return findings
    .map(({ check, state, detail, advice }) => {
      const line = `${SIGNS[state]}  ${check.padEnd(width)}  ${detail}`;
      return advice === null ? line : `${line}\n${' '.repeat(width + 8)}→ ${advice}`;
    })
    .join('\n');
}
