/** Asks the server for hints once the writing pauses. Without an answer there are none: work goes on as before. */

import type { Focus } from "./focus.ts";
import { dismiss, type Hint, hints, received } from "./state/advice.ts";
import { type Bench, type Desk, draftOf, edit } from "./state/bench.ts";
import { type Draft, explain, toBody } from "./state/draft.ts";
import type { Store } from "./state/store.ts";
import type { Finding } from "./state/wire.ts";
import { ApiError, type WorkApi } from "./transport/api.ts";

/** Milliseconds without a change after which a text is looked at. */
export const PAUSE = 600;

export class Coach {
  #seen: Draft | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly store: Store<Bench>,
    private readonly api: Pick<WorkApi, "check">,
    private readonly focus: Focus,
  ) {
    this.store.observe((bench) => this.#follow(bench));
  }

  #follow(bench: Bench): void {
    const draft = draftOf(bench);
    if (draft === this.#seen) return;
    this.#seen = draft;
    clearTimeout(this.#timer);
    if (!bench.desk?.editable || !bench.setup?.rubric.explanation || draft.cannotJudge) return;
    if (draft.explanation.trim() !== "") this.#timer = setTimeout(() => void this.#ask(), PAUSE);
  }

  /** Puts what a hint proposes in its place; undone like anything written. */
  takeUp({ finding, spans }: Hint): void {
    const [span] = spans;
    const { explanation } = draftOf(this.store.get());
    if (!span || finding.suggestion === null) return;
    const mended = explanation.slice(0, span[0]) + finding.suggestion + explanation.slice(span[1]);
    this.store.set((bench) => edit(bench, (draft) => explain(draft, mended)));
    this.#goOn();
  }

  dismiss({ finding }: Hint): void {
    this.store.set((bench) => ({ ...bench, advice: dismiss(bench.advice, finding) }));
    this.#goOn();
  }

  /** The button that was pressed is gone: on to the next hint, else back to the text. */
  #goOn(): void {
    this.focus.later(() => (this.focus.firstHint ?? this.focus.explanationField)?.focus());
  }

  async #ask(): Promise<void> {
    const { desk, setup } = this.store.get();
    if (!desk || !setup) return;
    const draft = desk.history.present;
    const { answers, marks } = toBody(setup.rubric, draft);
    const asked = { answers, marks, explanation: draft.explanation, ...underWhich(desk) };
    const checked = await this.api.check(asked).catch((error: unknown) => {
      if (!(error instanceof ApiError)) throw error;
      return null;
    });
    if (!checked || draftOf(this.store.get()) !== draft) return;
    this.store.set((bench) => told(bench, draft.explanation, checked.findings));
  }
}

/** Shows what was found; said aloud only where there is something else than before. */
function told(bench: Bench, text: string, findings: readonly Finding[]): Bench {
  const advice = received(bench.advice, text, findings);
  const before = hints(bench.advice, text).length;
  const now = hints(advice, text).length;
  const said = now === 1 ? "1 hint on the explanation." : `${now} hints on the explanation.`;
  return { ...bench, advice, ...(now > 0 && now !== before ? { said } : {}) };
}

/** The rules the text is written under; one's own words are no repetition when they are revised. */
const underWhich = (desk: Desk) =>
  desk.kind === "assignment" ? { version: desk.guidelineVersion } : { revised: desk.id };
