/** The course of work: load, take, judge, submit, go on. Knows the network and the shelf, not the page. */

import { renewLeases } from "./leases.ts";
import {
  isFull,
  NOTHING_IS_KEPT,
  otherRules,
  poorView,
  practised,
  refused,
  rulesChanged,
  SESSION_ENDED,
  STORAGE_IS_FULL,
  unfinishedRevision,
  withNotice,
  withoutNotice,
} from "./notices.ts";
import {
  assignmentOf,
  type Bench,
  type Desk,
  deskFor,
  deskForPast,
  draftOf,
  hasWork,
  type KeptDraft,
  lay,
  type Notice,
  type Phase,
  takeUp,
  tell,
} from "./state/bench.ts";
import { type Missing, missing } from "./state/completeness.ts";
import { fromBody, toBody } from "./state/draft.ts";
import type { Drawing } from "./state/drawing.ts";
import { settle } from "./state/history.ts";
import type { Store } from "./state/store.ts";
import { type Attention, attend, type Screen, viewingOf } from "./state/viewing.ts";
import type {
  AnswerBody,
  Assignment,
  Kept,
  PastEvaluation,
  Progress,
  Question,
  Taken,
  TakeReason,
  WorkbenchSetup,
} from "./state/wire.ts";
import { ApiError, type WorkApi } from "./transport/api.ts";
import { type Answered, Outbox } from "./transport/outbox.ts";
import type { Pictures } from "./transport/pictures.ts";
import type { Letter, QuestionBody, Shelf } from "./transport/shelf.ts";

export interface World {
  now(): number;
  newKey(): string;
  screen(): Screen;
  /** Called with the rules and the person's own ways, before the first item. */
  opened(setup: WorkbenchSetup): void;
  /** Called in the instant an answer leaves, before the next item is laid. */
  submitted(): void;
}

const PAST_SHOWN = 5;
const GLANCE = 5000;
const FORTNIGHT = 14 * 24 * 3600 * 1000;

const STANDSTILLS: Readonly<Record<TakeReason, Phase>> = {
  offered: "waiting",
  queue_empty: "empty",
  hourly_limit: "limited",
  guideline_changed: "changed",
  test_failed: "tested",
  engagement_paused: "engagement_paused",
  screened: "screened",
  project_paused: "paused",
  project_closed: "closed",
  project_not_started: "unstarted",
};

export class Session {
  readonly outbox: Outbox;
  /** Assignments that were answered or skipped here: an older answer of the server may still offer them. */
  readonly #finished = new Set<string>();
  readonly #kept = new Map<string, KeptDraft>();
  /** Rubric and guideline by version: what is held keeps the rules under which it was taken. */
  readonly #rules = new Map<number, WorkbenchSetup>();
  /** Another tab works on. */
  #rests = false;
  #owner = "";
  #lastActivity = 0;
  /** The desk of which a draft is on the shelf. */
  #shelved: string | null = null;
  /** The shelf refused the last draft: it is on this page only. */
  #unkept = false;
  #taking: Promise<void> | null = null;
  /** The shape that was begun on the item that rests. */
  #begun: Drawing | null = null;

  constructor(
    private readonly store: Store<Bench>,
    private readonly api: WorkApi,
    private readonly shelf: Shelf,
    private readonly pictures: Pictures,
    private readonly world: World,
  ) {
    this.outbox = new Outbox(shelf, (letter) => this.#send(letter), {
      changed: (state, waiting) => {
        this.store.set({ saves: { state, waiting, unkept: this.wouldLose } });
        if (state === "expired") this.#note(SESSION_ENDED);
      },
      unkept: () => {
        this.#weighLoss();
        this.#note(NOTHING_IS_KEPT);
      },
      acknowledged: (letter, answer) => void this.#acknowledged(letter, answer),
      refused: (letter) => {
        // Whoever comes too late may be given the item again.
        if (letter.refusal?.lost) this.#finished.delete(letter.target);
        this.#note(refused(letter));
        if (!this.store.get().desk) void this.take();
      },
    });
  }

  /** Opens the workbench; with `revise`, one's own evaluation of this id lies on the desk, and the work in hand rests. */
  async start(revise = ""): Promise<void> {
    try {
      const setup = await this.api.setup();
      this.#rules.set(setup.guideline.version, setup);
      const { evaluations = 0, active_ms: active = 0 } = setup.today ?? {};
      this.store.set({ setup, progress: setup.progress, today: { evaluations, active } });
      this.world.opened(setup);
      this.#owner = `${setup.project.slug}/${setup.rater.name}`;
      if (!this.shelf.lasting) this.#note(NOTHING_IS_KEPT);
      const poor = poorView(this.world.screen());
      if (poor) this.#note(poor);
      if (setup.unread) this.#note(rulesChanged(setup.unread));
      void this.shelf.dropDraftsBefore(this.world.now() - FORTNIGHT);
      await this.outbox.restore(this.#owner);
      // Also when it has been acknowledged by then, an answer of the server may still offer what it is for.
      for (const { target, refusal } of this.outbox.all) if (!refusal) this.#finished.add(target);
      await this.take();
      await this.refreshPast();
      if (revise) await this.openOwn(revise);
      else await this.#tellOfRevisions();
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Asks for work until enough is held. */
  take(): Promise<void> {
    this.#taking ??= this.api
      .take(this.#hold)
      .then((taken) => this.#receive(taken))
      .catch((error: unknown) => {
        if (!this.store.get().desk) this.#fail(error);
      })
      .finally(() => {
        this.#taking = null;
      });
    return this.#taking;
  }

  get #hold(): number {
    return this.store.get().setup?.limits.hold ?? 2;
  }

  async #receive(taken: Taken): Promise<void> {
    // What still waited in this tab's outbox is sent to its end; the work that follows is the other tab's.
    if (this.#rests) return;
    const fresh = this.#unknownAmong(taken.assignments);
    for (const { images } of fresh) {
      // Failure is met, and told, when the picture is needed.
      for (const { view_url } of images) this.pictures.get(view_url).catch(() => {});
    }
    for (const { id, guideline_version } of fresh) {
      const kept = await this.#draftOf(id);
      if (kept) this.#kept.set(id, kept);
      if (!this.#rules.has(guideline_version)) {
        this.#rules.set(guideline_version, await this.api.setup(guideline_version));
      }
    }
    // Asked again: while the shelf was read, another answer may have brought the same.
    const held = this.#unknownAmong(fresh);
    this.store.set((now) => ({
      ...now,
      held: this.#begunFirst([...now.held, ...held]),
      progress: this.#progress(taken.progress),
      againAt: taken.again_at ? Date.parse(taken.again_at) - this.api.skew : null,
    }));
    this.#goOn(taken.reason);
  }

  /** What somebody has begun goes before what nobody has seen. */
  #begunFirst(held: readonly Assignment[]): readonly Assignment[] {
    const isBegun = ({ id }: Assignment): boolean => this.#kept.has(id);
    return [...held.filter(isBegun), ...held.filter((each) => !isBegun(each))];
  }

  #unknownAmong(offered: readonly Assignment[]): Assignment[] {
    const { desk, resting, held } = this.store.get();
    const known = new Set<string | undefined>([desk?.id, resting?.id, ...this.#finished]);
    for (const { id } of held) known.add(id);
    for (const { target, refusal } of this.outbox.all) if (!refusal?.lost) known.add(target);
    return offered.filter(({ id }) => !known.has(id));
  }

  /** What waits in the outbox is done as far as the person is concerned. */
  #progress(progress: Progress): Progress {
    const unsent = this.outbox.waiting.filter(({ kind }) => kind === "submission").length;
    return { done: progress.done + unsent, remaining: Math.max(0, progress.remaining - unsent) };
  }

  /** Lays the next held item on an empty desk, or says why there is none. */
  #goOn(reason: TakeReason | null = null): void {
    const { desk, resting, held } = this.store.get();
    const [next, ...rest] = held;
    if (!desk && !resting) {
      if (next) {
        this.store.set((bench) => ({ ...bench, held: rest }));
        this.#lay(next, this.#kept.get(next.id));
      } else {
        const waits = this.outbox.waiting.length > 0 || reason === null;
        const phase = waits ? "waiting" : STANDSTILLS[reason];
        this.store.set((bench) => ({ ...lay(bench, null), phase }));
      }
    }
    this.#tidyPictures();
  }

  #lay(assignment: Assignment, kept: KeptDraft | undefined): void {
    const leased = Date.parse(assignment.leased_until) - this.api.skew;
    const desk = deskFor(assignment, kept, this.world.newKey, this.world.now(), leased);
    if (kept) this.#shelved = assignment.id;
    const setup = this.#rules.get(assignment.guideline_version) ?? this.store.get().setup;
    const before = this.store.get().setup?.guideline.version;
    this.store.set((bench) => takeUp(lay({ ...bench, setup }, desk), kept?.drawing));
    if (setup && setup.guideline.version !== before) {
      this.#note(setup.unread ? rulesChanged(setup.unread) : otherRules(setup.guideline.version));
    }
  }

  #tidyPictures(): void {
    const { desk, resting, held } = this.store.get();
    const images = [desk, resting, ...held].flatMap((each) => each?.images ?? []);
    this.pictures.keep(images.map(({ view_url }) => view_url));
  }

  /** Sends the answer and goes on; answers what is missing, in which case nothing was sent. */
  submit(kept: readonly Kept[] = []): readonly Missing[] {
    const { desk, setup, lens } = this.store.get();
    if (!desk?.editable || !setup) return [];
    const lacks = missing(setup.rubric, draftOf(this.store.get()));
    if (lacks.length > 0) {
      this.store.set({ showMissing: true });
      return lacks;
    }
    this.world.submitted();
    const attention = attend(desk.attention, this.world.now(), lens);
    const viewing = viewingOf(attention, this.world.screen());
    const answer = {
      ...toBody(setup.rubric, desk.history.present, viewing),
      ...(kept.length > 0 ? { kept } : {}),
    };
    const reason = desk.reason.trim();
    if (desk.kind === "past") this.#post(desk, attention, "revision", { answer, reason });
    else this.#post(desk, attention, "submission", answer);
    return [];
  }

  /** Sends a question that the rules do not decide; the work goes on meanwhile. */
  ask(question: Question): void {
    const { desk } = this.store.get();
    if (desk?.kind !== "assignment") return;
    const key = this.world.newKey();
    void this.outbox.post({
      key,
      kind: "question",
      target: `question-${key}`,
      item: desk.item,
      assignment: null,
      owner: this.#owner,
      body: { assignment: desk.id, question },
      kept: null,
      thumbnail: desk.images[0]?.thumbnail_url ?? "",
      writtenAt: this.world.now(),
      refusal: null,
    });
    this.store.set((bench) => tell(bench, "Your question is kept. Go on with the item."));
  }

  skip(reason: string, note: string): void {
    const { desk } = this.store.get();
    if (desk?.kind === "assignment") this.#post(desk, desk.attention, "skip", { reason, note });
  }

  #post(desk: Desk, attention: Attention, kind: Letter["kind"], body: Letter["body"]): void {
    this.#finished.add(desk.id);
    this.#kept.delete(desk.id);
    this.#unkept = false;
    void this.outbox.post({
      key: desk.key,
      kind,
      target: desk.id,
      item: desk.item,
      assignment: desk.kind === "assignment" ? assignmentOf(desk, this.api.skew) : null,
      owner: this.#owner,
      body,
      kept: { key: desk.key, draft: desk.history.present, attention, reason: desk.reason },
      thumbnail: desk.images[0]?.thumbnail_url ?? "",
      writtenAt: this.world.now(),
      refusal: null,
    });
    if (kind === "revision") {
      this.#leavePast();
      return;
    }
    const counted = kind === "submission" ? 1 : 0;
    // Items of a test are none of the project's queue.
    const queued = desk.kind === "assignment" && desk.isTest ? 0 : counted;
    this.store.set((bench) => ({
      ...bench,
      desk: null,
      today: {
        evaluations: bench.today.evaluations + counted,
        active: bench.today.active + counted * attention.active,
      },
      progress: {
        done: bench.progress.done + queued,
        remaining: Math.max(0, bench.progress.remaining - queued),
      },
    }));
    this.#goOn();
  }

  async #send(letter: Letter): Promise<Answered> {
    switch (letter.kind) {
      case "submission":
        return this.api.submit(letter.target, letter.key, letter.body as AnswerBody, this.#hold);
      case "skip":
        return this.api.skip(letter.target, letter.body, this.#hold);
      case "revision":
        await this.api.revise(letter.target, letter.key, letter.body);
        return null;
      case "question": {
        const { assignment, question } = letter.body as QuestionBody;
        const { number } = await this.api.raise(assignment, letter.key, question);
        this.store.set({ said: `Your question is case E-${number}.` });
        return null;
      }
    }
  }

  async #acknowledged(letter: Letter, answer: Answered): Promise<void> {
    this.dismiss(SESSION_ENDED.id);
    if (letter.kind === "question") return;
    if (letter.kind !== "skip") {
      this.store.set({ said: `Saved: ${letter.item}` });
      if (answer && "feedback" in answer && answer.feedback)
        this.#note(practised(letter.item, answer.feedback));
      void this.refreshPast();
    }
    if (answer) await this.#receive(answer).catch(() => this.take());
    else if (letter.kind === "skip") await this.take();
  }

  async refreshPast(): Promise<void> {
    try {
      this.store.set({ past: await this.api.mine(PAST_SHOWN) });
    } catch (error) {
      // The strip of earlier work is a convenience; the next receipt asks again.
      if (!(error instanceof ApiError)) throw error;
    }
  }

  /** Lays one's own evaluation on the desk, wherever in the past it lies. */
  async openOwn(id: string): Promise<void> {
    const past = this.store.get().past.find((each) => each.id === id) ?? (await this.api.mine(1, id))[0];
    if (past) await this.openPast(past);
  }

  async #tellOfRevisions(): Promise<void> {
    for (const { id, item, revisable } of this.store.get().past) {
      if (revisable && (await this.#draftOf(id))) this.#note(unfinishedRevision(id, item));
    }
  }

  /** A shelf that cannot be read has no drafts. */
  #draftOf(id: string): Promise<KeptDraft | undefined> {
    return this.shelf.draft(id).catch(() => undefined);
  }

  async openPast(past: PastEvaluation): Promise<void> {
    void this.keepDraft();
    const kept = past.revisable ? await this.#draftOf(past.id) : undefined;
    if (kept) this.#shelved = past.id;
    const { desk, resting, setup, drawing } = this.store.get();
    if (desk?.kind === "assignment") this.#begun = drawing;
    const sent = fromBody(past.answer, this.world.newKey);
    const made = deskForPast(past, sent, kept, this.world.newKey, setup?.guideline.version ?? 0);
    this.store.set((bench) => ({
      ...lay(bench, made),
      resting: desk?.kind === "assignment" ? desk : resting,
    }));
    this.dismiss(unfinishedRevision(past.id, past.item).id);
  }

  /** Back to the work; what a revision has come to is kept until it is opened again. */
  closePast(): void {
    if (this.store.get().desk?.kind !== "past") return;
    void this.keepDraft();
    this.#leavePast();
  }

  /** Back to the work, and the evaluation stays as it was sent. */
  async discardRevision(): Promise<void> {
    const { desk } = this.store.get();
    if (desk?.kind !== "past") return;
    this.#leavePast();
    await this.shelf.dropDraft(desk.id).catch(() => {});
  }

  #leavePast(): void {
    const { desk, resting } = this.store.get();
    if (desk?.kind !== "past") return;
    this.store.set((bench) => ({ ...takeUp(lay(bench, resting), this.#begun), resting: null }));
    this.#goOn();
  }

  /** Keeps the draft on the desk locally, shortly after every change and when the page is hidden; tells whether it is. */
  async keepDraft(): Promise<boolean> {
    const { desk, drawing } = this.store.get();
    const begun = drawing && drawing.tool !== "brush" ? drawing : null;
    // What was kept before is kept anew when nothing is left of it: a reload must not bring it back.
    if (!desk || !(hasWork(desk) || begun || this.#shelved === desk.id)) return true;
    const kept = {
      key: desk.key,
      draft: desk.history.present,
      attention: desk.attention,
      drawing: begun,
      reason: desk.reason,
    };
    this.#shelved = desk.id;
    try {
      if (desk.kind === "past" && !hasWork(desk)) await this.shelf.dropDraft(desk.id);
      else await this.shelf.keepDraft({ ...kept, id: desk.id, savedAt: this.world.now() });
      if (this.#unkept && this.shelf.lasting) this.dismiss(STORAGE_IS_FULL.id);
      this.#unkept = !this.shelf.lasting;
    } catch (error) {
      this.#unkept = true;
      this.#note(isFull(error) ? STORAGE_IS_FULL : NOTHING_IS_KEPT);
    }
    this.#weighLoss();
    return !this.#unkept;
  }

  /** Says in the bar whether what was written would outlive the page. */
  #weighLoss(): void {
    const { saves } = this.store.get();
    if (saves.unkept !== this.wouldLose) this.store.set({ saves: { ...saves, unkept: this.wouldLose } });
  }

  /** Another tab works on: what is on the desk is kept, and laid aside. */
  async rest(): Promise<void> {
    // What cannot be kept stays on the desk: better two tabs than a lost draft.
    if (!(await this.keepDraft())) return;
    this.#rests = true;
    this.store.set((bench) => ({ ...lay(bench, null), resting: null, held: [], phase: "elsewhere" }));
  }

  /** The person did something: time counts, and the lease is worth renewing. */
  active(): void {
    const now = this.world.now();
    this.#lastActivity = now;
    this.store.set((bench) =>
      bench.desk && bench.desk.attention.since !== null
        ? { ...bench, desk: { ...bench.desk, attention: attend(bench.desk.attention, now, bench.lens) } }
        : bench,
    );
  }

  /** The pointer moved: looking is work too, but not worth an entry at every pixel. */
  glance(): void {
    if (this.world.now() - this.#lastActivity > GLANCE) this.active();
  }

  /** Whether closing the page now would lose an answer. */
  get wouldLose(): boolean {
    return this.#unkept || this.outbox.wouldLose || (!this.shelf.lasting && this.outbox.waiting.length > 0);
  }

  renew(): Promise<void> {
    return renewLeases(this.store, this.api, this.world.now(), this.#lastActivity);
  }

  /** Lays a refused answer on the desk again, with a new key, since it will be another answer. */
  async correct(key: string): Promise<void> {
    const letter = this.outbox.all.find((each) => each.key === key);
    if (!letter?.kept) return;
    if (letter.kind === "revision") await this.#correctRevision(letter, letter.kept);
    if (!letter.assignment) return;
    this.closePast();
    void this.keepDraft();
    const { desk } = this.store.get();
    if (desk) this.#putBack(desk);
    this.#finished.delete(letter.target);
    this.#lay(letter.assignment, { ...letter.kept, key: this.world.newKey() });
    this.store.set({ showMissing: true });
    this.dismiss(key);
    // First kept as a draft, then taken out of the box: at no moment is it nowhere.
    await this.keepDraft();
    await this.outbox.discard(key);
    this.#tidyPictures();
  }

  async #correctRevision({ key, target }: Letter, kept: KeptDraft): Promise<void> {
    const draft = { ...kept, key: this.world.newKey(), id: target, savedAt: this.world.now() };
    await this.shelf.keepDraft(draft).catch(() => {});
    await this.outbox.discard(key);
    this.dismiss(key);
    await this.openOwn(target);
  }

  /** The item on the desk goes back to the head of those held, its draft with it. */
  #putBack(desk: Desk): void {
    this.#kept.set(desk.id, { key: desk.key, draft: desk.history.present, attention: desk.attention });
    const assignment = assignmentOf(desk, this.api.skew);
    this.store.set((bench) => ({ ...bench, held: [assignment, ...bench.held] }));
  }

  /** Closes a message; closing that of a refused answer throws the answer away. */
  async close(id: string): Promise<void> {
    await this.outbox.discard(id);
    this.dismiss(id);
  }

  dismiss(id: string): void {
    this.store.set((bench) => withoutNotice(bench, id));
  }

  /** Ends a stretch of typing, so that what follows is undone on its own. */
  settle(): void {
    this.store.set((bench) =>
      bench.desk ? { ...bench, desk: { ...bench.desk, history: settle(bench.desk.history) } } : bench,
    );
  }

  #note(notice: Notice): void {
    this.store.set((bench) => withNotice(bench, notice));
  }

  #fail(error: unknown): void {
    if (!(error instanceof ApiError)) throw error;
    const failure =
      error.fault === "unreachable"
        ? "The server cannot be reached. Check the connection; anything unsent is kept here."
        : error.message;
    this.store.set({ phase: error.fault === "expired" ? "expired" : "failed", failure });
  }
}
