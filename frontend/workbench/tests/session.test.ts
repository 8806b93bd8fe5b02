import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { travel } from "../src/actions.ts";
import { saveWords } from "../src/panel/bar.ts";
import { Session } from "../src/session.ts";
import { type Bench, draftOf, edit, giveReason, START } from "../src/state/bench.ts";
import { explain } from "../src/state/draft.ts";
import { createStore } from "../src/state/store.ts";
import type { Assignment, Feedback, PastEvaluation, TakeReason, Unread } from "../src/state/wire.ts";
import { WorkApi } from "../src/transport/api.ts";
import { Pictures } from "../src/transport/pictures.ts";
import { memoryShelf, type Shelf } from "../src/transport/shelf.ts";
import { assignment, complete, setup } from "./cast.ts";

class Gate {
  #open: () => void = () => {};
  passed: Promise<void> = Promise.resolve();

  close(): void {
    this.passed = new Promise((resolve) => {
      this.#open = resolve;
    });
  }

  async open(): Promise<void> {
    this.#open();
    await rest();
  }
}

/** A server behind `fetch`: hands out the pile it is given, two at a time, and can be told to fail. */
class Server {
  readonly submissions: { id: string; key: string | null }[] = [];
  readonly questions: { id: string; key: string | null; question: string }[] = [];
  readonly open: Assignment[] = [];
  pile = ["one", "two", "three", "four"];
  reason: TakeReason = "queue_empty";
  version = 3;
  failures: (number | "cut" | "cut after storing")[] = [];
  renewals = 0;
  past: readonly PastEvaluation[] = [];
  unread: Unread | null = null;
  feedback: Feedback | null = null;
  /** A submission is read when this has come, and an offer, made before, is sent when this has. */
  readonly reads = new Gate();
  readonly offers = new Gate();

  answer(url: string, request: RequestInit): Response {
    const path = new URL(url, "http://rubrica").pathname.replace("/api", "");
    const [, kind, id = "", verb] = path.split("/");
    if (kind === "projects" && verb === "workbench") {
      const version = Number(new URL(url, "http://rubrica").searchParams.get("version") ?? this.version);
      return json({ ...setup, guideline: { ...setup.guideline, version }, unread: this.unread });
    }
    if (kind === "projects" && verb === "evaluations") return json({ evaluations: this.past });
    if (verb === "revision")
      return this.failures.length > 0 ? problem(Number(this.failures.shift())) : json({});
    if (verb === "edge-cases") return this.#ask(id, request);
    if (verb === "submission") return this.#submit(id, new Headers(request.headers).get("Idempotency-Key"));
    if (verb === "renewal") return this.#renew();
    if (verb === "skip") this.#drop(id);
    return json(this.#work());
  }

  #ask(id: string, request: RequestInit): Response {
    const failure = this.failures.shift();
    if (failure === "cut") throw new TypeError("network");
    if (typeof failure === "number") return problem(failure);
    const key = new Headers(request.headers).get("Idempotency-Key");
    this.questions.push({ id, key, question: JSON.parse(String(request.body)).question });
    return json({ number: this.questions.length, replayed: false }, 201);
  }

  #submit(id: string, key: string | null): Response {
    const failure = this.failures.shift();
    if (failure === "cut") throw new TypeError("network");
    if (typeof failure === "number") return problem(failure);
    const replayed = this.submissions.some((each) => each.key === key);
    if (!replayed) this.submissions.push({ id, key });
    this.#drop(id);
    if (failure === "cut after storing") throw new TypeError("network");
    const { feedback } = this;
    return json({ receipt: { evaluation: id, replayed }, feedback, ...this.#work() }, replayed ? 200 : 201);
  }

  #renew(): Response {
    this.renewals += 1;
    const failure = this.failures.shift();
    return failure ? problem(409, "conflict") : json({ leased_until: "2026-11-24T14:00:00Z" });
  }

  #drop(id: string): void {
    const index = this.open.findIndex((each) => each.id === id);
    if (index >= 0) this.open.splice(index, 1);
  }

  #work() {
    while (this.open.length < 2 && this.pile.length > 0) {
      this.open.push(assignment(this.pile.shift() ?? "", { guideline_version: this.version }));
    }
    const reason = this.open.length > 0 ? "offered" : this.reason;
    return { assignments: [...this.open], reason, progress: { done: this.submissions.length, remaining: 9 } };
  }
}

const json = (value: unknown, status = 200): Response =>
  new Response(JSON.stringify(value), { status, headers: { Date: "Tue, 24 Nov 2026 12:00:00 GMT" } });
const KINDS: Readonly<Record<number, string>> = {
  409: "lease-lost",
  422: "answer-rejected",
  403: "csrf-failed",
};
const problem = (status: number, kind = KINDS[status] ?? "other"): Response =>
  json({ type: `urn:rubrica:problem:${kind}`, title: "No", detail: "Because", problems: [] }, status);

const NOON = Date.parse("2026-11-24T12:00:00Z");

/** A shelf that lasts as long as the test. */
const shelfOf = (): Shelf => ({ ...memoryShelf(), lasting: true });

async function begin(server: Server, shelf = shelfOf()) {
  vi.stubGlobal("fetch", async (url: string, request: RequestInit) => {
    if (url.includes("/submission")) await server.reads.passed;
    const answer = server.answer(url, request);
    if (url.endsWith("/assignments")) await server.offers.passed;
    return answer;
  });
  const store = createStore<Bench>(START);
  let keys = 0;
  const world = { now: NOON };
  const api = new WorkApi("/api", "dogs", () => "token");
  const pictures = new Pictures(async () => Promise.reject(new Error("no pictures in these tests")));
  const session = new Session(store, api, shelf, pictures, {
    now: () => world.now,
    newKey: () => {
      keys += 1;
      return `key-${keys}`;
    },
    screen: () => ({ pixelRatio: 1, width: 800, height: 600 }),
    opened: () => {},
    submitted: () => {},
  });
  await session.start();
  return { store, session, shelf, world, server };
}

/** Lets everything under way come to rest. */
const rest = (milliseconds = 0): Promise<unknown> => vi.advanceTimersByTimeAsync(milliseconds);
const onDesk = (bench: Bench): string | undefined => bench.desk?.id;

beforeEach(() => {
  vi.useFakeTimers({ now: NOON });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("practice", () => {
  const feedback = {
    right: 1,
    asked: 2,
    missed: [{ criterion: "Alignment", given: "4 Minor", right: "2 Grave" }],
    note: "Look at the hand.",
  };

  test("what was right is said after each item, the last one in place of the one before", async () => {
    const { store, session, server } = await begin(new Server());
    for (const right of [1, 2]) {
      server.feedback = { ...feedback, right };
      store.set((bench) => edit(bench, () => complete));
      session.submit();
      await rest();
    }

    expect(store.get().notices).toMatchObject([
      {
        id: "practice",
        title: "Practice, item-two: 2 of 2 right",
        detail: "Alignment: you said 4 Minor, right is 2 Grave. Look at the hand.",
      },
    ]);
  });

  test("items of a test are none of the queue, but today's work", async () => {
    const server = new Server();
    server.open.push(assignment("tested", { is_test: true }));
    const { store, session } = await begin(server);
    store.set((bench) => edit(bench, () => complete));
    session.submit();

    expect(store.get().progress.done).toBe(0);
    expect(store.get().today.evaluations).toBe(1);
  });
});

describe("asking what the rules do not decide", () => {
  const question = {
    kind: "gap",
    question: "Is a seam a fault?",
    answer: "",
    clause: null,
    criterion: null,
    code: null,
    region: { image: "a", shape: "whole", geometry: {} },
  } as const;

  test("a question is sent with a key of its own, and the item stays on the desk", async () => {
    const { store, session, server } = await begin(new Server());
    session.ask(question);
    expect(store.get().told).toBe("Your question is kept. Go on with the item.");
    await rest();

    expect(server.questions).toMatchObject([{ id: "one", question: "Is a seam a fault?" }]);
    expect(onDesk(store.get())).toBe("one");
    expect(store.get().said).toBe("Your question is case E-1.");
    expect(store.get().saves.waiting).toBe(0);
  });

  test("without network it waits in the box, also across a reload, and goes out once", async () => {
    const server = new Server();
    const shelf = shelfOf();
    const { session } = await begin(server, shelf);
    server.failures = ["cut", "cut"];
    session.ask(question);
    await rest();
    expect(server.questions).toEqual([]);

    const { store } = await begin(server, shelf);
    await rest(5_000);
    expect(new Set(server.questions.map(({ key }) => key)).size).toBe(1);
    expect(onDesk(store.get())).toBe("one");
  });

  test("what was refused is told with its words, so that they are not lost", async () => {
    const server = new Server();
    const { store, session } = await begin(server);
    server.failures = [422];
    session.ask(question);
    await rest();

    const [notice] = store.get().notices;
    expect(notice).toMatchObject({ title: "Your question on item-one was not taken", remedy: "none" });
    expect(notice?.detail).toContain("Is a seam a fault?");
    expect(onDesk(store.get())).toBe("one");
  });
});

describe("working through the pile", () => {
  test("the first item is on the desk, the next one held", async () => {
    const { store } = await begin(new Server());

    expect(onDesk(store.get())).toBe("one");
    expect(store.get().held.map(({ id }) => id)).toEqual(["two"]);
    expect(store.get().phase).toBe("working");
  });

  test("submitting lays the held item at once, before the server has answered", async () => {
    const { store, session, server } = await begin(new Server());
    store.set((bench) => edit(bench, () => complete));

    expect(session.submit()).toEqual([]);
    expect(onDesk(store.get())).toBe("two");
    expect(server.submissions).toEqual([]);
    expect(store.get().progress).toEqual({ done: 1, remaining: 8 });
    await rest();

    expect(server.submissions).toMatchObject([{ id: "one" }]);
    expect(store.get().held.map(({ id }) => id)).toEqual(["three"]);
    expect(store.get().saves).toEqual({ state: "saved", waiting: 0, unkept: false });
  });

  test("what was asked and kept goes with the answer, and nothing of the kind where nothing was", async () => {
    const { store, session } = await begin(new Server());
    const kept = { rule: "top_score_grave_mark", criterion: "plausibility", mark: 1 } as const;
    store.set((bench) => edit(bench, () => complete));
    session.submit([kept]);
    store.set((bench) => edit(bench, () => complete));
    session.submit();

    expect(session.outbox.waiting.map(({ body }) => "kept" in body && body.kept)).toEqual([[kept], false]);
  });

  test("what is incomplete is not sent", async () => {
    const { store, session, server } = await begin(new Server());

    expect(session.submit()).toHaveLength(1);
    await rest();

    expect(store.get().showMissing).toBe(true);
    expect(server.submissions).toEqual([]);
  });

  test("two quick submissions bring no item twice", async () => {
    const { store, session } = await begin(new Server());
    for (let count = 0; count < 2; count += 1) {
      store.set((bench) => edit(bench, () => complete));
      session.submit();
    }
    await rest();

    expect(onDesk(store.get())).toBe("three");
    expect(store.get().held.map(({ id }) => id)).toEqual(["four"]);
  });

  test.each<[TakeReason, string]>([
    ["queue_empty", "empty"],
    ["project_paused", "paused"],
    ["project_closed", "closed"],
    ["project_not_started", "unstarted"],
  ])("an end because of %s is told", async (reason, phase) => {
    const server = new Server();
    server.pile = [];
    server.reason = reason;

    expect((await begin(server)).store.get().phase).toBe(phase);
  });

  test("skipping goes on at once", async () => {
    const { store, session } = await begin(new Server());

    session.skip("too_hard", "");
    expect(onDesk(store.get())).toBe("two");
    await rest();

    expect(store.get().held.map(({ id }) => id)).toEqual(["three"]);
  });

  test("an item held under other rules brings its own rules", async () => {
    const server = new Server();
    const { store, session } = await begin(server);
    server.version = 4;
    for (let count = 0; count < 2; count += 1) {
      store.set((bench) => edit(bench, () => complete));
      session.submit();
      await rest();
    }

    expect(onDesk(store.get())).toBe("three");
    expect(store.get().setup?.guideline.version).toBe(4);
    expect(store.get().notices).toMatchObject([{ title: "Guideline version 4 applies to this item" }]);
  });
});

describe("when things go wrong", () => {
  test("an answer cut off after it was stored is sent again and counted once", async () => {
    const server = new Server();
    server.failures = ["cut after storing"];
    const { store, session } = await begin(server);
    store.set((bench) => edit(bench, () => complete));
    session.submit();
    await rest();
    expect(store.get().saves).toEqual({ state: "offline", waiting: 1, unkept: false });
    await rest(1000);

    expect(server.submissions).toHaveLength(1);
    expect(store.get().saves.state).toBe("saved");
  });

  test("without network the held item can still be done, then one waits", async () => {
    const server = new Server();
    server.failures = ["cut", "cut", "cut"];
    const { store, session } = await begin(server);
    for (let count = 0; count < 2; count += 1) {
      store.set((bench) => edit(bench, () => complete));
      session.submit();
      await rest();
    }

    expect(store.get()).toMatchObject({ phase: "waiting", saves: { state: "offline", waiting: 2 } });
    await rest(60_000);
    expect(server.submissions.map(({ id }) => id)).toEqual(["one", "two"]);
    expect(onDesk(store.get())).toBe("three");
  });

  test("a refused answer comes back to the desk with a new key, the other item waits its turn", async () => {
    const server = new Server();
    server.failures = [422];
    const { store, session } = await begin(server);
    store.set((bench) => edit(bench, () => complete));
    session.submit();
    await rest();
    const [notice] = store.get().notices;
    expect(notice).toMatchObject({ title: "Item item-one was not accepted", remedy: "correct" });

    await session.correct(notice?.id ?? "");
    expect(onDesk(store.get())).toBe("one");
    expect(draftOf(store.get())).toEqual(complete);
    expect(store.get().notices).toEqual([]);
    session.submit();
    await rest();

    expect(onDesk(store.get())).toBe("two");
    expect(server.submissions).toMatchObject([{ id: "one" }]);
    expect(server.submissions[0]?.key).not.toBe(notice?.id);
  });

  test("a lost lease is told, with nothing to correct", async () => {
    const server = new Server();
    server.failures = [409];
    const { store, session } = await begin(server);
    store.set((bench) => edit(bench, () => complete));
    session.submit();
    await rest();

    expect(store.get().notices).toMatchObject([{ title: "Time ran out on item item-one", remedy: "none" }]);
  });

  test("an item whose answer came too late is laid again when a place of it becomes free", async () => {
    const server = new Server();
    server.pile = ["one"];
    server.failures = [409];
    const { store, session } = await begin(server);
    store.set((bench) => edit(bench, () => complete));
    session.submit();
    await rest();
    await session.take();

    expect(onDesk(store.get())).toBe("one");
  });

  test.each([401, 403])("after %i everything is kept, and the way is to log in", async (status) => {
    const server = new Server();
    server.failures = [status];
    const shelf = shelfOf();
    const { store, session } = await begin(server, shelf);
    store.set((bench) => edit(bench, () => complete));
    session.submit();
    await rest();
    expect(store.get()).toMatchObject({
      saves: { state: "expired", waiting: 1 },
      notices: [{ remedy: "log-in" }],
    });

    const later = await begin(server, shelf);
    await rest();

    expect(server.submissions).toHaveLength(1);
    expect(later.store.get().saves.state).toBe("saved");
    expect(onDesk(later.store.get())).toBe("two");
  });

  test("what an earlier visit left unsent is not offered again, however late the server's offer comes", async () => {
    const shelf = shelfOf();
    const server = new Server();
    const first = await begin(server, shelf);
    server.failures = ["cut"];
    first.store.set((bench) => edit(bench, () => complete));
    first.session.submit();
    await rest();
    server.reads.close();
    server.offers.close();

    const starting = begin(server, shelf);
    await rest();
    await server.reads.open();
    expect(server.submissions.map(({ id }) => id)).toEqual(["one"]);
    await server.offers.open();
    const { store } = await starting;
    await rest();
    expect(onDesk(store.get())).toBe("two");
    expect(store.get().held.map(({ id }) => id)).not.toContain("one");
  });

  test("a draft is found again after a reload", async () => {
    const server = new Server();
    const shelf = shelfOf();
    const { store, session } = await begin(server, shelf);
    store.set((bench) => edit(bench, () => complete));
    await session.keepDraft();
    const key = store.get().desk?.key;

    const later = await begin(server, shelf);

    expect(draftOf(later.store.get())).toEqual(complete);
    expect(later.store.get().desk?.key).toBe(key);
  });
});

describe("leases", () => {
  test("are renewed shortly before they end, for who is at work", async () => {
    const { session, server, world, store } = await begin(new Server());
    world.now = NOON + 50 * 60_000;
    session.active();
    await session.renew();
    expect(server.renewals).toBe(0);

    world.now = NOON + 56 * 60_000;
    session.active();
    await session.renew();

    expect(server.renewals).toBe(2);
    expect(store.get().desk?.leasedUntil).toBe(Date.parse("2026-11-24T14:00:00Z"));
  });

  test("run out for who is away", async () => {
    const { session, server, world } = await begin(new Server());
    session.active();
    world.now = NOON + 56 * 60_000;
    await session.renew();

    expect(server.renewals).toBe(0);
  });

  test("that are over are told in the server's words, and the item stays", async () => {
    const server = new Server();
    const { session, world, store } = await begin(server);
    server.failures = [409];
    world.now = NOON + 59 * 60_000;
    session.active();
    await session.renew();

    expect(store.get().notices).toMatchObject([{ detail: "Because" }]);
    expect(onDesk(store.get())).toBe("one");
  });
});

describe("when the guideline has changed", () => {
  const unread = {
    known: 2,
    version: 3,
    change_class: "clarification",
    summary: "Hands.",
    blocks: false,
  } as const;

  test("what is to be read is told at the beginning", async () => {
    const server = new Server();
    server.unread = unread;
    const { store } = await begin(server);

    expect(store.get().notices).toMatchObject([{ id: "news", detail: "Hands.", remedy: "read" }]);
    expect(onDesk(store.get())).toBe("one");
  });

  test("where new work waits for it, that is said once nothing is in hand", async () => {
    const server = new Server();
    server.pile = [];
    server.reason = "guideline_changed";
    server.unread = { ...unread, change_class: "breaking", blocks: true };
    const { store } = await begin(server);

    expect(store.get().phase).toBe("changed");
    expect(store.get().notices).toMatchObject([
      { detail: "Hands. New work is given once you have read what changed." },
    ]);
  });
});

describe("looking back", () => {
  const past = {
    ...assignment("old"),
    submitted_at: "",
    thumbnail_url: "",
    revisable: true,
    answer: { answers: { plausibility: 2 }, marks: [], explanation: "", cannot_judge: null },
  };

  test("an earlier evaluation is laid over the item, and the item comes back as it was", async () => {
    const { store, session } = await begin(new Server());
    store.set((bench) => edit(bench, () => complete));

    await session.openPast(past);
    expect(draftOf(store.get()).answers).toEqual({ plausibility: 2 });
    session.closePast();

    expect(onDesk(store.get())).toBe("one");
    expect(draftOf(store.get())).toEqual(complete);
  });

  test("a revision that was begun is there when the evaluation is opened again, and undone to what was sent", async () => {
    const shelf = shelfOf();
    const first = await begin(new Server(), shelf);
    await first.session.openPast(past);
    first.store.set((bench) =>
      giveReason(
        edit(bench, (draft) => explain(draft, "A seam.")),
        "I missed",
      ),
    );
    await first.session.keepDraft();

    const server = new Server();
    server.past = [past];
    const { store, session } = await begin(server, shelf);
    expect(store.get().notices).toMatchObject([{ id: "revision-old", remedy: "revise" }]);
    await session.openOwn("old");
    expect(store.get().notices).toEqual([]);
    expect(draftOf(store.get()).explanation).toBe("A seam.");
    expect(store.get().desk?.reason).toBe("I missed");
    store.set((bench) => travel(bench, "undo"));
    expect(draftOf(store.get()).explanation).toBe("");
  });

  test("a revision that is left for the work is kept, and one that is discarded is not", async () => {
    const { store, session } = await begin(new Server(), shelfOf());
    await session.openPast(past);
    store.set((bench) => edit(bench, (draft) => explain(draft, "A seam.")));
    session.closePast();
    await session.openPast(past);
    expect(draftOf(store.get()).explanation).toBe("A seam.");

    await session.discardRevision();
    expect(onDesk(store.get())).toBe("one");
    await session.openPast(past);
    expect(draftOf(store.get()).explanation).toBe("");
  });

  test("a revision that was refused is laid on the desk again, to be corrected", async () => {
    const server = new Server();
    server.past = [past];
    server.failures = [422];
    const { store, session } = await begin(server, shelfOf());
    await session.openPast(past);
    store.set((bench) =>
      giveReason(
        edit(bench, () => complete),
        "I missed it",
      ),
    );
    session.submit();
    await vi.waitFor(() => expect(store.get().notices).toMatchObject([{ remedy: "correct" }]));

    await session.correct(store.get().notices[0]?.id ?? "");
    expect(onDesk(store.get())).toBe("old");
    expect(draftOf(store.get())).toEqual(complete);
    expect(store.get().desk?.reason).toBe("I missed it");
    expect(store.get().notices).toEqual([]);
    expect(session.outbox.all).toEqual([]);
  });

  test("a revision that was sent is no draft any more", async () => {
    const shelf = shelfOf();
    const { store, session } = await begin(new Server(), shelf);
    await session.openPast(past);
    store.set((bench) =>
      giveReason(
        edit(bench, () => complete),
        "I missed it",
      ),
    );
    await session.keepDraft();
    session.submit();

    await vi.waitFor(() => expect(session.outbox.all).toEqual([]));
    expect(await shelf.draft("old")).toBeUndefined();
    expect(onDesk(store.get())).toBe("one");
  });
});

describe("what was begun", () => {
  test("comes before what nobody has seen", async () => {
    const shelf = shelfOf();
    const first = await begin(new Server(), shelf);
    first.store.set((bench) => edit(bench, () => complete));
    await first.session.keepDraft();
    const server = new Server();
    server.pile = ["two", "one", "three"];

    const { store } = await begin(server, shelf);
    expect(onDesk(store.get())).toBe("one");
    expect(store.get().held.map(({ id }) => id)).toEqual(["two"]);
  });

  const corners = [
    { x: 0.1, y: 0.1 },
    { x: 0.4, y: 0.2 },
  ];

  test("a polygon half drawn is in hand again after a reload, and gone once it was left", async () => {
    const shelf = shelfOf();
    const { store, session } = await begin(new Server(), shelf);
    store.set({
      tool: "polygon",
      drawing: { tool: "polygon", image: "a", placed: corners, at: { x: 0.5, y: 0.5 } },
    });
    await session.keepDraft();
    const later = await begin(new Server(), shelf);

    expect(later.store.get()).toMatchObject({ tool: "polygon", drawing: { placed: corners } });
    later.store.set({ drawing: null });
    await later.session.keepDraft();
    expect((await begin(new Server(), shelf)).store.get().drawing).toBeNull();
  });

  test("a full disk is told, nothing is lost, and it is not told any longer once there is room", async () => {
    let full = true;
    const memory = shelfOf();
    const shelf: Shelf = {
      ...memory,
      keepDraft: (draft) =>
        full ? Promise.reject(new DOMException("no room", "QuotaExceededError")) : memory.keepDraft(draft),
    };
    const { store, session } = await begin(new Server(), shelf);
    store.set((bench) => edit(bench, () => complete));
    await session.keepDraft();

    expect(store.get().notices.map(({ title }) => title)).toEqual(["This browser's storage is full"]);
    expect(draftOf(store.get())).toEqual(complete);
    expect(session.wouldLose).toBe(true);

    full = false;
    await session.keepDraft();
    expect(store.get().notices).toEqual([]);
    expect(session.wouldLose).toBe(false);
  });
});

describe("what is on this page only", () => {
  const full = () => Promise.reject(new DOMException("no room", "QuotaExceededError"));

  test("is an answer that a full disk did not take, until the server has it", async () => {
    const server = new Server();
    server.failures = ["cut"];
    const { store, session } = await begin(server, { ...shelfOf(), keepDraft: full, keepLetter: full });
    store.set((bench) => edit(bench, () => complete));
    await session.keepDraft();
    expect([session.wouldLose, saveWords(store.get())]).toEqual([true, "Not kept here"]);
    session.submit();
    await rest();
    expect(session.wouldLose).toBe(true);
    expect(saveWords(store.get())).toBe("Offline: 1 not kept");

    await rest(2000);
    expect([session.wouldLose, saveWords(store.get())]).toEqual([false, "Saved ✓"]);
  });

  test("is a draft in a private window, which stays on the desk when another tab takes over", async () => {
    const { store, session } = await begin(new Server(), memoryShelf());
    store.set((bench) => edit(bench, (draft) => explain(draft, "half a thought")));
    await session.keepDraft();
    expect(session.wouldLose).toBe(true);
    expect(store.get().notices.map(({ title }) => title)).toEqual(["This browser keeps no drafts"]);

    await session.rest();
    expect(draftOf(store.get()).explanation).toBe("half a thought");
  });
});

describe("when another tab takes over", () => {
  test("the draft is kept and the desk is empty, whatever the server still answers", async () => {
    const { session, store, shelf } = await begin(new Server());
    store.set((bench) => edit(bench, (draft) => explain(draft, "half a thought")));
    const id = onDesk(store.get()) ?? "";

    await session.rest();
    await session.take();
    await rest();

    expect([store.get().phase, onDesk(store.get()), store.get().held]).toEqual(["elsewhere", undefined, []]);
    expect((await shelf.draft(id))?.draft.explanation).toBe("half a thought");
  });

  test("a draft that cannot be kept stays on the desk", async () => {
    const full = new DOMException("no room", "QuotaExceededError");
    const shelf = { ...shelfOf(), keepDraft: () => Promise.reject(full) };
    const { session, store } = await begin(new Server(), shelf);
    store.set((bench) => edit(bench, (draft) => explain(draft, "half a thought")));

    await session.rest();

    expect(draftOf(store.get()).explanation).toBe("half a thought");
  });
});
