/** <rubrica-workbench>: builds the page, joins session, stage and panel, and carries out what keys and buttons ask. */

import { render } from "lit/html.js";
import * as actions from "./actions.ts";
import { Coach } from "./coach.ts";
import { Dialogue } from "./dialogue.ts";
import { Focus } from "./focus.ts";
import { newKey } from "./identity.ts";
import { listenToKeys } from "./keyboard.ts";
import type { Action, Keymap } from "./keymap.ts";
import * as looking from "./looking.ts";
import { Marking } from "./marking.ts";
import { barView } from "./panel/bar.ts";
import { dialogView } from "./panel/dialogs.ts";
import { filmstripView } from "./panel/filmstrip.ts";
import { guidelineView } from "./panel/guideline.ts";
import { coverView, lensView, stageView } from "./panel/lens.ts";
import { panelView } from "./panel/panel.ts";
import { standstillView } from "./panel/standstill.ts";
import { submitView } from "./panel/submit.ts";
import { toldView } from "./panel/told.ts";
import { toolsView } from "./panel/tools.ts";
import { PrecedentSearch } from "./precedents.ts";
import {
  begunWith,
  browserStorage,
  OwnPreferences,
  type Preferences,
  readPreferences,
} from "./preferences.ts";
import { Reading } from "./reading.ts";
import { Session } from "./session.ts";
import { follow } from "./state/asking.ts";
import { type Bench, type DialogName, draftOf, edit, NOT_REBINDING, onlyHandMoved } from "./state/bench.ts";
import { cite, insertCitation } from "./state/citations.ts";
import { missing, type Target } from "./state/completeness.ts";
import { type Question, questions } from "./state/consistency.ts";
import { type Draft, explain } from "./state/draft.ts";
import type { Drawing, Tool } from "./state/drawing.ts";
import type { LensMode } from "./state/lens.ts";
import { createStore, type Store } from "./state/store.ts";
import { attend } from "./state/viewing.ts";
import type { Kept } from "./state/wire.ts";
import { csrfToken, WorkApi } from "./transport/api.ts";
import { Pictures } from "./transport/pictures.ts";
import { openShelf } from "./transport/shelf.ts";
import { Turn } from "./turn.ts";
import { Stage } from "./viewer/stage.ts";

const KEEP_AFTER = 120;
const LEASE_CHECK = 15_000;
const CHECK_AGAIN = 60_000;
const SHORTEST_REASON = 3;

const part = (name: string, className: string, label?: string): HTMLElement => {
  const element = document.createElement(name);
  element.className = className;
  if (label) element.setAttribute("aria-label", label);
  return element;
};

export class Workbench extends HTMLElement {
  readonly store: Store<Bench> = createStore(begunWith(readPreferences(browserStorage())));
  readonly focusing = new Focus(this);
  readonly dialogue = new Dialogue(this.store);
  readonly marking = new Marking(this.store, () => this.stage, this.focusing, newKey);
  session!: Session;
  stage!: Stage;
  coach!: Coach;
  precedents!: PrecedentSearch;
  preferences!: OwnPreferences;
  turn!: Turn;
  zoomText = "";

  readonly #bar = part("header", "wb-bar");
  readonly #stageHost = part("section", "wb-stage", "Image");
  readonly #standstill = part("div", "wb-standing");
  readonly #onStage = part("div", "wb-on-stage");
  readonly #cover = part("div", "wb-over");
  readonly #lens = part("div", "wb-lens");
  readonly #tools = part("div", "wb-tools");
  readonly #film = part("section", "wb-film", "Own last evaluations");
  readonly #guide = part("aside", "wb-guide", "Guideline");
  readonly #panel = part("section", "wb-panel", "Evaluation");
  readonly #submit = part("div", "wb-submit");
  readonly #live = part("div", "wb-unseen");
  readonly reading = new Reading(this.store, this.#guide, this.focusing);
  #keepTimer = 0;
  /** What was last rendered. */
  #shown: Bench | null = null;
  #kept: Draft | undefined;
  #keptCorners: Drawing["placed"] | undefined;
  #keptReason: string | undefined;
  #pointing = false;
  #desk: string | null = null;
  #awaitingPaint = false;

  get home(): string {
    return this.dataset.home ?? "/";
  }

  /** Where one reads what changed in the guideline, and comes back from. */
  get news(): string {
    return this.dataset.news ?? "";
  }

  /** Where one reads how a test went. */
  get tests(): string {
    return this.dataset.tests ?? "";
  }

  get projectName(): string {
    return this.dataset.name ?? "the project";
  }

  connectedCallback(): void {
    this.#guide.id = "wb-guideline";
    this.#live.setAttribute("aria-live", "polite");
    this.#live.dataset.test = "announcements";
    const main = part("div", "wb-main");
    main.append(this.#stageHost, this.#lens, this.#tools, this.#film);
    const side = part("div", "wb-side");
    side.append(this.#panel, this.#submit);
    this.#stageHost.append(this.#cover, this.#onStage, this.#standstill);
    this.replaceChildren(this.#bar, main, this.#guide, side, this.#live, this.dialogue.element);
    void this.#begin();
  }

  async #begin(): Promise<void> {
    const { api: base = "/api/v1", project = "" } = this.dataset;
    const api = new WorkApi(base, project, () => csrfToken(document));
    const pictures = new Pictures((url) => api.picture(url));
    this.preferences = new OwnPreferences(this.store, browserStorage(), (chosen) => api.prefer(chosen));
    this.stage = new Stage(this.#stageHost, this.store, pictures, {
      newId: newKey,
      painted: (desk) => this.#painted(desk),
      prepared: () => {
        this.dataset.next = "painted";
      },
      didNotLoad: () => this.cannotJudge({ reason: "did_not_load", note: "" }),
      zoomChanged: (zoom) => this.#showZoom(zoom),
      markPlaced: () => this.marking.describe(),
      markPicked: (mark) => this.focusing.showMark(mark),
    });
    this.session = new Session(this.store, api, await openShelf(globalThis.indexedDB), pictures, {
      now: () => Date.now(),
      newKey,
      screen: () => ({ pixelRatio: devicePixelRatio, width: innerWidth, height: innerHeight }),
      opened: ({ preferences }) => this.preferences.adopt(preferences ?? null),
      submitted: () => {
        performance.mark("rubrica:submitted");
        this.#awaitingPaint = true;
      },
    });
    this.coach = new Coach(this.store, api, this.focusing);
    this.precedents = new PrecedentSearch(this.store, api);
    this.store.observe((bench) => this.#render(bench));
    this.#render(this.store.get());
    listenToKeys(this);
    this.#listen();
    this.turn = new Turn(`rubrica:${project}`, {
      granted: () => this.#start(),
      waiting: () => this.store.set({ phase: "elsewhere" }),
      lost: () => void this.session.rest(),
    });
    this.turn.take();
  }

  #hasStarted = false;

  #start(): void {
    if (this.#hasStarted) {
      // Another tab has worked on in the meantime: what it left is read anew.
      location.reload();
      return;
    }
    this.#hasStarted = true;
    this.store.set({ phase: "loading" });
    void this.session.start(this.dataset.revise);
  }

  #listen(): void {
    window.addEventListener("online", () => this.again());
    window.addEventListener("storage", (event) => this.preferences.heard(event));
    window.addEventListener("pagehide", () => void this.session.keepDraft());
    document.addEventListener("visibilitychange", () => {
      if (document.hidden) void this.session.keepDraft();
      else this.session.outbox.wake();
    });
    this.addEventListener("pointerdown", () => this.session.active(), { capture: true });
    for (const deed of ["pointerdown", "keydown"] as const) {
      this.addEventListener(deed, () => this.store.set(actions.hearOut), { capture: true });
    }
    this.addEventListener("wheel", () => this.session.active(), { capture: true, passive: true });
    this.addEventListener("pointermove", () => this.session.glance(), { passive: true });
    window.addEventListener("beforeunload", (event) => {
      // While the page that follows is fetched there is time to write; when this one is hidden it may be too late.
      void this.session.keepDraft();
      if (this.session.wouldLose) event.preventDefault();
    });
    setInterval(() => void this.session.renew(), LEASE_CHECK);
    setInterval(() => {
      const { phase } = this.store.get();
      if (
        !document.hidden &&
        ["empty", "paused", "limited", "changed", "tested", "engagement_paused", "screened"].includes(phase)
      )
        void this.session.take();
    }, CHECK_AGAIN);
  }

  #render(bench: Bench): void {
    if (onlyHandMoved(this.#shown, bench)) {
      this.#shown = bench;
      this.stage.show(bench);
      return;
    }
    this.#shown = bench;
    this.dataset.surround = bench.surround;
    this.dataset.phase = bench.phase;
    this.classList.toggle("is-sensitive", bench.setup?.project.is_sensitive === true);
    this.classList.toggle("is-covered", looking.isCovered(bench));
    this.classList.toggle("has-guideline", bench.guideline !== null);
    this.#followDesk(bench);
    // Before the stage, so that no image is ever on the screen without its cover.
    render(coverView(this, bench), this.#cover);
    this.stage.show(bench);
    render(barView(this, bench), this.#bar);
    render(standstillView(this, bench), this.#standstill);
    this.#standstill.hidden = bench.desk !== null;
    render([stageView(this, bench), toldView(bench)], this.#onStage);
    render(lensView(this, bench), this.#lens);
    render(toolsView(this, bench), this.#tools);
    render(filmstripView(this, bench), this.#film);
    render(guidelineView(this, bench), this.#guide);
    render(panelView(this, bench), this.#panel);
    render(submitView(this, bench), this.#submit);
    if (this.#live.textContent !== bench.said) this.#live.textContent = bench.said;
    this.dialogue.show(bench, () => dialogView(this, bench));
    this.#keepSoon(bench);
    if (!bench.desk && !bench.dialog) this.focusing.standstill();
    this.focusing.settle();
  }

  /** Another item: nothing is ready until it is painted, and reading begins at the top. */
  #followDesk({ desk, criterion }: Bench): void {
    const id = desk?.id ?? null;
    if (id === this.#desk) return;
    this.#desk = id;
    this.dataset.state = id ? "loading" : "standstill";
    this.dataset.next = "";
    if (id) this.dataset.assignment = id;
    else delete this.dataset.assignment;
    this.#panel.scrollTo(0, 0);
    this.focusing.criterion(criterion);
  }

  #painted(desk: string): void {
    if (this.#awaitingPaint) {
      this.#awaitingPaint = false;
      performance.mark("rubrica:painted");
      performance.measure("rubrica:next-image", "rubrica:submitted", "rubrica:painted");
    }
    this.dataset.state = "ready";
    const now = Date.now();
    this.store.set((bench) =>
      bench.desk?.id === desk && bench.desk.attention.since === null
        ? { ...bench, desk: { ...bench.desk, attention: attend(bench.desk.attention, now) } }
        : bench,
    );
  }

  #keepSoon({ desk, drawing }: Bench): void {
    const draft = desk?.history.present;
    const corners = drawing?.placed;
    const reason = desk?.reason;
    if (draft === this.#kept && corners === this.#keptCorners && reason === this.#keptReason) return;
    this.#kept = draft;
    this.#keptReason = reason;
    this.#keptCorners = corners;
    this.dataset.kept = "soon";
    // A timer that runs is left alone: whoever types without a pause would otherwise put it off for as long.
    this.#keepTimer ||= window.setTimeout(() => {
      this.#keepTimer = 0;
      void this.#keepNow();
    }, KEEP_AFTER);
  }

  async #keepNow(): Promise<void> {
    const isKept = await this.session.keepDraft();
    // What changed while it was written waits for the next timer.
    if (!this.#keepTimer) this.dataset.kept = isKept ? "yes" : "no";
  }

  #showZoom(zoom: number): void {
    const text = `${Math.round(zoom * 100)} %`;
    if (text === this.zoomText) return;
    this.zoomText = text;
    // Alone, and not through the bench: it changes with every frame of a zoom.
    render(toolsView(this, this.store.get()), this.#tools);
  }

  // Criteria and what is missing

  /** While a pointer is down, the focus it brings must not yet count: the press may still end elsewhere. */
  pointing(down: boolean): void {
    this.#pointing = down;
  }

  criterionFocused(event: Event): void {
    const id = (event.target as Element).closest<HTMLElement>("[data-criterion]")?.dataset.criterion;
    if (!this.#pointing && id && id !== this.store.get().criterion) this.store.set({ criterion: id });
  }

  /** Takes the focus to what is missing. */
  goTo(target: Target): void {
    if (target.kind === "criterion") this.store.set({ criterion: target.id });
    if (target.kind === "mark") this.marking.select(target.id);
    this.focusing.target(target);
  }

  submit(): void {
    const { desk } = this.store.get();
    if (desk?.kind === "past" && desk.reason.trim().length < SHORTEST_REASON) {
      this.store.set({ said: `A revision needs a reason of at least ${SHORTEST_REASON} characters.` });
      this.focusing.on("revision-reason");
      return;
    }
    if (this.open("keep")) return;
    this.#send([]);
  }

  /** Sends the answer as it is, though scores and evidence were questioned. */
  keep(): void {
    const kept = this.questions().map((question) => question.kept);
    this.dialogue.close(false);
    this.#send(kept);
  }

  /** What to ask of scores and evidence before the answer on the desk is sent. */
  questions(): readonly Question[] {
    const { setup } = this.store.get();
    const { answers, marks, explanation, cannotJudge } = draftOf(this.store.get());
    if (!setup || cannotJudge) return [];
    return questions(setup.rubric, follow(setup.rubric, answers).answers, marks, explanation);
  }

  /** Whether nothing but questions stands between the answer and the server. */
  #isInQuestion(): boolean {
    const { setup } = this.store.get();
    if (!setup || missing(setup.rubric, draftOf(this.store.get())).length > 0) return false;
    return this.questions().length > 0;
  }

  #send(kept: readonly Kept[]): void {
    const lacks = this.session.submit(kept);
    const [first] = lacks;
    if (!first) return;
    const count = lacks.length > 1 ? ` (${lacks.length} things are missing)` : "";
    this.store.set({ said: `Not sent: ${first.message}${count}.` });
    this.goTo(first.target);
  }

  cannotJudge(given: Draft["cannotJudge"]): void {
    this.store.set((bench) => edit(bench, (draft) => ({ ...draft, cannotJudge: given })));
    if (given) this.focusing.on("submit");
    else this.focusing.criterion(this.store.get().criterion);
  }

  citeMark(number: number): boolean {
    return number <= draftOf(this.store.get()).marks.length && this.cite(cite(number));
  }

  /** Puts a citation into the explanation, where the caret is; tells whether there is one to write. */
  cite(citation: string): boolean {
    const field = this.focusing.explanationField;
    if (!field || field.readOnly) return false;
    const writing = document.activeElement === field;
    const start = writing ? field.selectionStart : field.value.length;
    const end = writing ? field.selectionEnd : field.value.length;
    const { text, caret } = insertCitation(field.value, start, end, citation);
    this.store.set((bench) => edit(bench, (draft) => explain(draft, text)));
    this.focusing.later(() => {
      field.focus();
      field.setSelectionRange(caret, caret);
    });
    return true;
  }

  /** Sends what waits, and asks for work where there is none on the desk. */
  again(): void {
    this.session.outbox.wake();
    const { phase, setup } = this.store.get();
    if (setup) void this.session.refreshPast();
    this.stage.retry();
    // When another tab works, nothing but a press of its own brings the work here.
    if (phase === "elsewhere") return;
    if (!setup) void this.session.start();
    else if (phase !== "working") void this.session.take();
  }

  prefer(choice: Partial<Preferences>): void {
    this.preferences.choose(choice);
  }

  get keys(): Keymap {
    return this.store.get().keys;
  }

  // Keys

  isOnStage(target: EventTarget | null): boolean {
    return target instanceof Node && this.#stageHost.contains(target);
  }

  isOverStage(): boolean {
    return this.#stageHost.matches(":hover") || this.isOnStage(document.activeElement);
  }

  /** Escape: out of the text, the drawing, the tool, the mark, the guideline, the past. */
  stepBack(target: EventTarget | null): boolean {
    const bench = this.store.get();
    if (
      target instanceof HTMLElement &&
      target.matches("textarea, input[type=text], input[type=number], select")
    ) {
      if (target.closest(".wb-editor") && bench.selectedMark) this.focusing.mark(bench.selectedMark);
      else this.focusing.criterion(bench.criterion);
    } else if (bench.drawing || bench.tool !== "pan" || bench.selectedMark) {
      this.store.set(actions.stepBack);
    } else if (bench.lens.mode !== "side") {
      this.compare("side");
    } else if (bench.guideline) {
      this.reading.close();
    } else if (bench.desk?.kind === "past") {
      this.session.closePast();
    } else {
      return false;
    }
    return true;
  }

  #take(tool: Tool): void {
    this.store.set((bench) => actions.takeTool(bench, tool));
    if (tool !== "pan" && this.store.get().tool === tool) this.stage.focus();
  }

  #widenBrush(steps: number): boolean {
    if (this.store.get().tool !== "brush") return false;
    this.store.set((bench) => actions.widenBrush(bench, steps));
    return true;
  }

  // The lens

  /** Turns to a way of comparing; the edge of a wipe takes the focus, so that arrow keys move it at once. */
  compare(mode: LensMode): boolean {
    const { handle } = this.stage.comparison;
    const wasOnHandle = document.activeElement === handle.element;
    this.store.set((bench) => looking.turnTo(bench, mode));
    const { lens, criterion } = this.store.get();
    if (lens.mode === "wipe") this.focusing.later(() => handle.focus());
    else if (wasOnHandle) this.focusing.criterion(criterion);
    return looking.mayCompare(this.store.get());
  }

  /** Plus and minus: how near the image is, or how loud a difference. */
  #more(step: 1 | -1): void {
    if (this.store.get().lens.mode === "difference") this.store.set((bench) => looking.amplify(bench, step));
    else this.stage.zoomBy(step > 0 ? 1.25 : 0.8);
  }

  #adjust(): void {
    const adjusting = !this.store.get().lens.adjusting;
    this.store.set((bench) => looking.look(bench, { adjusting }));
    if (adjusting) this.focusing.on("adjust-brightness");
    else this.focusing.criterion(this.store.get().criterion);
  }

  #reveal(): boolean {
    if (!this.store.get().setup?.project.is_sensitive) return false;
    // What was looked at until now was looked at as it was.
    this.session.active();
    this.store.set(looking.toggleCover);
    return true;
  }

  open(dialog: DialogName): boolean {
    const { desk } = this.store.get();
    if ((dialog === "skip" || dialog === "question") && desk?.kind !== "assignment") return false;
    if (dialog === "cannot-judge" && !desk?.editable) return false;
    if (dialog === "keep" && !(desk?.editable && this.#isInQuestion())) return false;
    if (dialog === "keys") this.store.set({ rebinding: NOT_REBINDING });
    this.dialogue.open(dialog);
    return true;
  }

  readonly #does: Partial<Readonly<Record<Action, () => unknown>>> = {
    "tool-pan": () => this.#take("pan"),
    "tool-point": () => this.#take("point"),
    "tool-box": () => this.#take("box"),
    "tool-polygon": () => this.#take("polygon"),
    "tool-brush": () => this.#take("brush"),
    "brush-thinner": () => this.#widenBrush(-1),
    "brush-thicker": () => this.#widenBrush(1),
    duplicate: () => this.marking.duplicate(),
    "mark-missing": () => this.store.set(actions.toggleMissing),
    "pair-mark": () => this.marking.pair(),
    "mark-note": () => this.marking.say(),
    "mark-whole": () => this.marking.whole(),
    "next-mark": () => this.marking.next(),
    "previous-handle": () => this.store.set((bench) => actions.nextHandle(bench, -1)),
    "next-handle": () => this.store.set((bench) => actions.nextHandle(bench, 1)),
    undo: () => this.store.set((bench) => actions.travel(bench, "undo")),
    redo: () => this.store.set((bench) => actions.travel(bench, "redo")),
    fit: () => this.stage.fit(),
    "one-to-one": () => this.stage.zoomTo(1),
    "two-to-one": () => this.stage.zoomTo(2),
    "zoom-in": () => this.#more(1),
    "zoom-out": () => this.#more(-1),
    wipe: () => this.compare("wipe"),
    blink: () => this.compare("blink"),
    difference: () => this.compare("difference"),
    onion: () => this.compare("onion"),
    align: () => this.store.set(looking.align),
    lock: () => this.stage.comparison.toggleLock(),
    loupe: () => this.store.set(looking.toggleLoupe),
    adjust: () => this.#adjust(),
    "reset-adjustment": () => this.store.set(looking.resetAdjustment),
    "marks-shown": () => this.store.set(looking.toggleMarks),
    reveal: () => this.#reveal(),
    grayscale: () => this.prefer({ grayscale: !this.store.get().lens.grayscale }),
    "keep-view": () => this.prefer({ keepView: !this.store.get().keepView }),
    explanation: () => this.focusing.on("explanation"),
    guideline: () => this.reading.toggle(),
    "cannot-judge": () => this.open("cannot-judge"),
    skip: () => this.open("skip"),
    question: () => this.open("question"),
    keys: () => this.open("keys"),
    submit: () => this.submit(),
  };

  /** Carries out an action; false when it is not for here, and the key keeps its ordinary meaning. */
  perform(action: Action): boolean {
    const does = this.#does[action];
    return does !== undefined && does() !== false;
  }
}
