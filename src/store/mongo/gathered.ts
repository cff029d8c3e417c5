/**
 * Questions that come together are asked together. FerretDB looks through a whole collection for almost every question:
 * after a fall or a hand-over all actors that moved are read at once, and each would take its own look through the
 * journal. A replica set finds what it is asked for, so there each question goes alone, at once.
 */

/** Questions in one. */
const TOGETHER = 64;
/** Of them under way at a time; what comes meanwhile waits for company. */
const UNDER_WAY = 2;

interface Waiting<Q, A> {
  readonly question: Q;
  readonly resolve: (answer: A) => void;
  readonly reject: (error: unknown) => void;
}

export class Gathered<Q, A> {
  private waiting: Waiting<Q, A>[] = [];
  private underWay = 0;
  private soon = false;

  constructor(
    private readonly replicated: boolean,
    /** Resolves with what answers each of the questions. */
    private readonly askAll: (questions: readonly Q[]) => Promise<(question: Q) => A>,
  ) {}

  /** Rejects as `askAll` does. */
  async ask(question: Q): Promise<A> {
    if (this.replicated) return (await this.askAll([question]))(question);
    return new Promise((resolve, reject) => {
      this.waiting.push({ question, resolve, reject });
      this.askSoon();
    });
  }

  /** After whatever else this turn of the event loop asks. */
  private askSoon(): void {
    if (this.soon || this.underWay >= UNDER_WAY || this.waiting.length === 0) return;
    this.soon = true;
    setImmediate(() => {
      this.soon = false;
      this.underWay += 1;
      void this.askSome(this.waiting.splice(0, TOGETHER)).then(() => {
        this.underWay -= 1;
        this.askSoon();
      });
      this.askSoon();
    });
  }

  /** Never rejects. */
  private async askSome(some: readonly Waiting<Q, A>[]): Promise<void> {
    try {
      const answerTo = await this.askAll(some.map(({ question }) => question));
      for (const { question, resolve } of some) resolve(answerTo(question));
    } catch (error) {
      for (const { reject } of some) reject(error);
    }
  }
}
