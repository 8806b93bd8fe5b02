/** Letters to the server, sent in order, again and again, until each is acknowledged or refused. */

import type { Submitted, Taken } from "../state/wire.ts";
import { ApiError } from "./api.ts";
import type { Letter, Refusal, Shelf } from "./shelf.ts";

export type Answered = Submitted | Taken | null;
export type OutboxState = "saved" | "saving" | "offline" | "expired";

export interface OutboxEvents {
  changed(state: OutboxState, waiting: number): void;
  acknowledged(letter: Letter, answer: Answered): void;
  refused(letter: Letter): void;
  /** The shelf did not take a letter: it is in memory only. */
  unkept(): void;
}

const LONGEST_WAIT = 30_000;

/** 1, 2, 4 … 30 seconds, up to a quarter sooner, so that many browsers do not come back as one. */
export const backoff = (attempt: number, random: number): number =>
  Math.min(LONGEST_WAIT, 1000 * 2 ** (attempt - 1)) * (1 - random / 4);

export class Outbox {
  #letters: Letter[] = [];
  /** Keys of the letters that the shelf did not take. */
  readonly #unkept = new Set<string>();
  #busy = false;
  #state: OutboxState = "saved";
  #wake: () => void = () => {};

  constructor(
    private readonly shelf: Shelf,
    private readonly send: (letter: Letter) => Promise<Answered>,
    private readonly events: OutboxEvents,
    private readonly random: () => number = Math.random,
  ) {}

  get waiting(): readonly Letter[] {
    return this.#letters.filter((letter) => letter.refusal === null);
  }

  get all(): readonly Letter[] {
    return this.#letters;
  }

  /** Whether a letter is in memory only, and would go with the page. */
  get wouldLose(): boolean {
    return this.#letters.some(({ key }) => this.#unkept.has(key));
  }

  /** Takes up what an earlier visit left behind. */
  async restore(owner: string): Promise<void> {
    this.#letters = await this.shelf.letters(owner);
    for (const letter of this.#letters) if (letter.refusal) this.events.refused(letter);
    this.wake();
  }

  /** Keeps a letter locally, then sends it. */
  async post(letter: Letter): Promise<void> {
    this.#letters.push(letter);
    this.#tell(this.#state === "saved" ? "saving" : this.#state);
    // A shelf that is full must not hold the answer back: it is then sent from memory.
    await this.shelf.keepLetter(letter).catch(() => {
      this.#unkept.add(letter.key);
      this.events.unkept();
    });
    void this.#run();
  }

  async discard(key: string): Promise<Letter | undefined> {
    const letter = this.#letters.find((each) => each.key === key);
    this.#letters = this.#letters.filter((each) => each.key !== key);
    await this.shelf.dropLetter(key).catch(() => {});
    return letter;
  }

  /** Tries at once instead of at the end of the current wait. */
  wake(): void {
    this.#wake();
    void this.#run();
  }

  async #run(): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    try {
      this.#tell(await this.#empty());
    } finally {
      this.#busy = false;
    }
  }

  /** Sends until nothing waits or the session has ended. */
  async #empty(): Promise<OutboxState> {
    let attempt = 0;
    for (let letter = this.waiting[0]; letter; letter = this.waiting[0]) {
      if (attempt === 0) this.#tell("saving");
      const error = await this.#deliver(letter);
      if (error?.fault === "expired") return "expired";
      attempt = error ? attempt + 1 : 0;
      if (error) {
        this.#tell("offline");
        await this.#sleep(error.retryAfter ?? backoff(attempt, this.random()));
      }
    }
    return "saved";
  }

  /** Sends one letter; answers the error when it stays in the box. */
  async #deliver(letter: Letter): Promise<ApiError | null> {
    let answer: Answered;
    try {
      answer = await this.send(letter);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.fault === "unreachable" || error.fault === "expired") return error;
      await this.#refuse(letter, error);
      return null;
    }
    await this.discard(letter.key);
    this.#tell(this.#state);
    this.events.acknowledged(letter, answer);
    return null;
  }

  async #refuse(letter: Letter, error: ApiError): Promise<void> {
    if (letter.kind === "skip") {
      // Skipping what is no longer ours has come true already.
      await this.discard(letter.key);
      this.events.acknowledged(letter, null);
      return;
    }
    const refusal: Refusal = {
      title: error.title,
      detail: error.detail,
      problems: error.problems,
      status: error.status,
      lost: error.fault === "lost",
    };
    const refused = { ...letter, refusal };
    this.#letters = this.#letters.map((each) => (each.key === letter.key ? refused : each));
    await this.shelf.keepLetter(refused).catch(() => {});
    this.events.refused(refused);
  }

  #tell(state: OutboxState): void {
    this.#state = state;
    this.events.changed(state, this.waiting.length);
  }

  #sleep(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
