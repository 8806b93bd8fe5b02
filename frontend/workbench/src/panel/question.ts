/** Asking what the rules do not decide: the place, the clause, one question. The work goes on meanwhile. */

import { html, type TemplateResult } from "lit/html.js";
import { type Asking, type Bench, criterionNamed, draftOf, NOT_ASKING } from "../state/bench.ts";
import { type Mark, toBody } from "../state/draft.ts";
import { entryOf, markName } from "../state/taxonomy.ts";
import type { CaseKind, Question, Rubric, Slot } from "../state/wire.ts";
import type { Workbench } from "../workbench.ts";

const KINDS: readonly (readonly [CaseKind, string])[] = [
  ["ambiguous_rule", "A rule can be read in two ways"],
  ["gap", "No rule covers this"],
  ["conflict", "Two rules contradict each other"],
  ["novel_pattern", "I have not seen this before"],
  ["bad_item", "Something is wrong with the item"],
  ["needs_expertise", "This takes knowledge that I lack"],
];
const LENGTH = 300;
const WHOLE = "whole-";

/** The mark that is asked about: the one chosen, else the one selected. */
function markAsked(bench: Bench): Mark | undefined {
  const wanted = bench.asking.place ?? bench.selectedMark;
  return draftOf(bench).marks.find(({ id }) => id === wanted);
}

const clauseAsked = (bench: Bench, rubric: Rubric): string =>
  bench.asking.clause ??
  markAsked(bench)?.clause ??
  entryOf(rubric, markAsked(bench)?.code ?? null)?.clause ??
  criterionNamed(bench, bench.criterion)?.clause ??
  "";

function questionOf(bench: Bench, rubric: Rubric): Question {
  const { kind, question, answer, place } = bench.asking;
  const mark = markAsked(bench);
  const drawn = toBody(rubric, draftOf(bench)).marks[
    draftOf(bench).marks.findIndex(({ id }) => id === mark?.id)
  ];
  const first = bench.desk?.images[0]?.slot ?? "a";
  const image = place?.startsWith(WHOLE) ? (place.slice(WHOLE.length) as Slot) : first;
  return {
    kind: kind ?? "gap",
    question: question.trim().replace(/\s+/gu, " "),
    answer: answer.trim().replace(/\s+/gu, " "),
    clause: clauseAsked(bench, rubric) || null,
    criterion: bench.criterion,
    code: mark?.code ?? null,
    region: drawn
      ? { image: drawn.image, shape: drawn.shape, geometry: drawn.geometry }
      : { image, shape: "whole", geometry: {} },
  };
}

function places(bench: Bench, rubric: Rubric): TemplateResult {
  const images = bench.desk?.images ?? [];
  const chosen = markAsked(bench)?.id ?? bench.asking.place ?? `${WHOLE}${images[0]?.slot ?? "a"}`;
  return html`${draftOf(bench).marks.map(
    (mark, index) =>
      html`<option value=${mark.id} ?selected=${chosen === mark.id}>${markName(rubric, mark, index + 1)}</option>`,
  )}
  ${images.map(
    ({ slot }) =>
      html`<option value=${`${WHOLE}${slot}`} ?selected=${chosen === `${WHOLE}${slot}`}>${images.length > 1 ? `Image ${slot.toUpperCase()} as a whole` : "The image as a whole"}</option>`,
  )}`;
}

export function questionView(w: Workbench, bench: Bench, header: TemplateResult): TemplateResult {
  const { setup, asking } = bench;
  const rubric = setup?.rubric;
  if (!rubric) return header;
  const type = (change: Partial<Asking>): void =>
    w.store.set((now) => ({ ...now, asking: { ...now.asking, ...change } }));
  const typed = (event: Event): string => (event.target as HTMLInputElement).value;
  const send = (event: SubmitEvent): void => {
    event.preventDefault();
    const question = questionOf(w.store.get(), rubric);
    if (question.question === "") return;
    w.dialogue.close();
    w.session.ask(question);
    w.store.set({ asking: NOT_ASKING });
  };
  const clause = clauseAsked(bench, rubric);
  return html`${header}
    <form class="wb-asking" @submit=${send}>
      <fieldset class="wb-reasons">
        <legend class="wb-unseen">What is the matter</legend>
        ${KINDS.map(
          ([kind, label]) => html`<label class="wb-check">
            <input type="radio" name="kind" value=${kind} required data-test=${`kind-${kind}`}
              .checked=${asking.kind === kind} @change=${() => type({ kind })} />
            <span>${label}</span>
          </label>`,
        )}
      </fieldset>
      <label class="wb-field"><span>One question</span>
        <input type="text" name="question" required maxlength=${LENGTH} data-test="question-text" .value=${asking.question}
          @input=${(event: Event) => type({ question: typed(event) })} /></label>
      <label class="wb-field"><span>What you do meanwhile (optional; hidden from those who vote)</span>
        <input type="text" name="answer" maxlength=${LENGTH} data-test="question-answer" .value=${asking.answer}
          @input=${(event: Event) => type({ answer: typed(event) })} /></label>
      <div class="wb-asking-about">
        <label class="wb-field"><span>Place</span>
          <select data-test="question-place" @change=${(event: Event) => type({ place: typed(event) })}>${places(bench, rubric)}</select></label>
        <label class="wb-field"><span>Clause</span>
          <select data-test="question-clause" @change=${(event: Event) => type({ clause: typed(event) })}>
            <option value="" ?selected=${clause === ""}>None</option>
            ${(setup?.guideline.clauses ?? []).map(
              ({ anchor, title }) =>
                html`<option value=${anchor} ?selected=${clause === anchor}>${anchor} ${title}</option>`,
            )}
          </select></label>
      </div>
      <p class="wb-soft">Peers vote on it blind, and the lead rules. Judge the item as you think best now: the ruling comes back to you.</p>
      <footer>
        <button type="button" class="wb-button" @click=${() => w.dialogue.close()}>Go back</button>
        <button type="submit" class="wb-button is-main" data-test="question-send">Ask</button>
      </footer>
    </form>`;
}
