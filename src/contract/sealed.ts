/**
 * A value on its way through the statechart that nobody but its one reader may see. A session or a typed code that
 * travelled bare would stand in inspection records, snapshots and persisted state; a private field does not: JSON,
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
   * Takes the value out. It can be taken once.
   * @throws Error when it was taken before
   */
  open(): T {
    if (!this.#content) throw new Error('A sealed value is handed over exactly once.');
    const { value } = this.#content;
    this.#content = null;
    return value;
  }
}
