/** What the clock asks of the server: taking beats, how long one has worked, and claims. */

import type { Terms } from "./attention.ts";
import type { Late, Message, Sent } from "./queue.ts";

export interface Today {
  readonly credited_ms: number;
  readonly idle_ms: number;
  readonly over_cap_ms: number;
  readonly terms: Terms & { readonly task_cap_ms: number };
  readonly idle: Late | null;
}

export type ClaimReason = "thinking" | "reading" | "meeting" | "outage";

const PATIENCE = 20_000;
const PASSING = new Set([401, 408, 425, 429]);

export class TimeServer {
  constructor(
    private readonly base: string,
    private readonly token: () => string,
    private readonly fetched: typeof fetch = (...asked) => fetch(...asked),
  ) {}

  async send(message: Message, isLast: boolean): Promise<Sent> {
    const response = await this.#post("/beats", message, isLast);
    if (response === null || response.status >= 500 || PASSING.has(response.status)) return { is: "away" };
    if (!response.ok) return { is: "refused" };
    const { late } = (await response.json().catch(() => ({ late: null }))) as { late: Late | null };
    return { is: "taken", late };
  }

  async today(): Promise<Today | null> {
    const response = await this.#asked("/active-time", { method: "GET" });
    return response?.ok ? ((await response.json().catch(() => null)) as Today | null) : null;
  }

  /** Claims time; answers why not, where it was refused. */
  async claim(period: Late, reason: ClaimReason): Promise<string | null> {
    const response = await this.#post("/time-claims", { ...period, reason, note: "" });
    if (response?.ok) return null;
    const said = (await response?.json().catch(() => null)) as { detail?: string } | null | undefined;
    return said?.detail ?? "There is no connection. Claim it later, under My work.";
  }

  #post(path: string, body: unknown, keepalive = false): Promise<Response | null> {
    const headers = { "Content-Type": "application/json", "X-CSRFToken": this.token() };
    return this.#asked(path, { method: "POST", headers, body: JSON.stringify(body), keepalive });
  }

  async #asked(path: string, request: RequestInit): Promise<Response | null> {
    try {
      return await this.fetched(this.base + path, {
        credentials: "same-origin",
        redirect: "manual",
        signal: AbortSignal.timeout(PATIENCE),
        ...request,
      });
    } catch {
      return null;
    }
  }
}
