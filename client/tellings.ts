/** What was told of each conversation when, counted and not timed, so that an older answer does not undo newer news. */
export class Tellings {
  private count = 0
  private readonly toldAt = new Map<string, number>()
  private readonly removedAt = new Map<string, number>()

  /** To be taken before something is asked for. */
  mark(): number {
    return this.count
  }

  told(id: string): void {
    this.toldAt.set(id, ++this.count)
    this.removedAt.delete(id)
  }

  /** @returns whether that is news */
  removed(id: string): boolean {
    const isNews = !this.removedAt.has(id)
    this.toldAt.delete(id)
    this.removedAt.set(id, ++this.count)
    return isNews
  }

  /** Whether an answer that was asked for at `mark` is older than what was told of the conversation. */
  toldSince(id: string, mark: number): boolean {
    return (this.toldAt.get(id) ?? 0) > mark
  }

  removedSince(id: string, mark: number): boolean {
    return (this.removedAt.get(id) ?? 0) > mark
  }

  clear(): void {
    this.toldAt.clear()
    this.removedAt.clear()
  }
}
