/** Looks for rulings that help with the item on the desk: after the first answer, so that none decides in its place. */

import { type Bench, type Desk, draftOf } from "./state/bench.ts";
import type { Store } from "./state/store.ts";
import { ApiError, type WorkApi } from "./transport/api.ts";

/** Milliseconds without another key after which words are looked for. */
export const PAUSE = 300;

export class PrecedentSearch {
  /** For which desk and codes was asked. */
  #asked = "";
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly store: Store<Bench>,
    private readonly api: Pick<WorkApi, "precedents">,
  ) {
    this.store.observe((bench) => this.#follow(bench));
  }

  #follow(bench: Bench): void {
    const { desk } = bench;
    if (desk?.kind !== "assignment" || !(bench.precedents || hasAnswered(bench, desk))) return;
    const wanted = `${desk.id} ${codesOf(bench).join(" ")}`;
    if (wanted === this.#asked) return;
    this.#asked = wanted;
    // Later than the answer itself, and once for a mark that is named in several steps.
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#ask(desk.id, bench.precedents?.words ?? ""), PAUSE);
  }

  /** Looks for words once the typing pauses; without any, for everything that helps. */
  look(words: string): void {
    const { desk, precedents } = this.store.get();
    if (!desk || !precedents) return;
    this.store.set({ precedents: { ...precedents, words } });
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#ask(desk.id, words), PAUSE);
  }

  async #ask(desk: string, words: string): Promise<void> {
    try {
      const { precedents: found, unlike } = await this.api.precedents(
        desk,
        codesOf(this.store.get()),
        words.trim(),
      );
      this.#show(desk, { found, unlike, words, failed: false });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      // Asked again with the next mark or item, and not before; a search says that it found no server.
      const { precedents } = this.store.get();
      if (precedents) this.#show(desk, { ...precedents, failed: true });
    }
  }

  /** What comes for an item that has left the desk is too late. */
  #show(desk: string, precedents: NonNullable<Bench["precedents"]>): void {
    const now = this.store.get();
    if (now.desk?.id !== desk) return;
    const words = now.precedents?.words ?? precedents.words;
    this.store.set({ precedents: { ...precedents, words } });
  }
}

/** Whether the person has said anything of the item, beyond what a check proposed. */
function hasAnswered(bench: Bench, desk: Desk): boolean {
  const { answers, cannotJudge } = draftOf(bench);
  const proposed = new Map(desk.proposals.map(({ criterion, answer }) => [criterion, answer]));
  return cannotJudge !== null || Object.entries(answers).some(([id, value]) => value !== proposed.get(id));
}

const codesOf = (bench: Bench): readonly string[] =>
  [...new Set(draftOf(bench).marks.flatMap(({ code }) => (code ? [code] : [])))].sort();
