/** Something that others want to hear of when it happens. */
export class Hook<T> {
  private readonly listeners = new Set<(value: T) => void>()

  /** The answer ends the listening. */
  on(listener: (value: T) => void): () => void {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  tell(value: T): void {
    for (const listener of [...this.listeners]) listener(value)
  }
}
