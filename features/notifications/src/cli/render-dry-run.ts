import { plain } from '@gemini-events/cli-kit';
import type { DryRun, Told } from '../operations/dry-run.ts';

export function jsonOf({ events, told, byRule, idle, isCut }: DryRun, show: boolean): object {
  return {
    events,
    isCut,
    rules: [...byRule].map(([rule, notifications]) => ({
      rule,
      notifications,
      tookNothing: idle.includes(rule),
    })),
    notifications: told.map(({ at, message, ...rest }) => ({
      at: new Date(at).toISOString(),
      ...rest,
      ...(show ? { message: message() } : {}),
    })),
  };
}

/** A line for each that would be told, then a summary. */
export function renderDryRun(run: DryRun, show: boolean): string {
  const { events, told, byRule, idle } = run;
  const rules = [...byRule].filter(([, count]) => count > 0);
  return [
    ...told.flatMap((each) => [lineOf(each), ...(show ? [`  ${messageOf(each)}`] : [])]),
    ...(told.length === 0 ? [] : ['']),
    `events looked at: ${events}`,
    `notifications: ${told.length}`,
    ...rules.map(([rule, count]) => `  ${rule}: ${count}`),
    ...(idle.length === 0 ? [] : [`rules that took nothing: ${idle.join(', ')}`]),
  ].join('\n');
}

function lineOf({ at, type, resource, rule, turn, to }: Told): string {
  const time = new Date(at).toISOString();
  return [time, plain(type), plain(resource ?? '-'), rule, turn, to].join('  ');
}

function messageOf({ message }: Told): string {
  return plain(JSON.stringify(message()));
}
