/** The guideline beside the work: opened, closed, and at which clause. */

import type { Focus } from "./focus.ts";
import { clauseHeading, guidelineNodes } from "./panel/guideline.ts";
import { withWorkedExamples } from "./panel/worked_examples.ts";
import { type Bench, criterionNamed } from "./state/bench.ts";
import type { Store } from "./state/store.ts";

export class Reading {
  #text: Node[] = [];
  #version = -1;

  constructor(
    private readonly store: Store<Bench>,
    private readonly panel: HTMLElement,
    private readonly focus: Focus,
  ) {}

  /** Elements of the version in use, made once. */
  text(): Node[] {
    const setup = this.store.get().setup;
    if (setup && setup.guideline.version !== this.#version) {
      this.#version = setup.guideline.version;
      this.#text = withWorkedExamples([...guidelineNodes(setup.guideline.html).childNodes], setup);
    }
    return this.#text;
  }

  /** Opens at the clause of what is in focus; there already, closes. */
  toggle(): void {
    const bench = this.store.get();
    const anchor = criterionNamed(bench, bench.criterion)?.clause ?? null;
    if (bench.guideline && bench.guideline.anchor === anchor) this.close();
    else this.show(anchor);
  }

  show(anchor: string | null): void {
    this.store.set({ guideline: { anchor } });
    this.focus.later(() => {
      const text = this.panel.querySelector<HTMLElement>(".wb-reading");
      for (const lit of text?.querySelectorAll(".is-clause") ?? []) lit.classList.remove("is-clause");
      const heading = text && anchor ? clauseHeading(text, anchor) : null;
      heading?.classList.add("is-clause");
      if (text) text.scrollTop = heading ? heading.offsetTop - 8 : 0;
    });
  }

  close(): void {
    const inside = this.panel.contains(document.activeElement);
    this.store.set({ guideline: null });
    if (inside) this.focus.criterion(this.store.get().criterion);
  }
}
