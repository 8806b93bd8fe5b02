/** Fields of criteria that are not answered by choosing from a row: counts, texts, words of the prompt. */

import { html, nothing, type TemplateResult } from "lit/html.js";
import { type Bench, criterionAfter, draftOf, edit, give } from "../state/bench.ts";
import { isChosen, withdraw } from "../state/draft.ts";
import { wordsOf } from "../state/prompt_words.ts";
import type { Criterion } from "../state/wire.ts";
import type { Workbench } from "../workbench.ts";

/** Gives what was typed, or takes the answer back where nothing stands; keystrokes in a row are undone together. */
function type(w: Workbench, criterion: Criterion, value: number | string | null): void {
  w.store.set((bench) =>
    edit(
      bench,
      (draft) =>
        value === null || value === ""
          ? withdraw(draft, criterion)
          : { ...draft, answers: { ...draft.answers, [criterion.id]: value } },
      `answer ${criterion.id}`,
    ),
  );
}

function moveOn(w: Workbench, criterion: Criterion): void {
  w.session.settle();
  w.store.set((bench) => ({ ...bench, criterion: criterionAfter(bench, criterion.id) }));
  w.focusing.criterion(w.store.get().criterion);
}

/** Enter moves on, as a digit does elsewhere. */
const onEnter = (w: Workbench, criterion: Criterion) => (event: KeyboardEvent) => {
  if (event.key !== "Enter" || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  moveOn(w, criterion);
};

export function countField(w: Workbench, bench: Bench, criterion: Criterion): TemplateResult {
  const { minimum = 0, maximum = 1000 } = criterion;
  const value = draftOf(bench).answers[criterion.id];
  return html`<input
    class="wb-number"
    type="number"
    inputmode="numeric"
    min=${minimum}
    max=${maximum}
    step="1"
    data-test=${`count-${criterion.id}`}
    aria-label=${`${criterion.name}, a number from ${minimum} to ${maximum}`}
    .value=${value === undefined ? "" : String(value)}
    ?disabled=${!bench.desk?.editable}
    @input=${({ target }: InputEvent) => {
      const field = target as HTMLInputElement;
      // A number out of bounds stays in the field, and counts as no answer.
      type(w, criterion, field.value === "" ? null : field.valueAsNumber);
    }}
    @blur=${() => w.session.settle()}
    @keydown=${onEnter(w, criterion)}
  />`;
}

export function textField(w: Workbench, bench: Bench, criterion: Criterion): TemplateResult {
  return html`<textarea
    class="wb-own-words"
    rows="2"
    maxlength=${criterion.max_characters ?? 2000}
    data-test=${`text-${criterion.id}`}
    aria-label=${criterion.name}
    .value=${String(draftOf(bench).answers[criterion.id] ?? "")}
    ?disabled=${!bench.desk?.editable}
    @input=${({ target }: InputEvent) => type(w, criterion, (target as HTMLTextAreaElement).value)}
    @blur=${() => w.session.settle()}
    @keydown=${onEnter(w, criterion)}
  ></textarea>`;
}

/** Arrow keys go from word to word, so that a long prompt is one stop of the Tab key; Space and Enter choose. */
function walk(event: KeyboardEvent): void {
  // With a modifier it is a key of the workbench: Ctrl Enter submits.
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const word = event.target as HTMLInputElement;
  const words = [...(word.closest(".wb-words")?.querySelectorAll("input") ?? [])];
  const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
  if (step !== undefined) words[words.indexOf(word) + step]?.focus();
  else if (event.key === " " || event.key === "Enter") word.click();
  else return;
  event.preventDefault();
}

/** The word that the Tab key reaches: the one that had the focus last, at first the first. */
function rove({ target }: FocusEvent): void {
  const words = (target as Element).closest(".wb-words")?.querySelectorAll("input") ?? [];
  for (const word of words) word.tabIndex = word === target ? 0 : -1;
}

export function wordsField(w: Workbench, bench: Bench, criterion: Criterion): TemplateResult {
  const words = wordsOf(bench.desk?.prompt ?? "");
  if (words.length === 0) return html`<p class="wb-soft">This item has no prompt.</p>`;
  const draft = draftOf(bench);
  return html`<p class="wb-words" @keydown=${walk} @focusin=${rove}>
    ${words.map(
      ({ name, text, before }, index) => html`${before}<label class="wb-word"><input
            type="checkbox"
            tabindex=${index === 0 ? "0" : "-1"}
            data-test=${`word-${criterion.id}-${name}`}
            aria-label=${`${text}, word ${index + 1} of ${words.length}`}
            .checked=${isChosen(draft, criterion, name)}
            ?disabled=${!bench.desk?.editable}
            @change=${() => w.store.set((now) => give(now, criterion, name, false))}
          /><span aria-hidden="true">${text}</span></label>`,
    )}
  </p>`;
}

/** What a table has decided; read out when it changes. */
export function decisionOutput(criterion: Criterion, result: unknown): TemplateResult {
  const option = criterion.options?.find(({ code }) => code === result);
  return html`<output class="wb-decision" data-test=${`decision-${criterion.id}`}>
    ${option ? html`<strong>${option.label}</strong>` : html`<span class="wb-soft">follows from the answers above</span>`}
    ${option?.anchor ? html`<span class="wb-soft">${option.anchor}</span>` : nothing}
  </output>`;
}
