/** Choices of the person: kept in this browser at once, and with the account, so that they are there at every screen. */

import { Keymap, readKeys } from "./keymap.ts";
import { showGrey } from "./looking.ts";
import { type Bench, START, type Surround } from "./state/bench.ts";
import type { Store } from "./state/store.ts";
import type { WirePreferences } from "./state/wire.ts";

const KEY = "rubrica-workbench";
/** Changes that follow each other closely are sent as one. */
const SEND_AFTER = 800;

export interface Preferences extends Pick<Bench, "surround" | "singleKeys" | "keepView" | "keys"> {
  readonly grayscale: boolean;
}

const DEFAULTS: Preferences = {
  surround: "mid",
  singleKeys: true,
  keepView: false,
  grayscale: false,
  keys: new Keymap(),
};

/** The bench with these choices in place of its own. */
const chosen = (
  bench: Bench,
  { grayscale = bench.lens.grayscale, ...rest }: Partial<Preferences>,
): Bench => ({
  ...(grayscale === bench.lens.grayscale ? bench : showGrey(bench, grayscale)),
  ...rest,
});

/** The bench as it is when the person comes to it. */
export const begunWith = (preferences: Preferences): Bench => ({ ...chosen(START, preferences), said: "" });

const SURROUNDS: readonly Surround[] = ["light", "mid", "dark"];

const toWire = ({ surround, singleKeys, keepView, lens, keys }: Bench): WirePreferences => ({
  surround,
  single_keys: singleKeys,
  keep_view: keepView,
  grayscale: lens.grayscale,
  keys: keys.own as Readonly<Record<string, readonly string[]>>,
});

/** Reads what was kept, by this release or another; what is not understood is as it was at the beginning. */
export function fromWire(kept: Partial<WirePreferences>): Preferences {
  return {
    surround: SURROUNDS.find((each) => each === kept.surround) ?? DEFAULTS.surround,
    singleKeys: typeof kept.single_keys === "boolean" ? kept.single_keys : DEFAULTS.singleKeys,
    keepView: typeof kept.keep_view === "boolean" ? kept.keep_view : DEFAULTS.keepView,
    grayscale: typeof kept.grayscale === "boolean" ? kept.grayscale : DEFAULTS.grayscale,
    keys: new Keymap(readKeys(kept.keys)),
  };
}

/** The browser's storage; some refuse even to show that they have one. */
export function browserStorage(): Storage | undefined {
  try {
    return globalThis.localStorage;
  } catch {
    return undefined;
  }
}

interface Kept extends Partial<WirePreferences> {
  /** The account has not heard of it yet. */
  readonly unsent?: boolean;
}

function read(storage: Storage | undefined): Kept | null {
  try {
    const kept: unknown = JSON.parse(storage?.getItem(KEY) ?? "null");
    return typeof kept === "object" ? kept : null;
  } catch {
    // Storage may be forbidden, or hold something else: neither is worth a word.
    return null;
  }
}

export const readPreferences = (storage: Storage | undefined): Preferences => fromWire(read(storage) ?? {});

/** Keeps the person's choices here and with the account, and takes up what was chosen at another screen. */
export class OwnPreferences {
  #timer = 0;

  constructor(
    private readonly store: Store<Bench>,
    private readonly storage: Storage | undefined,
    private readonly send: (preferences: WirePreferences) => Promise<unknown>,
  ) {}

  choose(choice: Partial<Preferences>): void {
    this.store.set((bench) => chosen(bench, choice));
    this.#keep(true);
    this.#sendSoon();
  }

  /** What the account has counts, unless something was chosen here that it has not heard of. */
  adopt(account: WirePreferences | null): void {
    const here = read(this.storage);
    if (here && (here.unsent || !account)) {
      this.#sendSoon();
    } else if (account) {
      this.store.set((bench) => chosen(bench, fromWire(account)));
      this.#keep(false);
    }
  }

  /** Another tab of this browser has chosen. */
  heard(event: StorageEvent): void {
    if (event.key === KEY) this.store.set((bench) => chosen(bench, readPreferences(this.storage)));
  }

  #keep(unsent: boolean): void {
    try {
      this.storage?.setItem(KEY, JSON.stringify({ ...toWire(this.store.get()), unsent } satisfies Kept));
    } catch {
      // Full or forbidden: the account will have it.
    }
  }

  #sendSoon(): void {
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => void this.#send(), SEND_AFTER);
  }

  async #send(): Promise<void> {
    const sent = toWire(this.store.get());
    try {
      await this.send(sent);
    } catch {
      // It stays marked as unsent, and is sent with the next choice or the next visit.
      return;
    }
    if (JSON.stringify(sent) === JSON.stringify(toWire(this.store.get()))) this.#keep(false);
  }
}
