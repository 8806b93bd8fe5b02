import { IDBFactory } from "fake-indexeddb";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { ApiError, type Fault } from "../src/transport/api.ts";
import { type Answered, backoff, Outbox, type OutboxState } from "../src/transport/outbox.ts";
import { type Letter, memoryShelf, openShelf, type Shelf } from "../src/transport/shelf.ts";
import { draft } from "./cast.ts";

const letter = (key: string, change: Partial<Letter> = {}): Letter => ({
  key,
  kind: "submission",
  target: `assignment-${key}`,
  item: key,
  assignment: null,
  owner: "dogs/Rita",
  body: { reason: "", note: "" },
  kept: null,
  thumbnail: "",
  writtenAt: 0,
  refusal: null,
  ...change,
});
const error = (fault: Fault, retryAfter: number | null = null): ApiError =>
  new ApiError(fault, 0, "Title", "Detail", [], retryAfter);

/** An outbox whose server answers in turn what it is told to. */
function office(shelf: Shelf, ...answers: readonly (Answered | ApiError)[]) {
  const told: string[] = [];
  const sent: string[] = [];
  const waits = [...answers];
  const box = new Outbox(
    shelf,
    async (posted) => {
      sent.push(posted.key);
      const answer = waits.shift() ?? null;
      if (answer instanceof ApiError) throw answer;
      return answer;
    },
    {
      changed: (state: OutboxState, waiting) => told.push(`${state} ${waiting}`),
      acknowledged: (posted) => told.push(`acknowledged ${posted.key}`),
      refused: (posted) => told.push(`refused ${posted.key}`),
      unkept: () => told.push("unkept"),
    },
    () => 0,
  );
  return { box, told, sent };
}

const moment = (): Promise<unknown> => vi.advanceTimersByTimeAsync(0);

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
});
afterEach(() => {
  vi.useRealTimers();
});

describe("sending", () => {
  test("letters go out in order and leave the shelf when acknowledged", async () => {
    const shelf = memoryShelf();
    const { box, told, sent } = office(shelf);

    await box.post(letter("one"));
    await box.post(letter("two"));
    await moment();

    expect(sent).toEqual(["one", "two"]);
    expect(told.at(-1)).toBe("saved 0");
    expect(await shelf.letters("dogs/Rita")).toEqual([]);
  });

  test("without network a letter is tried again, later and later, with the same key", async () => {
    const { box, told, sent } = office(memoryShelf(), error("unreachable"), error("unreachable"));

    await box.post(letter("one"));
    await moment();
    expect(told.at(-1)).toBe("offline 1");

    await vi.advanceTimersByTimeAsync(1000);
    expect(sent).toEqual(["one", "one"]);
    await vi.advanceTimersByTimeAsync(1999);
    expect(sent).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(1);

    expect(sent).toHaveLength(3);
    expect(told.slice(-2)).toEqual(["acknowledged one", "saved 0"]);
  });

  test("being back online does not wait for the clock", async () => {
    const { box, sent } = office(memoryShelf(), error("unreachable"));

    await box.post(letter("one"));
    await moment();
    box.wake();
    await moment();

    expect(sent).toHaveLength(2);
  });

  test("a server that names a time is given it", async () => {
    const { box, sent } = office(memoryShelf(), error("unreachable", 7000));

    await box.post(letter("one"));
    await vi.advanceTimersByTimeAsync(6999);
    expect(sent).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1);

    expect(sent).toHaveLength(2);
  });

  test("an ended session stops everything and loses nothing; the next letter knocks again, in order", async () => {
    const shelf = memoryShelf();
    const { box, told, sent } = office(shelf, error("expired"), error("expired"));

    await box.post(letter("one"));
    await moment();
    await box.post(letter("two"));
    await moment();

    expect(sent).toEqual(["one", "one"]);
    expect(told.at(-1)).toBe("expired 2");
    expect(await shelf.letters("dogs/Rita")).toHaveLength(2);
  });

  test("a refused letter is kept with its reason and lets the next pass", async () => {
    const shelf = memoryShelf();
    const { box, told, sent } = office(shelf, error("refused"));

    await box.post(letter("one"));
    await box.post(letter("two"));
    await moment();

    expect(sent).toEqual(["one", "two"]);
    expect(told).toContain("refused one");
    expect(told.at(-1)).toBe("saved 0");
    expect(await shelf.letters("dogs/Rita")).toMatchObject([{ key: "one", refusal: { detail: "Detail" } }]);
  });

  test("skipping what is no longer ours has come true already", async () => {
    const { box, told } = office(memoryShelf(), error("refused"));

    await box.post(letter("one", { kind: "skip" }));
    await moment();

    expect(told).toContain("acknowledged one");
  });

  test("a full disk holds no answer back, and is told", async () => {
    const full = { ...memoryShelf(), keepLetter: () => Promise.reject(new Error("quota")) };
    const { box, told, sent } = office(full);

    await box.post(letter("one"));
    await moment();

    expect(sent).toEqual(["one"]);
    expect(told).toContain("unkept");
  });

  test("waits grow to half a minute and no further, and are spread", () => {
    expect([1, 2, 3, 6, 20].map((attempt) => backoff(attempt, 0))).toEqual([
      1000, 2000, 4000, 30_000, 30_000,
    ]);
    expect(backoff(1, 1)).toBe(750);
  });
});

describe.each([
  ["in IndexedDB", () => openShelf(new IDBFactory())],
  ["in memory", async () => memoryShelf()],
])("the shelf %s", (_where, open) => {
  const kept = {
    id: "one",
    key: "k",
    draft: draft({ explanation: "Half" }),
    attention: {} as never,
    savedAt: 5,
  };

  beforeEach(() => {
    vi.useRealTimers();
  });

  test("gives a draft back until it is dropped", async () => {
    const shelf = await open();

    await shelf.keepDraft(kept);
    expect(await shelf.draft("one")).toEqual(kept);
    await shelf.dropDraft("one");

    expect(await shelf.draft("one")).toBeUndefined();
  });

  test("takes a letter and drops its draft together", async () => {
    const shelf = await open();

    await shelf.keepDraft({ ...kept, id: "assignment-one" });
    await shelf.keepLetter(letter("one"));

    expect(await shelf.draft("assignment-one")).toBeUndefined();
    expect(await shelf.letters("dogs/Rita")).toHaveLength(1);
  });

  test("gives letters back in the order of writing, and only to their owner", async () => {
    const shelf = await open();

    await shelf.keepLetter(letter("late", { writtenAt: 9 }));
    await shelf.keepLetter(letter("early", { writtenAt: 1 }));
    await shelf.keepLetter(letter("other", { owner: "dogs/Otto" }));

    expect((await shelf.letters("dogs/Rita")).map(({ key }) => key)).toEqual(["early", "late"]);
  });

  test("clears away what is long forgotten", async () => {
    const shelf = await open();

    await shelf.keepDraft(kept);
    await shelf.dropDraftsBefore(5);
    expect(await shelf.draft("one")).toBeDefined();
    await shelf.dropDraftsBefore(6);

    expect(await shelf.draft("one")).toBeUndefined();
  });
});

test("a browser that refuses a database still gets a shelf, which says that it will not last", async () => {
  vi.useRealTimers();
  const refusing = {
    open: () => {
      throw new Error("no");
    },
  } as unknown as IDBFactory;

  expect((await openShelf(refusing)).lasting).toBe(false);
  expect((await openShelf(undefined)).lasting).toBe(false);
  expect((await openShelf(new IDBFactory())).lasting).toBe(true);
});

test("what an earlier visit left behind is sent", async () => {
  const shelf = memoryShelf();
  await shelf.keepLetter(letter("one"));
  const { box, sent, told } = office(shelf);

  await box.restore("dogs/Rita");
  await moment();

  expect(sent).toEqual(["one"]);
  expect(told.at(-1)).toBe("saved 0");
});
