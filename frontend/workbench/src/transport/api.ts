/** The Work API over fetch: one method a route, one kind of error. */

import type {
  AnswerBody,
  CheckedExplanation,
  FoundPrecedents,
  PastEvaluation,
  Problem,
  Question,
  Receipt,
  Submitted,
  Taken,
  WirePreferences,
  WorkbenchSetup,
} from "../state/wire.ts";

/** What went wrong, by what can be done about it. */
export type Fault =
  /** Try again later: no network, or the server is in trouble. */
  | "unreachable"
  /** Log in again. */
  | "expired"
  /** The lease ran out; somebody else has the item. */
  | "lost"
  /** The server read it and said no. */
  | "refused";

export class ApiError extends Error {
  constructor(
    readonly fault: Fault,
    readonly status: number,
    readonly title: string,
    readonly detail: string,
    readonly problems: readonly Problem[] = [],
    readonly retryAfter: number | null = null,
  ) {
    super(detail || title);
    this.name = "ApiError";
  }
}

const PATIENCE = 30_000;
/** A hint that comes later is about another text. */
const PATIENCE_WITH_HINTS = 5_000;
const PATIENCE_WITH_PICTURES = 180_000;
const PASSING = new Set([408, 425, 429]);

/** `kind` is the last part of the problem's type, a stable name. */
function faultOf(status: number, kind: string): Fault {
  if (status >= 500 || PASSING.has(status)) return "unreachable";
  // After another log-in in another tab the page's token is out of date: loading the page again mends both.
  if (status === 401 || kind === "csrf-failed") return "expired";
  return kind === "lease-lost" ? "lost" : "refused";
}

/** Django's token: from the cookie, which follows log-ins in other tabs, else from the page. */
export function csrfToken(page: Document): string {
  const cookie = /(?:^|;\s*)(?:__Host-|__Secure-)?(?:rubrica_csrf|csrftoken)=([^;]+)/.exec(page.cookie)?.[1];
  if (cookie) return decodeURIComponent(cookie);
  return page.querySelector<HTMLMetaElement>('meta[name="csrf-token"]')?.content ?? "";
}

interface Outgoing {
  readonly method?: "POST" | "PUT";
  readonly body?: unknown;
  readonly key?: string;
  readonly patience?: number;
}

export class WorkApi {
  /** Server time minus local time in milliseconds, from the last answer. */
  skew = 0;

  constructor(
    private readonly base: string,
    private readonly project: string,
    private readonly token: () => string,
  ) {}

  /** The rules in force, or those of the version under which an assignment is held. */
  setup(version?: number): Promise<WorkbenchSetup> {
    return this.#call(
      `/projects/${this.project}/workbench${version === undefined ? "" : `?version=${version}`}`,
    );
  }

  take(hold: number): Promise<Taken> {
    return this.#call(`/projects/${this.project}/assignments`, { method: "POST", body: { hold } });
  }

  submit(assignment: string, key: string, body: AnswerBody, hold: number): Promise<Submitted> {
    const path = `/assignments/${assignment}/submission?hold=${hold}`;
    return this.#call(path, { method: "POST", body, key });
  }

  skip(assignment: string, body: unknown, hold: number): Promise<Taken> {
    return this.#call(`/assignments/${assignment}/skip?hold=${hold}`, { method: "POST", body });
  }

  /** Keeps a question that the rules do not decide; answers the number of its case. */
  raise(assignment: string, key: string, question: Question): Promise<{ number: number }> {
    return this.#call(`/assignments/${assignment}/edge-cases`, { method: "POST", body: question, key });
  }

  /** Rulings in force that help with an item in hand, and whether it looks like that of none. */
  async precedents(assignment: string, codes: readonly string[], words: string): Promise<FoundPrecedents> {
    const sought = new URLSearchParams([...codes.map((code) => ["codes", code]), ["words", words]]);
    const path = `/assignments/${assignment}/precedents?${sought}`;
    return await this.#call<FoundPrecedents>(path, { patience: PATIENCE_WITH_HINTS });
  }

  renew(assignment: string): Promise<{ leased_until: string }> {
    return this.#call(`/assignments/${assignment}/renewal`, { method: "POST" });
  }

  /** Hints on an explanation that is being written. */
  check(draft: unknown): Promise<CheckedExplanation> {
    const path = `/projects/${this.project}/explanation-checks`;
    return this.#call(path, { method: "POST", body: draft, patience: PATIENCE_WITH_HINTS });
  }

  /** One's own last evaluations, or one of them by its id. */
  async mine(limit: number, only = ""): Promise<readonly PastEvaluation[]> {
    const one = only ? `&only=${encodeURIComponent(only)}` : "";
    const path = `/projects/${this.project}/evaluations/mine?limit=${limit}${one}`;
    return (await this.#call<{ evaluations: PastEvaluation[] }>(path)).evaluations;
  }

  revise(evaluation: string, key: string, body: unknown): Promise<{ receipt: Receipt }> {
    return this.#call(`/evaluations/${evaluation}/revision`, { method: "POST", body, key });
  }

  /** Keeps how the person works with the account. */
  prefer(preferences: WirePreferences): Promise<unknown> {
    return this.#call("/me/workbench", { method: "PUT", body: preferences });
  }

  async picture(url: string): Promise<Blob> {
    return (await this.#fetch(url, { patience: PATIENCE_WITH_PICTURES })).blob();
  }

  async #call<T>(path: string, outgoing: Outgoing = {}): Promise<T> {
    const response = await this.#fetch(this.base + path, outgoing);
    try {
      return (await response.json()) as T;
    } catch {
      // A page of somebody else's (a captive portal) answers 200 in HTML: that is not our server.
      throw new ApiError("unreachable", response.status, "Unexpected answer", "");
    }
  }

  async #fetch(url: string, { method, body, key, patience = PATIENCE }: Outgoing): Promise<Response> {
    const headers: Record<string, string> = { Accept: "application/json, image/*" };
    if (method) headers["X-CSRFToken"] = this.token();
    if (body !== undefined) headers["Content-Type"] = "application/json";
    if (key) headers["Idempotency-Key"] = key;
    let response: Response;
    try {
      response = await fetch(url, {
        method: method ?? "GET",
        headers,
        credentials: "same-origin",
        // A redirect is the way to the log-in page.
        redirect: "manual",
        signal: AbortSignal.timeout(patience),
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    } catch {
      throw new ApiError("unreachable", 0, "No connection", "");
    }
    if (response.type === "opaqueredirect") throw new ApiError("expired", 401, "Log in again", "");
    this.#readClock(response);
    if (!response.ok) throw await errorFrom(response);
    return response;
  }

  #readClock(response: Response): void {
    const served = Date.parse(response.headers.get("Date") ?? "");
    if (!Number.isNaN(served)) this.skew = served - Date.now();
  }
}

async function errorFrom(response: Response): Promise<ApiError> {
  const read = (await response.json().catch(() => ({}))) as {
    type?: string;
    title?: string;
    detail?: string;
    problems?: Problem[];
  };
  const wait = Number(response.headers.get("Retry-After"));
  return new ApiError(
    faultOf(response.status, read.type?.split(/[:/]/).at(-1) ?? ""),
    response.status,
    read.title ?? `Error ${response.status}`,
    read.detail ?? "",
    read.problems ?? [],
    wait > 0 ? wait * 1000 : null,
  );
}
