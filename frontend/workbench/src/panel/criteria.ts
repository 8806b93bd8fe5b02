/** The criteria: a row each, always in the same place, and under them the sentences of the one in focus. */

import { html, nothing, type TemplateResult } from "lit/html.js";
import { type Followed, follow, hasFailed } from "../state/asking.ts";
import { type Bench, draftOf, give } from "../state/bench.ts";
import { type Choice, choicesOf } from "../state/choices.ts";
import { isRequired } from "../state/completeness.ts";
import { isChosen } from "../state/draft.ts";
import type { Criterion } from "../state/wire.ts";
import type { Workbench } from "../workbench.ts";
import { countField, decisionOutput, textField, wordsField } from "./answer_fields.ts";
import { orderField } from "./order_field.ts";
import { precedentChips } from "./precedents.ts";
import { workedAt } from "./worked_examples.ts";

const inputId = (criterion: Criterion, choice: Choice): string => `wb-${criterion.id}-${choice.value}`;

/** Short labels ("A", "Same", "B") stand in the row themselves; long ones by their key. */
const speaksForItself = (choices: readonly Choice[]): boolean =>
  choices.reduce((sum, { label }) => sum + label.length, 0) <= 12;

/** What a choice of yes and no shows in its segment. */
const YES_NO_FACES: Readonly<Record<string, string>> = {
  yes: "Yes",
  no: "No",
  unsure: "?",
  not_applicable: "n/a",
};

const face = (criterion: Criterion, choice: Choice, short: boolean): string | number => {
  if (criterion.type === "scale") return choice.value;
  if (criterion.type === "yes_no") return YES_NO_FACES[choice.value] ?? choice.label;
  return short ? choice.label : (choice.digit ?? "·");
};

const spoken = (criterion: Criterion, choice: Choice): string =>
  [criterion.type === "scale" ? choice.value : null, choice.label, choice.anchor].filter(Boolean).join(", ");

function input(w: Workbench, bench: Bench, criterion: Criterion, choice: Choice): TemplateResult {
  const test = criterion.type === "scale" ? "level" : "option";
  const choose = (): void => {
    w.store.set((now) => give(now, criterion, choice.value, false));
  };
  return html`<input
    id=${inputId(criterion, choice)}
    type=${criterion.type === "ticks" ? "checkbox" : "radio"}
    name=${`wb-${criterion.id}`}
    data-test=${`${test}-${criterion.id}-${choice.value}`}
    aria-label=${spoken(criterion, choice)}
    .checked=${isChosen(draftOf(bench), criterion, choice.value)}
    ?disabled=${!bench.desk?.editable}
    @change=${choose}
    @click=${(event: Event) => {
      // A radio that is on stays on; where the question may be left open, a second press withdraws.
      if (
        (criterion.type === "choice" || criterion.type === "yes_no") &&
        !isRequired(criterion) &&
        isChosen(draftOf(w.store.get()), criterion, choice.value)
      ) {
        event.preventDefault();
        setTimeout(choose);
      }
    }}
  />`;
}

/** A scale rises from left to right, whichever way its sentences are listed; so do the arrow keys. */
function inRow(criterion: Criterion): readonly Choice[] {
  const choices = choicesOf(criterion);
  return criterion.type === "scale"
    ? [...choices].sort((a, b) => Number(a.value) - Number(b.value))
    : choices;
}

function segments(w: Workbench, bench: Bench, criterion: Criterion): TemplateResult {
  const choices = inRow(criterion);
  const short = speaksForItself(choices);
  return html`<div class="wb-segments">
    ${choices.map(
      (choice) => html`<label class="wb-segment" title=${choice.label}>
        ${input(w, bench, criterion, choice)}
        <span aria-hidden="true">${criterion.type === "ticks" ? choice.label : face(criterion, choice, short)}</span>
      </label>`,
    )}
  </div>`;
}

/** Why a question is not asked: the first question above it that has failed, by its number and its name. */
function voidView(bench: Bench, criterion: Criterion, followed: Followed): TemplateResult {
  const criteria = bench.setup?.rubric.criteria ?? [];
  const shown = criteria.filter(({ id }) => followed.standing.get(id) !== "unasked");
  const failed = shown.findIndex(
    ({ id }) => criterion.parents?.includes(id) && hasFailed(followed.answers[id]),
  );
  return html`<span class="wb-void" data-test=${`void-${criterion.id}`}
    >void, as ${failed + 1}<span class="wb-unseen"> (${shown[failed]?.name})</span> failed</span>`;
}

function field(w: Workbench, bench: Bench, criterion: Criterion, followed: Followed): TemplateResult {
  if (followed.standing.get(criterion.id) === "void") return voidView(bench, criterion, followed);
  switch (criterion.type) {
    case "count":
      return countField(w, bench, criterion);
    case "text":
      return textField(w, bench, criterion);
    case "words":
      return wordsField(w, bench, criterion);
    case "ranking":
    case "best_worst":
      return orderField(w, bench, criterion);
    case "decision":
      return decisionOutput(criterion, followed.answers[criterion.id]);
    default:
      return segments(w, bench, criterion);
  }
}

/** What a technical check proposed, and on what ground. */
function proposalView(
  bench: Bench,
  criterion: Criterion,
  followed: Followed,
): TemplateResult | typeof nothing {
  const proposal = bench.desk?.proposals.find((each) => each.criterion === criterion.id);
  if (!proposal || followed.standing.get(criterion.id) !== "asked") return nothing;
  const label = choicesOf(criterion).find(({ value }) => value === proposal.answer)?.label ?? proposal.answer;
  const isKept = followed.answers[criterion.id] === proposal.answer;
  return html`<p class=${`wb-proposal ${isKept ? "" : "is-overridden"}`} data-test=${`proposal-${criterion.id}`}
    >${isKept ? "Proposed by a check" : "A check proposed"}: <span>${label}</span> · ${proposal.because}</p>`;
}

function row(
  w: Workbench,
  bench: Bench,
  criterion: Criterion,
  number: number,
  followed: Followed,
): TemplateResult {
  const isAsked = followed.standing.get(criterion.id) === "asked";
  const answered = isAsked && followed.answers[criterion.id] !== undefined;
  const missing = bench.showMissing && isAsked && isRequired(criterion) && !answered;
  const classes = [
    "wb-criterion",
    `is-${criterion.type.replace("_", "-")}`,
    bench.criterion === criterion.id ? "is-focused" : "",
    answered ? "is-answered" : "",
    missing ? "is-missing" : "",
  ];
  return html`<fieldset class=${classes.filter(Boolean).join(" ")} data-criterion=${criterion.id} data-test=${`criterion-${criterion.id}`}>
    <legend>
      <span class="wb-ordinal" aria-hidden="true">${answered ? "✓" : number}</span>
      <span class="wb-name">${criterion.name}</span>
      ${precedentChips(w, bench, criterion.id)}
      ${isRequired(criterion) || !isAsked ? nothing : html`<span class="wb-optional">optional</span>`}
      <span class="wb-unseen">${criterion.question ?? ""}${missing ? " Not answered." : ""}</span>
    </legend>
    ${field(w, bench, criterion, followed)}${proposalView(bench, criterion, followed)}
  </fieldset>`;
}

/** Pictures of what a level means, beside the sentence that says it. */
const examples = (bench: Bench, choice: Choice): TemplateResult | typeof nothing => {
  const addresses = choice.examples
    .map((key) => bench.setup?.examples?.[key])
    .filter((url) => url !== undefined);
  if (addresses.length === 0) return nothing;
  return html`<span class="wb-examples">${addresses.map((url) => html`<img src=${url} alt="" loading="lazy" data-test="example" />`)}</span>`;
};

function sentences(bench: Bench, criterion: Criterion): TemplateResult {
  const focused = bench.criterion === criterion.id;
  const classes = `wb-sentences is-${criterion.type.replace("_", "-")}${focused ? " is-focused" : ""}`;
  return html`<div class=${classes} aria-hidden="true">
    <p class="wb-question"><strong>${criterion.name}</strong> ${criterion.question ?? ""}</p>
    ${choicesOf(criterion).map(
      (choice) => html`<label
        for=${inputId(criterion, choice)}
        class=${isChosen(draftOf(bench), criterion, choice.value) ? "wb-sentence is-chosen" : "wb-sentence"}
      >
        <kbd>${choice.digit ?? ""}</kbd>
        <span><strong>${choice.label}</strong>${choice.anchor ? html` <span class="wb-soft">${choice.anchor}</span>` : nothing}
          ${focused ? [examples(bench, choice), workedAt(bench.setup, criterion.id, choice.value)] : nothing}</span>
      </label>`,
    )}
  </div>`;
}

/** As many rows leave room for the sentences under them; below more, they are kept in view. */
const FEW = 9;

/** A heading stands where the section changes. */
const heading = (criterion: Criterion, before: Criterion | undefined): TemplateResult | typeof nothing =>
  criterion.section && criterion.section !== before?.section
    ? html`<h2 class="wb-section">${criterion.section}</h2>`
    : nothing;

export function criteriaView(w: Workbench, bench: Bench): TemplateResult | typeof nothing {
  const { setup } = bench;
  if (!setup || draftOf(bench).cannotJudge) return nothing;
  const followed = follow(setup.rubric, draftOf(bench).answers);
  const shown = setup.rubric.criteria.filter(({ id }) => followed.standing.get(id) !== "unasked");
  const explained = shown.filter(
    ({ id, type }) => type !== "decision" && followed.standing.get(id) !== "void",
  );
  return html`<section aria-label="Criteria" class=${shown.length > FEW ? "is-long" : ""}>
    <div
      class="wb-rows"
      @pointerdown=${() => w.pointing(true)}
      @focusin=${(event: Event) => w.criterionFocused(event)}
      @click=${(event: Event) => {
        w.pointing(false);
        w.criterionFocused(event);
      }}
    >
      ${shown.map((criterion, index) => html`${heading(criterion, shown[index - 1])}${row(w, bench, criterion, index + 1, followed)}`)}
    </div>
    <div class="wb-all-sentences">${explained.map((criterion) => sentences(bench, criterion))}</div>
  </section>`;
}
