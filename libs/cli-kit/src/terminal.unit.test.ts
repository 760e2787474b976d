import { describe, expect, it } from 'vitest';
import { print } from './print.ts';
import { createProgressBar } from './progress-bar.ts';

const ESCAPE = '\u001b';

/** A stream that keeps what is written to it. */
function stream(terminal: { readonly columns: number } | null) {
  const written: string[] = [];
  const write = (text: string): boolean => {
    written.push(text);
    return true;
  };
  return { written, write, isTTY: terminal !== null, columns: terminal?.columns ?? 0 };
}

function progress(to: ReturnType<typeof stream>) {
  let now = 0;
  const bar = createProgressBar(to, {
    total: 1_000,
    now: () => now,
    show: (amount) => String(Math.round(amount)),
  });
  return {
    ...bar,
    at: (time: number, done: number) => {
      now = time;
      bar.to(done);
    },
  };
}

describe('progress of long work', () => {
  it('is a bar on a terminal, drawn in place and taken away in the end', () => {
    const terminal = stream({ columns: 100 });
    const bar = progress(terminal);
    for (const time of [0, 50, 500, 550, 1_000]) bar.at(time, time / 2);
    bar.end();
    expect(terminal.written).toHaveLength(3);
    expect(terminal.written[0]).toMatch(/#{5}\.{15} {2}25% {2}250 of 1000, 500\/s, 2 s left$/);
    expect(terminal.written.at(-1)).toBe(`\r${ESCAPE}[2K`);
    for (const text of terminal.written) expect(text).not.toContain('\n');
  });

  it.each([10, 20, 40, 59, 60, 200])(
    'never breaks a line of a terminal with %i columns',
    (columns) => {
      const terminal = stream({ columns });
      const bar = progress(terminal);
      bar.at(500, 999);
      const line = terminal.written[0]?.replace(`\r${ESCAPE}[2K`, '') ?? '';
      expect(line.length).toBeLessThan(columns);
      expect(line).toContain('9');
    },
  );

  it('is a plain line each few seconds where there is no terminal', () => {
    const log = stream(null);
    const bar = progress(log);
    for (let time = 0; time <= 12_000; time += 100) bar.at(time, time / 20);
    bar.end();
    expect(log.written).toHaveLength(2);
    for (const text of log.written) {
      expect(text).toMatch(/^\d+% {2}\d+ of 1000, \d+\/s, \d+ s left\n$/);
      expect(text).not.toContain(ESCAPE);
    }
  });

  it('that goes on from somewhere counts only its own pace', () => {
    const log = stream(null);
    const bar = progress(log);
    bar.at(0, 900);
    bar.at(10_000, 950);
    expect(log.written[0]).toContain('5/s, 10 s left');
  });
});

describe('what a command found', () => {
  const what = { json: { a: 1 }, text: `${'x'.repeat(30)}\nshort` };
  const shown = (terminal: { readonly columns: number } | null, json: boolean): string => {
    const out: string[] = [];
    print({ out: (text) => out.push(text), stdout: stream(terminal) as never }, json, what);
    return out.join('');
  };

  it('is cut to the width of a terminal, and whole elsewhere', () => {
    expect(shown({ columns: 10 }, false)).toBe(`${'x'.repeat(9)}…\nshort`);
    expect(shown(null, false)).toBe(what.text);
  });

  it('is whole as JSON everywhere', () => {
    expect(shown({ columns: 5 }, true)).toBe('{"a":1}');
  });
});
