import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Turn } from "../src/turn.ts";

/** The locks of a browser, as far as a turn uses them: one holder, a queue, and whoever steals. */
class Locks {
  #holder: { readonly lose: (reason: Error) => void } | null = null;
  readonly #queue: (() => void)[] = [];

  request(_: string, { steal = false }: LockOptions, hold: () => Promise<never>): Promise<never> {
    return new Promise((_resolve, reject) => {
      const take = (): void => {
        this.#holder = { lose: reject };
        void hold();
      };
      if (steal) this.#holder?.lose(new Error("stolen"));
      if (steal || !this.#holder) take();
      else this.#queue.push(take);
    });
  }

  /** The tab that works closes. */
  close(): void {
    this.#holder = null;
    this.#queue.shift()?.();
  }
}

const tab = (locks: Locks | undefined): { turn: Turn; told: string[] } => {
  const told: string[] = [];
  const turn = new Turn(
    "rubrica:audit",
    {
      granted: () => told.push("granted"),
      waiting: () => told.push("waiting"),
      lost: () => told.push("lost"),
    },
    locks as unknown as LockManager | undefined,
  );
  return { turn, told };
};

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("a tab", () => {
  test("that is alone works, and is never told to wait", async () => {
    const { turn, told } = tab(new Locks());
    turn.take();
    await vi.runAllTimersAsync();

    expect(told).toEqual(["granted"]);
  });

  test("beside another waits, and works when that one closes", async () => {
    const locks = new Locks();
    tab(locks).turn.take();
    const { turn, told } = tab(locks);
    turn.take();
    await vi.runAllTimersAsync();
    locks.close();

    expect(told).toEqual(["waiting", "granted"]);
  });

  test("takes over when asked, and the other one is told", async () => {
    const locks = new Locks();
    const first = tab(locks);
    first.turn.take();
    const second = tab(locks);
    second.turn.take();
    await vi.runAllTimersAsync();
    second.turn.takeOver();
    await vi.runAllTimersAsync();

    expect([first.told, second.told]).toEqual([
      ["granted", "lost"],
      ["waiting", "granted"],
    ]);
  });

  test("that takes the place of one which is just going is not told of it", async () => {
    const locks = new Locks();
    tab(locks).turn.take();
    const { turn, told } = tab(locks);
    turn.take();
    await vi.advanceTimersByTimeAsync(100);
    locks.close();
    await vi.runAllTimersAsync();

    expect(told).toEqual(["granted"]);
  });

  test("in a browser without locks works", () => {
    const { turn, told } = tab(undefined);
    turn.take();

    expect(told).toEqual(["granted"]);
  });
});
