import { writeSync } from 'node:fs';
import { relative } from 'node:path';
import type { Reporter, TestModule, Vitest } from 'vitest/node';

const SLOWEST = 5;

/** Prints the slowest files, then `N passed, N failed, N skipped` as the very last line of a run. */
export default class ClosingLine implements Reporter {
  #root = '';

  onInit(vitest: Vitest): void {
    this.#root = vitest.config.root;
  }

  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly unknown[]): void {
    const counts = { passed: 0, failed: unhandled.length, skipped: 0 };
    for (const module of modules) {
      // A file that cannot be loaded has no tests to count, yet it failed.
      if (module.errors().length > 0) counts.failed += 1;
      // Nor does a suite whose set-up fails have a failed test: they are skipped.
      for (const suite of module.children.allSuites()) counts.failed += suite.errors().length;
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        counts[state === 'pending' ? 'skipped' : state] += 1;
      }
    }
    const lines = [
      ...slowestFiles(modules, this.#root),
      `${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`,
    ];
    // Synchronous and at exit: nothing that is torn down later can print after it.
    process.on('exit', () => {
      writeSync(1, `${lines.join('\n')}\n`);
    });
  }
}

function slowestFiles(modules: readonly TestModule[], root: string): string[] {
  const timed = modules.map((module) => {
    const { collectDuration, setupDuration, duration } = module.diagnostic();
    return { module, seconds: (collectDuration + setupDuration + duration) / 1000 };
  });
  return timed
    .sort((a, b) => b.seconds - a.seconds)
    .slice(0, SLOWEST)
    .map(
      ({ module, seconds }) =>
        `slowest: ${seconds.toFixed(1)} s ${relative(root, module.moduleId)}`,
    );
}
