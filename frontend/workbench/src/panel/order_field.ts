/** The order of a set: a row for each image with its rank, or one for the best and one for the worst. */

import { html, nothing, type TemplateResult } from "lit/html.js";
import { type Bench, criterionAfter, draftOf, edit } from "../state/bench.ts";
import {
  choosePart,
  chosenParts,
  imagesOf,
  inWords,
  orderOf,
  type Part,
  partsOf,
} from "../state/ordering.ts";
import type { Criterion } from "../state/wire.ts";
import type { Workbench } from "../workbench.ts";

function choose(w: Workbench, criterion: Criterion, part: Part, choice: string): void {
  w.store.set((bench) =>
    edit(bench, (draft) => ({
      ...draft,
      answers: {
        ...draft.answers,
        [criterion.id]: choosePart(criterion, draft.answers[criterion.id], part.name, choice),
      },
    })),
  );
}

function partRow(w: Workbench, bench: Bench, criterion: Criterion, part: Part): TemplateResult {
  const chosen = chosenParts(criterion, draftOf(bench).answers[criterion.id]).get(part.name);
  return html`<div class="wb-part" role="radiogroup" aria-label=${`${criterion.name}, ${part.label}`} data-part=${part.name}>
    <span class="wb-part-name" aria-hidden="true">${part.label}</span>
    <span class="wb-segments">${part.choices.map(
      ({ value, label }) => html`<label class="wb-segment">
        <input
          type="radio"
          name=${`wb-${criterion.id}-${part.name}`}
          data-test=${`part-${criterion.id}-${part.name}-${value}`}
          aria-label=${criterion.type === "ranking" ? `${part.label} on rank ${label}` : `${part.label} is ${label}`}
          .checked=${chosen === value}
          ?disabled=${!bench.desk?.editable}
          @change=${() => choose(w, criterion, part, value)}
        />
        <span aria-hidden="true">${label}</span>
      </label>`,
    )}</span>
  </div>`;
}

export function orderField(w: Workbench, bench: Bench, criterion: Criterion): TemplateResult {
  const images = bench.setup ? imagesOf(bench.setup.rubric) : 0;
  const order = orderOf(criterion, draftOf(bench).answers[criterion.id], images);
  return html`<div class="wb-order">
    ${partsOf(criterion, images).map((part) => partRow(w, bench, criterion, part))}
    ${
      criterion.type === "ranking"
        ? html`<output class="wb-soft" data-test=${`order-${criterion.id}`}>${order ? inWords(order) : ""}</output>`
        : nothing
    }
  </div>`;
}

/** A digit ranks the image in focus, or names the image of that place, and goes on to the next; then to what follows. */
export function orderByDigit(
  w: Workbench,
  criterion: Criterion,
  target: Element | null,
  digit: string,
): boolean {
  const bench = w.store.get();
  if (!bench.setup || !bench.desk?.editable) return false;
  const parts = partsOf(criterion, imagesOf(bench.setup.rubric));
  const chosen = chosenParts(criterion, draftOf(bench).answers[criterion.id]);
  const focused = target?.closest<HTMLElement>("[data-part]")?.dataset.part;
  const part = parts.find(({ name }) => name === focused) ?? parts.find(({ name }) => !chosen.has(name));
  const choice = part?.choices[Number(digit) - 1];
  if (!part || !choice) return false;
  choose(w, criterion, part, choice.value);
  w.store.set({ said: `${criterion.name}: ${part.label} ${choice.label}` });
  const next = parts[parts.indexOf(part) + 1];
  if (next) {
    w.focusing.part(criterion.id, next.name);
  } else {
    w.store.set((now) => ({ ...now, criterion: criterionAfter(now, criterion.id) }));
    w.focusing.criterion(w.store.get().criterion);
  }
  return true;
}
