/** The list of keys, in which each can be given to another action. */

import { html, nothing, type TemplateResult } from "lit/html.js";
import {
  type Action,
  type Binding,
  chordOf,
  FIXED,
  isModifier,
  type KeyGroup,
  Keymap,
  printed,
  rebound,
  refusalOf,
  restored,
} from "../keymap.ts";
import { type Bench, NOT_REBINDING } from "../state/bench.ts";
import type { Workbench } from "../workbench.ts";

const GROUPS: readonly KeyGroup[] = ["Answer", "Mark", "Look", "Compare", "Go on"];

function change(w: Workbench, next: Keymap, says: string): void {
  const { keys } = w.store.get();
  w.prefer({ keys: next });
  w.store.set({ rebinding: { action: null, says, before: keys }, said: says });
}

/** What a new set of keys changed, in words. */
function changes(before: Keymap, after: Keymap): string {
  const said = after.bindings
    .filter((binding) => printed(binding) !== printed(before.binding(binding.action)))
    .map((binding) => `“${binding.says}” is now ${printed(binding) || "without a key"}`);
  return said.length > 0 ? `${said.join("; ")}.` : "Nothing has changed.";
}

/** The next key pressed while one is waited for. */
function take(w: Workbench, action: Action, event: KeyboardEvent): void {
  const { rebinding, keys } = w.store.get();
  if (rebinding.action !== action || isModifier(event.key) || event.isComposing) return;
  // Tab leaves: the way through the list must not depend on what is being waited for.
  if (event.key === "Tab") return;
  event.preventDefault();
  event.stopPropagation();
  if (event.key === "Escape") {
    w.store.set({ rebinding: { ...rebinding, action: null, says: "Nothing has changed." } });
    return;
  }
  const chord = chordOf(event);
  const refusal = refusalOf(action, chord);
  if (refusal) {
    w.store.set({ rebinding: { ...rebinding, says: refusal }, said: refusal });
    return;
  }
  const next = rebound(keys, action, chord);
  change(w, next, changes(keys, next));
}

function keyButton(w: Workbench, bench: Bench, binding: Binding): TemplateResult {
  const { action, says } = binding;
  const waits = bench.rebinding.action === action;
  const key = printed(binding);
  return html`<button
    type="button"
    class="wb-key"
    data-test=${`key-${action}`}
    aria-pressed=${waits}
    aria-label=${waits ? `Press a key… It will mean: ${says}. Escape leaves it as it is` : `${says}: ${key || "no key"}. Change the key`}
    title=${waits ? nothing : "Change the key"}
    @click=${() => w.store.set({ rebinding: { ...bench.rebinding, action: waits ? null : action, says: "" } })}
    @keydown=${(event: KeyboardEvent) => take(w, action, event)}
    @blur=${() => {
      const { rebinding } = w.store.get();
      if (rebinding.action === action) w.store.set({ rebinding: { ...rebinding, action: null } });
    }}
  ><kbd>${waits ? "Press a key…" : key || "no key"}</kbd></button>`;
}

function row(w: Workbench, bench: Bench, binding: Binding): TemplateResult {
  const { action, says } = binding;
  const isOwn = bench.keys.own[action] !== undefined;
  const listed = new Keymap().binding(action);
  return html`<div class=${isOwn ? "is-own" : ""}>
    <dt>${FIXED.has(action) ? html`<kbd title="Always this key">${printed(binding)}</kbd>` : keyButton(w, bench, binding)}</dt>
    <dd>${says}${
      isOwn
        ? html` <button type="button" class="wb-quiet wb-reset" data-test=${`reset-${action}`}
            aria-label=${`${says}: back to ${printed(listed)}`}
            @click=${() => {
              const next = restored(bench.keys, action);
              change(w, next, changes(bench.keys, next));
            }}>back to ${printed(listed)}</button>`
        : nothing
    }</dd>
  </div>`;
}

function lastChange(w: Workbench, { rebinding }: Bench): TemplateResult {
  const { before, says, action } = rebinding;
  return html`<p class="wb-rebound" role="status" data-test="keys-say">${says}${
    before && !action
      ? html` <button type="button" class="wb-quiet" data-test="keys-undo" @click=${() => {
          w.prefer({ keys: before });
          w.store.set({ rebinding: { ...NOT_REBINDING, says: "Undone." }, said: "Undone." });
        }}>Undo</button>`
      : nothing
  }</p>`;
}

export function keysView(w: Workbench, bench: Bench): TemplateResult {
  const hasOwn = Object.keys(bench.keys.own).length > 0;
  return html`<p class="wb-soft">Press a key here to change it. Your keys follow your account. Those without a button are fixed.</p>
    ${lastChange(w, bench)}
    <div class="wb-keys">
      ${GROUPS.map(
        (group) => html`<section>
          <h3>${group}</h3>
          <dl>${bench.keys.bindings.filter((binding) => binding.group === group).map((binding) => row(w, bench, binding))}</dl>
        </section>`,
      )}
    </div>
    <label class="wb-check">
      <input
        type="checkbox"
        data-test="single-keys"
        .checked=${bench.singleKeys}
        @change=${(event: Event) => w.prefer({ singleKeys: (event.target as HTMLInputElement).checked })}
      />
      <span>Single keys act (switch this off if you dictate, or if a key of yours means something else)</span>
    </label>
    ${
      hasOwn
        ? html`<button type="button" class="wb-button" data-test="keys-reset" @click=${() => change(w, new Keymap(), "All keys are as they were at the beginning.")}>
            All keys as at the beginning</button>`
        : nothing
    }`;
}
