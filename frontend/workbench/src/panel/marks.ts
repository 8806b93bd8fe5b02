/** The list of marks, the selected one with what can be said of it. */

import { repeat } from "lit/directives/repeat.js";
import { html, nothing, type TemplateResult } from "lit/html.js";
import * as actions from "../actions.ts";
import { type Action, named } from "../keymap.ts";
import { type Bench, draftOf } from "../state/bench.ts";
import { marksRequired, missing, takesMarks } from "../state/completeness.ts";
import { MAXIMUM_MARKS, type Mark } from "../state/draft.ts";
import { placeOf } from "../state/geometry.ts";
import { entryOf, markName, readable, severityOf } from "../state/taxonomy.ts";
import type { Rubric, ShapeName } from "../state/wire.ts";
import type { Workbench } from "../workbench.ts";
import { errorPicker } from "./error_picker.ts";
import { severityBadge, severityShape } from "./severity.ts";

const NOTE_LENGTH = 500;
/** Rows shown at a time: as many as a draft may have. One that has more, from elsewhere, stays quick to work on. */
const ROWS = MAXIMUM_MARKS;

function title(rubric: Rubric, mark: Mark): TemplateResult {
  const entry = entryOf(rubric, mark.code);
  if (!rubric.taxonomy) return html`<span class="wb-what" aria-hidden="true">${mark.note || "Mark"}</span>`;
  if (!entry) return html`<span class="wb-what wb-needed" aria-hidden="true">Needs an error type</span>`;
  return html`<span class="wb-what" aria-hidden="true">${entry.name}${mark.part ? html` <span class="wb-soft">· ${readable(mark.part)}</span>` : nothing}</span>`;
}

function severities(w: Workbench, rubric: Rubric, mark: Mark): TemplateResult {
  return html`<fieldset class="wb-severities" data-severities data-field="severity">
    <legend>Severity</legend>
    ${(rubric.severities ?? []).map(
      ({ value, name, anchor }) => html`<label class="wb-severity-choice" title=${anchor ?? ""}>
        <input
          type="radio"
          name=${`wb-severity-${mark.id}`}
          data-test=${`severity-${value}`}
          aria-label=${[value, name, anchor].filter(Boolean).join(", ")}
          .checked=${mark.severity === value}
          @change=${() => w.marking.change(mark.id, { severity: value })}
        />
        <svg viewBox="-13 -13 26 26" width="18" height="18" aria-hidden="true">${severityShape(value, 9)}</svg>
        <span aria-hidden="true">${value} ${name}</span>
      </label>`,
    )}
  </fieldset>`;
}

function partField(w: Workbench, rubric: Rubric, mark: Mark): TemplateResult | typeof nothing {
  const parts = entryOf(rubric, mark.code)?.parts ?? [];
  if (parts.length === 0) return nothing;
  return html`<label class="wb-field">
    <span>Part</span>
    <select
      data-test="mark-part"
      .value=${mark.part ?? ""}
      @change=${(event: Event) =>
        w.marking.change(mark.id, { part: (event.target as HTMLSelectElement).value || null })}
    >
      <option value="" ?selected=${mark.part === null}>Not said</option>
      ${parts.map((part) => html`<option value=${part} ?selected=${mark.part === part}>${readable(part)}</option>`)}
    </select>
  </label>`;
}

/** The clause the mark rests on: that of its code, unless the rater names another. */
function clauseField(
  w: Workbench,
  bench: Bench,
  rubric: Rubric,
  mark: Mark,
): TemplateResult | typeof nothing {
  const clauses = bench.setup?.guideline.clauses ?? [];
  if (clauses.length === 0) return nothing;
  const ofCode = entryOf(rubric, mark.code)?.clause;
  return html`<label class="wb-field is-wide">
    <span>Clause</span>
    <select
      data-test="mark-clause"
      .value=${mark.clause ?? ""}
      @change=${(event: Event) =>
        w.marking.change(mark.id, { clause: (event.target as HTMLSelectElement).value || null })}
    >
      <option value="" ?selected=${!mark.clause}>${ofCode ? `${ofCode} (of the error type)` : "None named"}</option>
      ${clauses.map(({ anchor, title }) => html`<option value=${anchor} ?selected=${mark.clause === anchor}>${anchor} ${title}</option>`)}
    </select>
  </label>`;
}

/** Which mark on the other image shows the same thing. */
function pairField(w: Workbench, bench: Bench, rubric: Rubric, mark: Mark): TemplateResult | typeof nothing {
  if (bench.desk?.images.length !== 2) return nothing;
  const others = draftOf(bench)
    .marks.map((other, index) => ({ other, number: index + 1 }))
    .filter(({ other }) => other.image !== mark.image);
  const name = (other: Mark): string => entryOf(rubric, other.code)?.name ?? placeOf(other.shape);
  return html`<label class="wb-field is-wide">
    <span>Same as</span>
    <select
      data-test="mark-pair"
      .value=${mark.pair ?? ""}
      @change=${(event: Event) => w.marking.pairWith(mark.id, (event.target as HTMLSelectElement).value || null)}
    >
      <option value="" ?selected=${!mark.pair}>No mark on the other image</option>
      ${others.map(({ other, number }) => html`<option value=${other.id} ?selected=${mark.pair === other.id}>Mark ${number} on ${other.image.toUpperCase()}: ${name(other)}</option>`)}
    </select>
  </label>`;
}

const deed = (w: Workbench, action: "duplicate" | "pair-mark", label: string): TemplateResult =>
  html`<button type="button" class="wb-quiet" title=${named(label, w.keys.keyOf(action))} data-test=${`do-${action}`}
    @click=${() => w.perform(action)}>${label}</button>`;

function editor(w: Workbench, bench: Bench, rubric: Rubric, mark: Mark): TemplateResult {
  return html`<div class="wb-editor" data-test="mark-editor">
    ${rubric.taxonomy ? errorPicker(w, bench, rubric, mark) : nothing}
    ${(rubric.severities?.length ?? 0) > 0 ? severities(w, rubric, mark) : nothing}
    <div class="wb-fields">
      ${partField(w, rubric, mark)}
      <label class="wb-field">
        <span>Note</span>
        <input
          type="text"
          data-test="mark-note"
          maxlength=${NOTE_LENGTH}
          .value=${mark.note}
          @input=${(event: Event) =>
            w.marking.change(mark.id, { note: (event.target as HTMLInputElement).value }, `note-${mark.id}`)}
          @keydown=${(event: KeyboardEvent) => {
            if (event.key === "Enter" && !event.ctrlKey && !event.metaKey) w.focusing.mark(mark.id);
          }}
        />
      </label>
    </div>
    <div class="wb-fields">${clauseField(w, bench, rubric, mark)} ${pairField(w, bench, rubric, mark)}</div>
    <div class="wb-mark-deeds">
      <label class="wb-check">
        <input
          type="checkbox"
          data-test="mark-missing"
          .checked=${mark.missing ?? false}
          @change=${() => w.store.set(actions.toggleMissing)}
        />
        Missing here
      </label>
      ${bench.desk?.images.length === 2 ? deed(w, "pair-mark", mark.pair ? "Go to pair" : "Pair") : nothing}
      ${deed(w, "duplicate", "Duplicate")}
      <button type="button" class="wb-quiet" data-test="mark-remove" @click=${() => w.marking.remove(mark.id)}>Remove</button>
    </div>
  </div>`;
}

/** A mark in the list, and what the list knows of it beside. */
interface Row {
  readonly mark: Mark;
  readonly number: number;
  readonly lacks: boolean;
  /** Number of the mark of the same thing on the other image, or 0. */
  readonly pair: number;
}

function markRow(
  w: Workbench,
  bench: Bench,
  rubric: Rubric,
  { mark, number, lacks, pair }: Row,
): TemplateResult {
  const chosen = mark.id === bench.selectedMark;
  const says = severityOf(rubric, mark.severity)?.name ?? (lacks && mark.code ? "severity?" : "");
  const place = [
    mark.missing ? "missing" : "",
    bench.desk?.images.length === 1 ? "" : mark.image.toUpperCase(),
    placeOf(mark.shape),
    pair > 0 ? `⇄ ${pair}` : "",
  ];
  const classes = [chosen ? "is-chosen" : "", mark.id === bench.litMark ? "is-lit" : ""]
    .filter(Boolean)
    .join(" ");
  return html`<li class=${classes} @pointerenter=${() => w.marking.light(mark.id)} @pointerleave=${() => w.marking.light(null)}>
    <button
      type="button"
      class="wb-mark-row"
      data-mark-row=${mark.id}
      data-test=${`mark-${number}`}
      aria-expanded=${chosen}
      @focus=${() => w.marking.light(mark.id)}
      @blur=${() => w.marking.light(null)}
      @click=${() => w.marking.select(chosen ? null : mark.id)}
    >
      <span class="wb-unseen">${markName(rubric, mark, number, pair)}</span>
      ${severityBadge(mark.severity, number)} ${title(rubric, mark)}
      <span class="wb-place" aria-hidden="true">
        ${says ? html`<span class=${lacks ? "wb-needed" : ""}>${says}</span>` : nothing}
        <span>${place.filter(Boolean).join(" · ")}</span>
      </span>
    </button>
    ${chosen && bench.desk?.editable ? editor(w, bench, rubric, mark) : nothing}
  </li>`;
}

/** The rows to show: all of them, or of very many those around the selected one. */
function rows(bench: Bench, rubric: Rubric): readonly Row[] {
  const draft = draftOf(bench);
  const { marks } = draft;
  const lacking = new Set<string>();
  for (const { target } of missing(rubric, draft)) if (target.kind === "mark") lacking.add(target.id);
  const selected = marks.findIndex(({ id }) => id === bench.selectedMark);
  const from = Math.max(0, Math.min(selected - ROWS / 2, marks.length - ROWS));
  return marks.slice(from, from + ROWS).map((mark, index) => ({
    mark,
    number: from + index + 1,
    lacks: lacking.has(mark.id),
    pair: mark.pair ? marks.findIndex(({ id }) => id === mark.pair) + 1 : 0,
  }));
}

function markList(w: Workbench, bench: Bench, rubric: Rubric, count: number): TemplateResult {
  const shown = rows(bench, rubric);
  const first = shown[0]?.number ?? 1;
  return html`${
    count > shown.length
      ? html`<p class="wb-soft wb-hint" data-test="marks-shown">
          Marks ${first} to ${first + shown.length - 1} of ${count}; M goes on through all of them.
        </p>`
      : nothing
  }
    <ol class="wb-mark-list" data-test="mark-list" aria-labelledby="wb-marks-title" start=${first}>
      ${repeat(
        shown,
        ({ mark }) => mark.id,
        (row) => markRow(w, bench, rubric, row),
      )}
    </ol>`;
}

export function marksView(w: Workbench, bench: Bench): TemplateResult | typeof nothing {
  const rubric = bench.setup?.rubric;
  if (!rubric || !takesMarks(rubric)) return nothing;
  const { marks } = draftOf(bench);
  const required = marks.length === 0 && marksRequired(rubric, draftOf(bench));
  return html`<section class=${required && bench.showMissing ? "is-missing" : ""} aria-label="Marks">
    <h2 id="wb-marks-title" tabindex="-1">
      Marks ${marks.length > 0 ? html`<span class="wb-count">${marks.length}</span>` : nothing}
      ${required ? html`<span class="wb-needed">at least one is needed</span>` : nothing}
    </h2>
    ${
      marks.length === 0
        ? html`<p class="wb-soft wb-hint">${hint(w, rubric)}</p>`
        : markList(w, bench, rubric, marks.length)
    }
  </section>`;
}

const MAKES = {
  point: "tool-point",
  box: "tool-box",
  polygon: "tool-polygon",
  brush: "tool-brush",
  whole: "mark-whole",
} as const satisfies Record<ShapeName, Action>;
const DOES = {
  point: "a point",
  box: "a box",
  polygon: "a polygon",
  brush: "the brush",
  whole: "the whole image",
} as const;

function hint(w: Workbench, rubric: Rubric): TemplateResult {
  const shapes = rubric.marks?.shapes ?? [];
  return html`None yet. Press
    ${shapes.map((shape, index) => html`${index > 0 ? (index === shapes.length - 1 ? " or " : ", ") : ""}<kbd>${w.keys.keyOf(MAKES[shape])}</kbd> for ${DOES[shape]}`)}.`;
}
