/** Hints under the explanation: quiet, each of them said in words, none of them in the way. */

import { html, nothing, type TemplateResult } from "lit/html.js";
import type { Hint } from "../state/advice.ts";
import type { Workbench } from "../workbench.ts";
import { icon } from "./icons.ts";

export function hintsView(w: Workbench, found: readonly Hint[]): TemplateResult | typeof nothing {
  if (found.length === 0) return nothing;
  return html`<ul class="wb-hints" data-hints data-test="hints" aria-label="Hints on the explanation">
    ${found.map((hint) => hintRow(w, hint))}
  </ul>`;
}

function hintRow(w: Workbench, hint: Hint): TemplateResult {
  const { code, message, suggestion } = hint.finding;
  return html`<li data-test=${`hint-${code}`}>
    <span>${message}</span>
    ${
      suggestion === null
        ? nothing
        : html`<button type="button" class="wb-link" data-test="hint-use" @click=${() => w.coach.takeUp(hint)}>
            Write “${suggestion}”
          </button>`
    }
    <button
      type="button"
      class="wb-quiet"
      data-test="hint-dismiss"
      aria-label=${`Dismiss: ${message}`}
      @click=${() => w.coach.dismiss(hint)}
    >
      ${icon("close")}
    </button>
  </li>`;
}
