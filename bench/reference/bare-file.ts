/**
 * A file with nothing around it: bytes are appended, and each caller waits until his are on the disk (fdatasync). What
 * waits meanwhile is the next batch. Nothing can be found again in it; no store can be faster.
 */
import { open, type FileHandle } from 'node:fs/promises';

import type { Put, Takes } from './bare-store.js';

interface Waiting {
  readonly text: string;
  readonly stored: () => void;
}

export class BareFile implements Takes {
  private waiting: Waiting[] = [];
  /** Appended with the next batch that somebody waits for. */
  private unsynced = '';
  private writing = false;

  private constructor(private readonly file: FileHandle) {}

  static async open(path: string): Promise<BareFile> {
    return new BareFile(await open(path, 'a'));
  }

  append(puts: readonly Put[]): Promise<void> {
    return new Promise((stored, failed) => {
      this.waiting.push({ text: textOf(puts), stored });
      if (this.writing) return;
      this.writing = true;
      setImmediate(() => void this.flush().catch(failed));
    });
  }

  write(puts: readonly Put[]): Promise<void> {
    this.unsynced += textOf(puts);
    return Promise.resolve();
  }

  close(): Promise<void> {
    return this.file.close();
  }

  private async flush(): Promise<void> {
    while (this.waiting.length > 0) {
      const { waiting, unsynced } = this;
      [this.waiting, this.unsynced] = [[], ''];
      await this.file.appendFile(unsynced + waiting.map(({ text }) => text).join(''));
      await this.file.datasync();
      for (const { stored } of waiting) stored();
    }
    this.writing = false;
  }
}

function textOf(puts: readonly Put[]): string {
  return puts.map(([key, value = '']) => `${key}\n${value}\n`).join('');
}
