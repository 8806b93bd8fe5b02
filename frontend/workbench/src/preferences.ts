/** Choices of the person at this screen, remembered in this browser. */

import type { Surround } from "./state/bench.ts";

const KEY = "rubrica-workbench";

export interface Preferences {
  readonly surround: Surround;
  readonly singleKeys: boolean;
  readonly keepView: boolean;
}

const DEFAULTS: Preferences = { surround: "mid", singleKeys: true, keepView: false };

/** The browser's storage; some refuse even to show that they have one. */
export function browserStorage(): Storage | undefined {
  try {
    return globalThis.localStorage;
  } catch {
    return undefined;
  }
}

export function readPreferences(storage: Storage | undefined): Preferences {
  try {
    const read = JSON.parse(storage?.getItem(KEY) ?? "{}") as Partial<Preferences>;
    return {
      surround: ["light", "mid", "dark"].includes(read.surround ?? "")
        ? (read.surround as Surround)
        : DEFAULTS.surround,
      singleKeys: read.singleKeys ?? DEFAULTS.singleKeys,
      keepView: read.keepView ?? DEFAULTS.keepView,
    };
  } catch {
    // Storage may be forbidden, or hold something else: neither is worth a word.
    return DEFAULTS;
  }
}

export function keepPreferences(storage: Storage | undefined, preferences: Preferences): void {
  const { surround, singleKeys, keepView } = preferences;
  try {
    storage?.setItem(KEY, JSON.stringify({ surround, singleKeys, keepView }));
  } catch {
    // As above.
  }
}
