/** The explanation: plain text in which [[2]], which points at mark 2, and anchors of clauses look like chips. */

import { html, nothing, type TemplateResult } from "lit/html.js";
import { hints, type Stretch, stretches } from "../state/advice.ts";
import { type Bench, draftOf, edit } from "../state/bench.ts";
import { citations } from "../state/citations.ts";
import { explanationRequired, length } from "../state/completeness.ts";
import { explain, type Mark } from "../state/draft.ts";
import { markName } from "../state/taxonomy.ts";
import type { Rubric } from "../state/wire.ts";
import type { Workbench } from "../workbench.ts";
import { hintsView } from "./hints.ts";
import { severityBadge } from "./severity.ts";

/** From this share of the limit on, the count is shown. */
const NEARLY = 0.6;

export function explanationView(w: Workbench, bench: Bench): TemplateResult | typeof nothing {
  const rubric = bench.setup?.rubric;
  const rule = rubric?.explanation;
  if (!rubric || !rule) return nothing;
  const draft = draftOf(bench);
  const required = explanationRequired(rubric, draft);
  const most = rule.max_characters ?? 2000;
  const used = length(draft.explanation);
  const found = bench.desk?.editable ? hints(bench.advice, draft.explanation) : [];
  const cited = new Set(citations(draft.explanation));
  const clauses = new Set(bench.setup?.guideline.clauses.map(({ anchor }) => anchor));
  const write = (event: Event): void => {
    const text = (event.target as HTMLTextAreaElement).value;
    w.store.set((now) => edit(now, (before) => explain(before, text), "explanation"));
  };
  return html`<section aria-label="Explanation">
    <h2>
      <label for="wb-explanation">${rule.label || "Explanation"}</label>
      ${required && draft.explanation.trim() === "" ? html`<span class="wb-needed">needed</span>` : nothing}
      ${found.length > 0 ? html`<span class="wb-count" data-test="hint-count">${found.length === 1 ? "1 hint" : `${found.length} hints`}</span>` : nothing}
      ${used > most * NEARLY ? html`<span class=${used > most ? "wb-count wb-needed" : "wb-count"}>${used} / ${most}</span>` : nothing}
    </h2>
    <div class="wb-text">
      <div class="wb-echo" aria-hidden="true">${stretches(draft.explanation, found, clauses).map(painted)}<br></div>
      <textarea
        id="wb-explanation"
        data-test="explanation"
        rows="3"
        .value=${draft.explanation}
        ?readonly=${!bench.desk?.editable}
        aria-describedby="wb-cite-hint"
        @input=${write}
        @blur=${() => w.session.settle()}
      ></textarea>
    </div>
    ${
      draft.marks.length > 0 && bench.desk?.editable
        ? html`<div class="wb-cite">
            <span class="wb-soft" id="wb-cite-hint">Cite <kbd>Alt</kbd> + number</span>
            ${draft.marks.slice(0, 9).map((mark, index) => citeButton(w, rubric, mark, index + 1, cited))}
          </div>`
        : html`<span id="wb-cite-hint"></span>`
    }
    ${hintsView(w, found)}
  </section>`;
}

function painted({ text, chip, underlined }: Stretch): TemplateResult | string {
  if (chip) return html`<mark>${text}</mark>`;
  return underlined ? html`<u>${text}</u>` : text;
}

/** Puts a citation of the mark into the text; its name says what is cited, and whether it is already. */
function citeButton(
  w: Workbench,
  rubric: Rubric,
  mark: Mark,
  number: number,
  cited: ReadonlySet<number>,
): TemplateResult {
  const name = `Cite ${markName(rubric, mark, number)}${cited.has(number) ? ", cited already" : ""}`;
  return html`<button
    type="button"
    class=${cited.has(number) ? "wb-quiet wb-cite-button is-cited" : "wb-quiet wb-cite-button"}
    aria-label=${name}
    title=${name}
    @click=${() => w.citeMark(number)}
  >
    ${severityBadge(mark.severity, number)}
  </button>`;
}
