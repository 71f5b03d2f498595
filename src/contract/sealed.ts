/**
 * Holds a secret while it passes through the statechart, so that only its one reader sees it. A plain session or code
 * would appear in inspection records, snapshots and persisted state. In a private field it doesn't: JSON,
 * `structuredClone`, BroadcastChannel and the console all see an empty object.
 */
export class Sealed<T> {
  #content: { value: T } | null;

  constructor(value: T) {
    this.#content = { value };
  }

  /** Whether the value is still inside. */
  get closed(): boolean {
    return this.#content !== null;
  }

  /**
   * Takes the value out.
   * @throws Error if it was taken before
   */
  open(): T {
    if (!this.#content) throw new Error('A sealed value opens only once.');
    const { value } = this.#content;
    this.#content = null;
    return value;
  }
}
