/** What was just refused, on the image where the hand is; the ear has it from the live region. */

import { html, nothing, type TemplateResult } from "lit/html.js";
import type { Bench } from "../state/bench.ts";

export const toldView = ({ told }: Bench): TemplateResult | typeof nothing =>
  told === "" ? nothing : html`<p class="wb-told" data-test="told" aria-hidden="true">${told}</p>`;
