/**
 * When each conversation was last updated or removed. It counts and reads no clock, so that an older answer does not undo
 * a newer update.
 */
export class UpdateClock {
  private count = 0
  private readonly lastUpdate = new Map<string, number>()
  private readonly lastRemoval = new Map<string, number>()

  /** Take it before asking the server, and pass it to the `…Since` functions with the answer. */
  mark(): number {
    return this.count
  }

  updated(id: string): void {
    this.lastUpdate.set(id, ++this.count)
    this.lastRemoval.delete(id)
  }

  /** @returns whether it was not removed before */
  removed(id: string): boolean {
    const isNew = !this.lastRemoval.has(id)
    this.lastUpdate.delete(id)
    this.lastRemoval.set(id, ++this.count)
    return isNew
  }

  /** Whether the conversation was updated after `mark`, so that an answer asked for then is old. */
  updatedSince(id: string, mark: number): boolean {
    return (this.lastUpdate.get(id) ?? 0) > mark
  }

  removedSince(id: string, mark: number): boolean {
    return (this.lastRemoval.get(id) ?? 0) > mark
  }

  clear(): void {
    this.lastUpdate.clear()
    this.lastRemoval.clear()
  }
}
