/** Closing line of the test runners, which CI adds up: for vitest and for Playwright. */
interface Outcome {
  passed: number;
  failed: number;
}

function print(name: string, { passed, failed }: Outcome): void {
  process.stdout.write(`\n${name}: ${String(passed)} passed, ${String(failed)} failed\n`);
}

interface VitestModule {
  children: { allTests: () => Iterable<{ result: () => { state: string } }> };
  errors: () => unknown[];
}

interface PlaywrightSuite {
  allTests: () => { outcome: () => string }[];
}

export default class Summary {
  private suite: PlaywrightSuite | undefined;

  constructor(private readonly options: { name?: string } = {}) {}

  /** Of vitest. */
  onTestRunEnd(modules: readonly VitestModule[], unhandled: readonly unknown[]): void {
    // A file that can't be loaded is a failure without a test.
    const outcome = { passed: 0, failed: unhandled.length };
    for (const module of modules) {
      outcome.failed += module.errors().length;
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        outcome.passed += state === 'passed' ? 1 : 0;
        outcome.failed += state === 'failed' || state === 'pending' ? 1 : 0;
      }
    }
    print('frontend', outcome);
  }

  /** Of Playwright. */
  onBegin(_config: unknown, suite: PlaywrightSuite): void {
    this.suite = suite;
  }

  onEnd(): void {
    const outcomes = this.suite?.allTests().map((test) => test.outcome()) ?? [];
    const passed = outcomes.filter((outcome) => outcome === 'expected').length;
    const failed = outcomes.filter((outcome) => outcome === 'unexpected' || outcome === 'flaky').length;
    print(this.options.name ?? 'browser', { passed, failed });
  }

  printsToStdio(): boolean {
    return false;
  }
}
