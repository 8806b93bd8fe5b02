import { beforeEach, describe, expect, test, vi } from "vitest";
import { Keymap, rebound } from "../src/keymap.ts";
import { begunWith, fromWire, OwnPreferences, readPreferences } from "../src/preferences.ts";
import { createStore } from "../src/state/store.ts";
import type { WirePreferences } from "../src/state/wire.ts";

const KEY = "rubrica-workbench";
const CHOSEN: WirePreferences = {
  surround: "dark",
  single_keys: false,
  keep_view: true,
  grayscale: false,
  keys: { "tool-box": ["F8"] },
};

function storage(kept: unknown = undefined): Storage {
  const items = new Map<string, string>();
  if (kept !== undefined) items.set(KEY, typeof kept === "string" ? kept : JSON.stringify(kept));
  return {
    getItem: (name: string) => items.get(name) ?? null,
    setItem: (name: string, value: string) => items.set(name, value),
  } as unknown as Storage;
}

const kept = (from: Storage): Record<string, unknown> => JSON.parse(from.getItem(KEY) ?? "{}");

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("window", globalThis);
});

function person(here: Storage, send = vi.fn(async (_: WirePreferences): Promise<unknown> => null)) {
  const store = createStore(begunWith(readPreferences(here)));
  return { store, send, own: new OwnPreferences(store, here, send) };
}

describe("what was kept", () => {
  test("is read as it was chosen", () => {
    const read = fromWire(CHOSEN);

    expect([read.surround, read.singleKeys, read.keepView]).toEqual(["dark", false, true]);
    expect(read.keys.keyOf("tool-box")).toBe("F8");
  });

  test.each([undefined, "", "{", "3", "null", "[]", { surround: "pink", keys: 3, single_keys: "no" }])(
    "and is not understood is as at the beginning: %j",
    (nonsense) => {
      const read = readPreferences(storage(nonsense));

      expect([read.surround, read.singleKeys, read.keepView]).toEqual(["mid", true, false]);
      expect(read.keys.own).toEqual({});
    },
  );
});

describe("a choice", () => {
  test("acts at once, is kept here at once, and is sent once a little later", async () => {
    const here = storage();
    const { own, store, send } = person(here);

    own.choose({ surround: "dark" });
    own.choose({ keys: rebound(new Keymap(), "tool-box", "F8") });

    expect(store.get().surround).toBe("dark");
    expect(kept(here)).toMatchObject({ surround: "dark", keys: { "tool-box": ["F8"] }, unsent: true });
    await vi.runAllTimersAsync();
    expect(send).toHaveBeenCalledTimes(1);
    expect(kept(here).unsent).toBe(false);
  });

  test("that the account could not be told of is told at the next visit, and outlives what the account says", async () => {
    const here = storage();
    const refusing = person(
      here,
      vi.fn(() => Promise.reject(new Error("offline"))),
    );
    refusing.own.choose({ surround: "dark" });
    await vi.runAllTimersAsync();
    expect(kept(here).unsent).toBe(true);

    const { own, store, send } = person(here);
    own.adopt({ ...CHOSEN, surround: "light" });
    await vi.runAllTimersAsync();

    expect(store.get().surround).toBe("dark");
    expect(send.mock.calls[0]?.[0].surround).toBe("dark");
  });

  test("of another screen is taken up", () => {
    const { own, store } = person(storage({ ...CHOSEN, surround: "light", unsent: false }));

    own.adopt(CHOSEN);

    expect(store.get().surround).toBe("dark");
    expect(store.get().keys.keyOf("tool-box")).toBe("F8");
  });

  test("of before there were accounts to keep it goes to the account", async () => {
    const { own, send } = person(storage(CHOSEN));

    own.adopt(null);
    await vi.runAllTimersAsync();

    expect(send).toHaveBeenCalledWith(CHOSEN);
  });

  test("in another tab is heard", () => {
    const here = storage();
    const { own, store } = person(here);
    here.setItem(KEY, JSON.stringify(CHOSEN));

    own.heard({ key: KEY } as StorageEvent);

    expect(store.get().surround).toBe("dark");
  });

  test("where nothing can be kept still acts", () => {
    const forbidden = {
      getItem: () => {
        throw new Error("forbidden");
      },
      setItem: () => {
        throw new Error("full");
      },
    } as unknown as Storage;
    const { own, store } = person(forbidden);

    own.choose({ surround: "light" });

    expect(store.get().surround).toBe("light");
  });
});
