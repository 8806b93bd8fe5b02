/** Type-ahead in the error taxonomy: a combobox over its list, as the ARIA pattern has it. */

import { html, nothing, type TemplateResult } from "lit/html.js";
import type { Bench, Typing } from "../state/bench.ts";
import type { Mark } from "../state/draft.ts";
import { entryOf, errorEntries, type Match, readable, search } from "../state/taxonomy.ts";
import type { Rubric } from "../state/wire.ts";
import type { Workbench } from "../workbench.ts";

export function errorPicker(w: Workbench, bench: Bench, rubric: Rubric, mark: Mark): TemplateResult {
  const typing = bench.typing?.mark === mark.id ? bench.typing : null;
  const chosen = entryOf(rubric, mark.code);
  const matches = typing ? search(errorEntries(rubric), typing.query) : [];
  const lit = typing ? matches[typing.lit] : undefined;
  return html`<div class="wb-picker" data-field="code">
    <label class="wb-field">
      <span>Error type</span>
      <input
        type="text"
        role="combobox"
        autocomplete="off"
        spellcheck="false"
        data-test="mark-error"
        aria-expanded=${typing !== null}
        aria-controls="wb-errors"
        aria-autocomplete="list"
        aria-activedescendant=${lit ? `wb-error-${typing?.lit}` : nothing}
        placeholder="Code or words: part, error"
        .value=${typing ? typing.query : chosen ? `${chosen.group}: ${chosen.name}` : ""}
        @focus=${(event: Event) => {
          (event.target as HTMLInputElement).select();
          if (!chosen) type(w, event, mark, "");
        }}
        @input=${(event: Event) => type(w, event, mark, (event.target as HTMLInputElement).value)}
        @blur=${() => w.store.set({ typing: null })}
        @keydown=${(event: KeyboardEvent) => onKey(w, event, mark, typing, matches)}
      />
    </label>
    <div id="wb-errors" role="listbox" aria-label="Error types" class="wb-errors" ?hidden=${!typing}>
      ${typing ? suggestions(w, mark, typing, matches) : nothing}
    </div>
  </div>`;
}

/** What was typed; the list that opens under the field comes into view with it. */
function type(w: Workbench, { target }: Event, mark: Mark, query: string): void {
  w.store.set({ typing: { mark: mark.id, query, lit: 0 } });
  w.focusing.later(() => (target as Element).closest(".wb-editor")?.scrollIntoView({ block: "nearest" }));
}

function suggestions(w: Workbench, mark: Mark, { query, lit }: Typing, matches: readonly Match[]): unknown {
  if (matches.length === 0) {
    return html`<p class="wb-soft">Nothing fits “${query}”. Try another word.</p>`;
  }
  return matches.map((match, index) => {
    const { group } = match.entry;
    // Sorted by fit, groups come and go: only the whole list is headed by them.
    const begins = query === "" && matches[index - 1]?.entry.group !== group;
    return html`${begins ? html`<div class="wb-group" role="presentation">${group}</div>` : nothing}
      ${suggestion(w, mark.id, match, `wb-error-${index}`, lit === index)}`;
  });
}

function suggestion(w: Workbench, mark: string, match: Match, id: string, lit: boolean): TemplateResult {
  const { entry, part } = match;
  return html`<div
    id=${id}
    role="option"
    aria-selected=${lit}
    class=${lit ? "wb-error is-lit" : "wb-error"}
    data-test=${`error-${entry.code}`}
    @pointerdown=${(event: Event) => event.preventDefault()}
    @click=${() => w.marking.chooseError(mark, match)}
  >
    <span><span class="wb-unseen">${entry.group}, </span>${entry.name}${part ? html` · <strong>${readable(part)}</strong>` : nothing}</span>
    <code>${entry.code}</code>
    ${lit && entry.anchor ? html`<span class="wb-soft">${entry.anchor}</span>` : nothing}
  </div>`;
}

function onKey(
  w: Workbench,
  event: KeyboardEvent,
  mark: Mark,
  typing: Typing | null,
  matches: readonly Match[],
): void {
  const move = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
  if (move !== 0) {
    event.preventDefault();
    const from = typing ?? { mark: mark.id, query: "", lit: -1 };
    const count = typing ? matches.length : Number.MAX_SAFE_INTEGER;
    const lit = Math.max(0, Math.min(count - 1, from.lit + move));
    w.store.set({ typing: { ...from, lit } });
    w.focusing.later(() => document.getElementById(`wb-error-${lit}`)?.scrollIntoView({ block: "nearest" }));
  } else if (event.key === "Enter" && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    const match = typing ? matches[typing.lit] : undefined;
    if (match) w.marking.chooseError(mark.id, match);
    else if (!typing) w.focusing.mark(mark.id);
  } else if (event.key === "Escape" && typing) {
    event.preventDefault();
    w.store.set({ typing: null });
    w.focusing.mark(mark.id);
  }
}
