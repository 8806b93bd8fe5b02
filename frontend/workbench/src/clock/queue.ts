/** Beats on their way: kept until the server has them, across reloads, and dropped when it says what they are. */

import type { Beat } from "./pulse.ts";

/** More is older than the server would credit. */
const MOST_KEPT = 200;

export interface Message {
  readonly session: string;
  readonly counter: number;
  readonly beats: readonly Beat[];
}

export interface Late {
  readonly started_at: string;
  readonly ended_at: string;
}

/** What became of a message: the server has it, it never will, or it may be tried again. */
export type Sent = { readonly is: "taken"; readonly late: Late | null } | { readonly is: "refused" | "away" };

export type Send = (message: Message, isLast: boolean) => Promise<Sent>;

export class Queue {
  #beats: Beat[] = [];
  #sending = false;

  constructor(
    private readonly session: string,
    private readonly key: string,
    private readonly storage: Storage | undefined,
    private readonly send: Send,
    private readonly late: (late: Late) => void = () => {},
  ) {}

  get waiting(): number {
    return this.#beats.length;
  }

  add(beat: Beat): void {
    this.#beats = [...this.#beats, beat].slice(-MOST_KEPT);
    this.#keep();
  }

  /** Sends what waits, one message at a time. Sending twice is harmless: the server knows each beat by its number. */
  async flush(counter: number): Promise<void> {
    if (this.#sending || this.#beats.length === 0) return;
    this.#sending = true;
    const beats = this.#beats;
    try {
      const sent = await this.send({ session: this.session, counter, beats }, false);
      if (sent.is === "away") return;
      const numbers = new Set(beats.map(({ number }) => number));
      this.#beats = this.#beats.filter(({ number }) => !numbers.has(number));
      this.#keep();
      if (sent.is === "taken" && sent.late) this.late(sent.late);
    } finally {
      this.#sending = false;
    }
  }

  /** The page is being left: what waits is sent without waiting for an answer, and kept for the page that follows. */
  leave(counter: number): void {
    if (this.#beats.length === 0) return;
    void this.send({ session: this.session, counter, beats: this.#beats }, true).then(
      ({ is }) => {
        if (is !== "away") this.storage?.removeItem(this.key);
      },
      () => {},
    );
  }

  #keep(): void {
    try {
      if (this.#beats.length === 0) this.storage?.removeItem(this.key);
      else this.storage?.setItem(this.key, JSON.stringify({ session: this.session, beats: this.#beats }));
    } catch {
      // A full or forbidden storage: what waits is on this page only.
    }
  }
}

/** Sends what pages that were closed have left, each once nobody else holds it. */
export async function sendLeftovers(
  prefix: string,
  own: string,
  storage: Storage | undefined,
  locks: LockManager | undefined,
  send: Send,
): Promise<void> {
  if (!storage || !locks) return;
  const keys = Array.from({ length: storage.length }, (_, place) => storage.key(place) ?? "");
  for (const key of keys.filter((each) => each.startsWith(prefix) && each !== own)) {
    await locks.request(key, { ifAvailable: true }, async (lock) => {
      const left = lock ? read(storage.getItem(key)) : null;
      if (!left) return;
      const counter = left.beats.at(-1)?.counter ?? 0;
      const sent = await send({ ...left, counter }, false);
      if (sent.is !== "away") storage.removeItem(key);
    });
  }
}

function read(text: string | null): { session: string; beats: Beat[] } | null {
  try {
    const left = JSON.parse(text ?? "null") as { session: string; beats: Beat[] } | null;
    return left && Array.isArray(left.beats) && left.beats.length > 0 ? left : null;
  } catch {
    return null;
  }
}
