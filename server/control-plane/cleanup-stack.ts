/** Cleanup steps, run in reverse order; a step that fails does not keep another step from running. */
export class CleanupStack {
  readonly #steps: (() => unknown)[] = [];
  add(...steps: (() => unknown)[]): void {
    this.#steps.push(...steps);
  }
  async run(onProblem: (error: Error) => void): Promise<void> {
    for (const step of this.#steps.splice(0).reverse()) {
      try {
        await step();
      } catch (error) {
        onProblem(error as Error);
      }
    }
  }
}
