// The ledger that all isolates share, in one Durable Object. Its state is rows of SQLite, which are written before an answer
// goes out: what was answered is kept, whatever happens to the object.
import { DurableObject } from "cloudflare:workers";
import { type Done, type EdgeMessage, type EdgeRecord, Ledger, type LeaseMessage, type LedgerAdmission, type LedgerSettlement, Policy, type Sources, type State } from "wayleave";
import type { Env } from "./env.js";

/** A request that an isolate wants to send. The authority goes by its own clock. */
export type Wanted = Omit<LedgerAdmission, "at" | "expires_at" | "id"> & { readonly id: string; readonly lasts_ms: number };
/** What came of one. */
export type Came = Omit<LedgerSettlement, "at">;

/** What isolates ask of the authority. */
export interface AuthorityRpc {
  admit(wanted: Wanted): Promise<Done>;
  settle(id: string, came: Came): Promise<Done>;
  cancel(id: string): Promise<Done>;
  lend(ask: LeaseMessage): Promise<ReturnType<Ledger["lend"]>>;
  takeBack(returns: LeaseMessage[]): Promise<void>;
  /** The same message twice is counted once. */
  record(records: readonly EdgeRecord[], message: EdgeMessage): Promise<Done>;
  state(): Promise<State>;
}

/** The class of the object that keeps the ledger of a policy. */
export function authority(sources: Sources) {
  return class Authority extends DurableObject<Env> implements AuthorityRpc {
    readonly #policy = Policy.parse(sources);
    readonly #rows: Rows;
    #ledger: Ledger | undefined;
    #alarm: number | undefined;

    constructor(context: DurableObjectState, env: Env) {
      super(context, env);
      this.#rows = new Rows(context.storage);
    }

    async admit({ lasts_ms, ...wanted }: Wanted): Promise<Done> {
      return this.#change((ledger, at) => {
        const { refused } = ledger.admit({ ...wanted, at, expires_at: new Date(at.getTime() + lasts_ms) });
        // Signals are the isolates' to go by: nothing is held back here.
        return refused === undefined || refused.refused === "held_back" ? {} : { refused };
      });
    }

    async settle(id: string, came: Came): Promise<Done> {
      return this.#change((ledger, at) => ledger.settle(id, { ...came, at }));
    }

    async cancel(id: string): Promise<Done> {
      return this.#change((ledger, at) => ledger.cancel(id, at));
    }

    async lend(ask: LeaseMessage): Promise<ReturnType<Ledger["lend"]>> {
      return this.#change((ledger, at) => ledger.lend(ask, at));
    }

    async takeBack(returns: LeaseMessage[]): Promise<void> {
      this.#change((ledger, at) => ledger.takeBack(returns, at));
    }

    async record(records: readonly EdgeRecord[], message: EdgeMessage): Promise<Done> {
      return this.#change((ledger, at) => ledger.recordAll(records, message, at));
    }

    async state(): Promise<State> {
      return this.#open().state(new Date());
    }

    /** Forgotten reservations are settled at their estimates, and leases that are over end. */
    override async alarm(): Promise<void> {
      this.#alarm = undefined;
      this.#change((ledger, at) => ledger.expire(at));
    }

    /** Changes the ledger and writes what has changed. Nothing else comes between, and what cannot be written never was. */
    #change<T>(change: (ledger: Ledger, at: Date) => T): T {
      const ledger = this.#open();
      try {
        const result = change(ledger, new Date());
        this.#rows.write(ledger.snapshot().ledger);
        this.#wake(ledger.next);
        return result;
      } catch (error) {
        ledger.free();
        this.#ledger = undefined;
        throw error;
      }
    }

    #open(): Ledger {
      if (this.#ledger === undefined) {
        const kept = this.#rows.read();
        this.#ledger = kept === undefined ? new Ledger(this.#policy) : Ledger.restore(this.#policy, { ledger: kept, breakers: {} });
      }
      return this.#ledger;
    }

    /** Comes back when something will be forgotten. An alarm that comes too early finds nothing and is set again. */
    #wake(next: string | undefined): void {
      const time = next === undefined ? undefined : Date.parse(next);
      if (time !== undefined && (this.#alarm === undefined || time < this.#alarm)) {
        this.#alarm = time;
        void this.ctx.storage.setAlarm(time);
      }
    }
  };
}

/** A document in rows, of which only those are written that have changed. */
class Rows {
  readonly #storage: DurableObjectStorage;
  /** What is written, by place. */
  #written: Map<string, string> | undefined;

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage;
    storage.sql.exec("CREATE TABLE IF NOT EXISTS ledger (place TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID");
  }

  /** The document as it was written last; nothing where none was. */
  read(): object | undefined {
    const rows = this.#storage.sql.exec<{ place: string; value: string }>("SELECT place, value FROM ledger ORDER BY place").toArray();
    this.#written = new Map(rows.map(({ place, value }) => [place, value]));
    return rows.length === 0 ? undefined : joined(this.#written);
  }

  write(document: object): void {
    const before = this.#written ?? new Map<string, string>();
    const after = split(document);
    // Whether it fails or not, what is written is then what the rows say.
    this.#written = undefined;
    this.#storage.transactionSync(() => {
      for (const [place, value] of after) {
        if (before.get(place) !== value) {
          this.#storage.sql.exec("INSERT INTO ledger (place, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value", place, value);
        }
      }
      for (const place of before.keys()) {
        if (!after.has(place)) {
          this.#storage.sql.exec("DELETE FROM ledger WHERE place = ?", place);
        }
      }
    });
    this.#written = after;
  }
}

/** The members of a document by place: those of a mapping and of a list in places of their own, behind what they are in. */
function split(document: object): Map<string, string> {
  const rows = new Map<string, string>();
  for (const [member, value] of Object.entries(document)) {
    const inner = typeof value === "object" && value !== null;
    rows.set(member, inner ? (Array.isArray(value) ? "[]" : "{}") : JSON.stringify(value));
    for (const [key, item] of inner ? Object.entries(value) : []) {
      rows.set(`${member}/${Array.isArray(value) ? key.padStart(9, "0") : key}`, JSON.stringify(item));
    }
  }
  return rows;
}

function joined(rows: ReadonlyMap<string, string>): object {
  const document: Record<string, unknown> = {};
  // What something is in comes before it.
  for (const place of [...rows.keys()].sort()) {
    const value: unknown = JSON.parse(rows.get(place) ?? "null");
    const slash = place.indexOf("/");
    const outer = document[place.slice(0, slash)];
    if (slash < 0) {
      document[place] = value;
    } else if (Array.isArray(outer)) {
      outer.push(value);
    } else {
      (outer as Record<string, unknown>)[place.slice(slash + 1)] = value;
    }
  }
  return document;
}
