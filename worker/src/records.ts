// What an isolate has admitted and settled by itself and clauses count, on its way to the authority: in messages of many,
// each until it is known to have arrived.
import type { EdgeRecord } from "wayleave";
import type { AuthorityRpc } from "./authority.js";

/** What is settled within so long goes in one message. */
const GATHER_MS = 100;
/** The most in one message. */
const MOST = 200;
/** So many may wait; an authority that is away for longer than that costs what comes after. */
const MOST_WAITING = 20_000;
/** A request goes on trying for so long behind its answer; then the next one does. */
const TURN_MS = 20_000;
/** The first wait after a failure; each that follows is twice as long, up to the longest. */
const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 4_000;
/** The authority forgets after an hour what it has heard: what was first sent so long ago is not sent again. */
const GIVEN_UP_MS = 1_800_000;

interface Message {
  readonly number: number;
  readonly records: EdgeRecord[];
  /** When it was first sent. */
  readonly since: number;
}

export class Records {
  readonly #edge: string;
  readonly #now: () => Date;
  #waiting: EdgeRecord[] = [];
  #number = 0;
  #message: Message | undefined;
  /** Whose turn it is to send, and since when. */
  #turn = 0;
  #since: number | undefined;

  constructor(edge: string, now: () => Date) {
    this.#edge = edge;
    this.#now = now;
  }

  add(record: EdgeRecord): void {
    if (this.#waiting.length < MOST_WAITING) {
      this.#waiting.push(record);
    } else {
      console.error("a record is left out: too many are waiting for the ledger");
    }
  }

  /**
   * Sends what waits, unless another request is at it. What one request waits for must be its own: a request that has ended in
   * the middle of its turn leaves it to the next.
   */
  async send(authority: AuthorityRpc): Promise<void> {
    const began = this.#now().getTime();
    if (this.#since !== undefined && began - this.#since < TURN_MS + LONGEST_WAIT_MS) {
      return;
    }
    const turn = ++this.#turn;
    this.#since = began;
    let wait = FIRST_WAIT_MS;
    await scheduler.wait(GATHER_MS);
    for (let message = this.#next(); turn === this.#turn && message !== undefined; message = this.#next()) {
      try {
        const { refused } = await authority.record(message.records, { edge: this.#edge, number: message.number });
        if (refused != null) {
          console.warn("a record is left out: the ledger refuses", refused.cite, refused.why ?? "");
        }
        this.#arrived(message.number);
        wait = FIRST_WAIT_MS;
      } catch (error) {
        if (this.#now().getTime() - began >= TURN_MS) {
          console.warn("the ledger does not take records:", error instanceof Error ? error.message : error);
          break;
        }
        await scheduler.wait(wait);
        wait = Math.min(2 * wait, LONGEST_WAIT_MS);
      }
    }
    if (turn === this.#turn) {
      this.#since = undefined;
    }
  }

  /** The message that has not arrived, as long as it may be sent again, else one of what waits; nothing where nothing does. */
  #next(): Message | undefined {
    const now = this.#now().getTime();
    if (this.#message !== undefined && now - this.#message.since >= GIVEN_UP_MS) {
      console.error(`${this.#message.records.length} records are given up: the ledger did not answer`);
      this.#message = undefined;
    }
    if (this.#message === undefined && this.#waiting.length > 0) {
      this.#number += 1;
      this.#message = { number: this.#number, records: this.#waiting.splice(0, MOST), since: now };
    }
    return this.#message;
  }

  #arrived(number: number): void {
    if (this.#message?.number === number) {
      this.#message = undefined;
    }
  }
}
