/** Something that happens, for whoever listens. */
export class Signal<T> {
  private readonly listeners = new Set<(value: T) => void>();

  /** Gives the function that ends the listening. */
  on(listener: (value: T) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  emit(value: T): void {
    for (const listener of this.listeners) listener(value);
  }
}
