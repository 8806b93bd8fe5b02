/** One tab at a time works on a project: two would write over each other's drafts, and answer the same item twice. */

/** A page that loads while the one before it goes need not be told of that one. */
const PATIENCE = 600;

export interface TurnEvents {
  /** This tab is the one that works. */
  granted(): void;
  /** Another tab works; this one waits, and is granted its turn when that one closes. */
  waiting(): void;
  /** Another tab has taken over. */
  lost(): void;
}

export class Turn {
  #isGranted = false;

  constructor(
    private readonly name: string,
    private readonly events: TurnEvents,
    private readonly locks: LockManager | undefined = globalThis.navigator?.locks,
  ) {}

  /** Waits for the turn; where the browser has no locks, as on an insecure address, every tab has it. */
  take(): void {
    if (!this.locks) {
      this.events.granted();
      return;
    }
    setTimeout(() => {
      if (!this.#isGranted) this.events.waiting();
    }, PATIENCE);
    this.#request({});
  }

  /** Takes the turn from whichever tab has it. */
  takeOver(): void {
    this.#request({ steal: true });
  }

  #request(options: LockOptions): void {
    this.locks
      ?.request(this.name, options, () => {
        this.#isGranted = true;
        this.events.granted();
        // Until the tab closes, or another takes over.
        return new Promise<never>(() => {});
      })
      .catch(() => {
        // The request that was taken over also ends the one that still waits.
        if (!this.#isGranted) return;
        this.#isGranted = false;
        this.events.lost();
        this.#request({});
      });
  }
}
