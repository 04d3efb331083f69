// Room for a request before it is sent: out of what the authority lends this isolate, else by asking the authority. Where
// there is no authority, there is room as far as decisions find it.
import { type AttributedRequest, Edge, type EdgeRecord, type LedgerRefusal, type Policy, type Refusal, type State } from "wayleave";
import type { AuthorityRpc, Came, Wanted } from "./authority.js";
import { Records } from "./records.js";

/** Room that is held for a request. */
export interface Held {
  /** The request was answered, or may have been. */
  settle(came: Came): Promise<void>;
  /** The request was never sent. */
  cancel(): Promise<void>;
}

/** There is no room. It counts as a deployment that came back with the refusal. */
export interface NoRoom {
  readonly refusal: Refusal;
  readonly until?: string;
}

/** Whether there is room cannot be told: the ledger does not answer, or goes by another policy. Nothing is sent then. */
export class LedgerFailure extends Error {
  override readonly name = "LedgerFailure";
}

/** A request is forgotten after so long: longer than any answer may take to begin, and than most take to end. */
const LASTS_MS = 900_000;
/** What the authority has counted for clauses is asked again after so long. */
const FRESH_MS = 1_000;
/** So long the authority may take to lend. */
const LONGEST_MS = 10_000;
/** An isolate that has had nothing to do for so long gives back what it does not use. */
const IDLE_MS = 2_000;
/** After so long it is looked again whether something is lent. */
const PATIENCE_MS = 250;

/** Lets work go on behind the answer. */
export type Later = (work: Promise<unknown>) => void;

export class Room {
  readonly #policy: Policy;
  readonly #now: () => Date;
  #edge: Edge | undefined;
  #lending: Promise<ReturnType<Edge["receive"]> | undefined> = Promise.resolve(undefined);
  #counted: { readonly state: State; readonly at: number } | undefined;
  #counting = false;
  #records: Records | undefined;
  /** The requests that hold something of what is lent, by their ids. */
  readonly #holding = new Map<string, EdgeRecord>();
  #resting = false;

  constructor(policy: Policy, now: () => Date) {
    this.#policy = policy;
    this.#now = now;
  }

  /** What the authority has counted for clauses; of limits, it is `hold` that finds out. */
  async clauses(authority: AuthorityRpc, later: Later): Promise<State["clauses"]> {
    const known = this.#counted;
    if (known === undefined) {
      // Each of the first decisions asks by itself: what one request waits for must be its own.
      await this.#count(authority);
    } else if (!this.#counting && this.#now().getTime() - known.at >= FRESH_MS) {
      this.#counting = true;
      later(this.#count(authority));
    }
    return this.#counted?.state.clauses ?? {};
  }

  async #count(authority: AuthorityRpc): Promise<void> {
    try {
      this.#counted = { state: await reached(authority.state()), at: this.#now().getTime() };
    } finally {
      this.#counting = false;
    }
  }

  /** Holds what a request needs of a deployment. */
  async hold(authority: AuthorityRpc, deployment: string, request: AttributedRequest, world: State, later: Later): Promise<Held | NoRoom> {
    const edge = (this.#edge ??= new Edge(this.#policy));
    const records = (this.#records ??= new Records(edge.name, this.#now));
    const id = crypto.randomUUID();
    const wanted: Wanted = { id, deployment, request, world, lasts_ms: LASTS_MS };
    const begun = this.#now();
    this.#forget(edge, records, authority, begun, later);
    for (let at = begun; at.getTime() - begun.getTime() < LONGEST_MS; at = this.#now()) {
      const came = edge.admit({ id, deployment, request, at, expires_at: new Date(at.getTime() + LASTS_MS) });
      if (came.refused === undefined) {
        // How deployments are says nothing of what it counts as, and what clauses have counted the authority knows better.
        return this.#lent(edge, records, authority, id, { deployment, request, admitted_at: at.toISOString() }, later);
      }
      if (came.refused.refused === "not_lent") {
        return this.#asked(authority, wanted);
      }
      if (came.ask !== undefined) {
        // Others wait for it too, whether or not this client stays.
        this.#lending = this.#borrow(edge, authority, came.ask);
        later(this.#lending);
      } else if (!came.waiting) {
        return noRoom(came.refused);
      }
      // A request that waits for nothing of its own is taken for one that hangs; and who asked may have gone.
      const lending = await Promise.race([this.#lending, scheduler.wait(PATIENCE_MS)]);
      if (lending?.lent === false) {
        return { refusal: "quota", ...(lending.until !== undefined && { until: lending.until }) };
      }
    }
    throw new LedgerFailure("the ledger does not answer");
  }

  async #borrow(edge: Edge, authority: AuthorityRpc, ask: object): Promise<ReturnType<Edge["receive"]>> {
    const lent = await reached(authority.lend(ask));
    if (lent.refused !== undefined) {
      throw new LedgerFailure(`the ledger does not lend \`${lent.refused.cite}\``);
    }
    return edge.receive(lent.grant, this.#now());
  }

  #lent(edge: Edge, records: Records, authority: AuthorityRpc, id: string, admitted: EdgeRecord, later: Later): Held {
    this.#holding.set(id, admitted);
    return {
      settle: async (came) => {
        const { record } = edge.settle(id, { ...came, at: this.#now() });
        this.#ended(edge, authority, id, later);
        if (record) {
          records.add({ ...admitted, ...came });
          await records.send(authority);
        }
      },
      cancel: async () => {
        edge.cancel(id, this.#now());
        this.#ended(edge, authority, id, later);
      },
    };
  }

  /** Requests that nobody has settled count for clauses as they were estimated, too. */
  #forget(edge: Edge, records: Records, authority: AuthorityRpc, at: Date, later: Later): void {
    const { expired, record } = edge.expire(at);
    for (const id of expired) {
      const admitted = this.#holding.get(id);
      this.#holding.delete(id);
      if (record && admitted !== undefined) {
        records.add(admitted);
      }
    }
    if (record) {
      later(records.send(authority));
    }
  }

  /** After the last request there is something to give back, unless others come. */
  #ended(edge: Edge, authority: AuthorityRpc, id: string, later: Later): void {
    this.#holding.delete(id);
    if (this.#holding.size === 0 && !this.#resting) {
      this.#resting = true;
      later(this.#rest(edge, authority));
    }
  }

  async #rest(edge: Edge, authority: AuthorityRpc): Promise<void> {
    await scheduler.wait(IDLE_MS);
    this.#resting = false;
    const returns = this.#holding.size === 0 ? edge.giveBack(this.#now()) : [];
    if (returns.length > 0) {
      await authority.takeBack(returns);
    }
  }

  async #asked(authority: AuthorityRpc, wanted: Wanted): Promise<Held | NoRoom> {
    const { refused } = await reached(authority.admit(wanted));
    if (refused !== undefined) {
      return noRoom(refused);
    }
    const { id, request } = wanted;
    return {
      settle: async (came) => void (await authority.settle(id, { ...came, request })),
      cancel: async () => void (await authority.cancel(id)),
    };
  }
}

/** A limit or a budget of the buyer that is full. */
function noRoom({ refused, cite, until }: LedgerRefusal): NoRoom {
  if (refused !== "full" && refused !== "spent" && refused !== "unpriced") {
    throw new LedgerFailure(`the ledger refuses \`${cite}\``);
  }
  return { refusal: "quota", ...(until != null && { until }) };
}

async function reached<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    throw new LedgerFailure("the ledger does not answer", { cause: error });
  }
}
