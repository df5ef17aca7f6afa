/** Calls its listeners when something happens. */
export class Hook<T> {
  private readonly listeners = new Set<(value: T) => void>()

  /** @returns a function that removes the listener */
  on(listener: (value: T) => void): () => void {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  tell(value: T): void {
    for (const listener of [...this.listeners]) listener(value)
  }
}
