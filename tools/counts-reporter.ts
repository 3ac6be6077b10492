import type { Reporter, TestModule } from 'vitest/node';

type Counts = { passed: number; failed: number; skipped: number };

/** Prints one plain line, `N passed, N failed, N skipped`, after the usual summary, for whoever reads logs by machine. */
export class CountsReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    const counts = countTests(modules);
    const failed = counts.failed + unhandledErrors.length;
    const skipped = counts.skipped > 0 ? `, ${String(counts.skipped)} skipped` : '';
    console.log(`${String(counts.passed)} passed, ${String(failed)} failed${skipped}`);
  }
}

function countTests(modules: readonly TestModule[]): Counts {
  const counts: Counts = { passed: 0, failed: 0, skipped: 0 };
  for (const module of modules) {
    // A file that could not be loaded, or a group whose preparation threw, has no failed test to count.
    counts.failed += module.errors().length;
    for (const suite of module.children.allSuites()) counts.failed += suite.errors().length;
    for (const test of module.children.allTests()) {
      const { state } = test.result();
      counts[state === 'pending' ? 'failed' : state] += 1;
    }
  }
  return counts;
}
