/**
 * A file with nothing around it: text is appended, and each caller waits until his is on the disk (fdatasync). What
 * waits meanwhile is the next batch. Nothing can be found again in it; no store can be faster.
 */
import { open, type FileHandle } from 'node:fs/promises';

interface Waiting {
  readonly text: string;
  readonly stored: () => void;
}

export class BareFile {
  private waiting: Waiting[] = [];
  private writing = false;

  private constructor(private readonly file: FileHandle) {}

  static async open(path: string): Promise<BareFile> {
    return new BareFile(await open(path, 'a'));
  }

  append(text: string): Promise<void> {
    return new Promise((stored, failed) => {
      this.waiting.push({ text, stored });
      if (this.writing) return;
      this.writing = true;
      setImmediate(() => void this.flush().catch(failed));
    });
  }

  private async flush(): Promise<void> {
    while (this.waiting.length > 0) {
      const { waiting } = this;
      this.waiting = [];
      await this.file.appendFile(waiting.map(({ text }) => text).join(''));
      await this.file.datasync();
      for (const { stored } of waiting) stored();
    }
    this.writing = false;
  }
}
