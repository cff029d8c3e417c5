/**
 * Shuts the port while the process has as many files and connections open as it may (R8), and opens it again.
 * uWebSockets.js takes every connection, counts none that is not a websocket yet, and tries without a pause to take
 * those that do not fit: the store could open no file beside them, which is its end (ENGINE 2).
 *
 * An open door looks often and cheaply: the number that the system gives a file is the lowest that is free, so all
 * below it are in use. Behind a shut one numbers come free in between, and all are counted.
 */
import { closeSync, openSync } from 'node:fs';
import { readdir } from 'node:fs/promises';

/** Between two looks, ms; between two counts behind a shut door. */
const LOOK_MS = 50;
const COUNT_MS = 1_000;
/** It opens again when so little is in use, of what shuts it. */
const AGAIN = 0.9;

export interface DoorOptions {
  /** Files and connections from which on it is shut. */
  readonly most: number;
  /** The port takes no more connections; those that are there stay. */
  readonly shut: () => void;
  /** The port takes connections; false when it cannot be had now. */
  readonly open: () => boolean;
  /** At least so many files and connections are open; by default by the number of the next one. */
  readonly atLeast?: () => number;
  /** So many are open; by default as the system lists them. */
  readonly count?: () => Promise<number>;
}

export class Door {
  private closed = false;
  private timer: NodeJS.Timeout | undefined;

  /** Begins open. */
  constructor(private readonly options: DoorOptions) {
    if (options.most < Infinity) this.later(LOOK_MS);
  }

  /** No connections are taken now. */
  get isShut(): boolean {
    return this.closed;
  }

  /** For good. */
  close(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  private later(ms: number): void {
    this.timer = setTimeout(() => {
      void this.look().then(() => {
        if (this.timer) this.later(this.closed ? COUNT_MS : LOOK_MS);
      });
    }, ms).unref();
  }

  private async look(): Promise<void> {
    const { most, shut, open, atLeast = nextNumber, count = openFiles } = this.options;
    if (!this.closed) {
      if (atLeast() < most) return;
      shut();
      this.closed = true;
    } else if ((await count()) < most * AGAIN && this.timer) {
      this.closed = !open();
    }
  }
}

function nextNumber(): number {
  try {
    const next = openSync('/dev/null', 'r');
    closeSync(next);
    return next;
  } catch {
    return Infinity;
  }
}

async function openFiles(): Promise<number> {
  try {
    return (await readdir('/dev/fd')).length;
  } catch {
    // Looking takes a file, too.
    return Infinity;
  }
}
