/** Work that is wanted more often than it is worth: done at once, then at most once in so many ms. */
export interface Paced {
  (): void;
  /** Forgets what is still to be done. */
  stop(): void;
}

export function paced(ms: number, work: () => void): Paced {
  let last = -Infinity;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const run = () => {
    timer = undefined;
    last = performance.now();
    work();
  };
  const ask = () => {
    timer ??= setTimeout(run, Math.max(0, last + ms - performance.now()));
  };
  return Object.assign(ask, {
    stop: () => {
      clearTimeout(timer);
    },
  });
}
