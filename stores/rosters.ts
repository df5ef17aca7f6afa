import { defineStore } from 'pinia'
import { shallowReactive } from 'vue'
import type { Member } from '#shared/schemas/conversation'
import { rosterOf, withNews, type MemberNews, type Roster } from '~/client/roster'
import { usePeopleStore } from './people'

/** The lists of members in this tab. Events keep them up to date. The members store works on them. */
export const useRosters = defineStore('rosters', () => {
  const people = usePeopleStore()
  const byId = shallowReactive<Record<string, Roster>>({})
  /** News that came while a list was on its way. Its answer may not have them. */
  const recordings = new Map<string, Set<MemberNews[]>>()
  const running = new Map<string, Promise<unknown>>()
  /** Counts the news of members, so that an older answer does not undo them. */
  let version = 0
  const versions = new Map<string, number>()
  /** Counts the periods in which events may have been missed. */
  let epoch = 0
  const epochs = new Map<string, number>()

  /** Runs a request whose answer has a conversation's members. Keeps them, together with news that came meanwhile. */
  async function during<T>(
    id: string,
    request: () => Promise<T>,
    listOf: (answer: T) => readonly Member[],
  ): Promise<T> {
    const news: MemberNews[] = []
    const recording = recordings.get(id) ?? new Set()
    recordings.set(id, recording.add(news))
    const asked = epoch
    const answer = request()
    running.set(id, answer)
    people.expect(answer)
    try {
      const members = listOf(await answer)
      // No longer recorded: I was removed meanwhile.
      if (!recordings.get(id)?.has(news)) return answer
      people.remember(members.map((member) => member.user))
      byId[id] = news.reduce(withNews, rosterOf(members))
      epochs.set(id, asked)
      return answer
    } finally {
      recording.delete(news)
      if (running.get(id) === answer) running.delete(id)
    }
  }

  /** The request for the list that is under way; whoever asked for it gets its failure. */
  async function settled(id: string): Promise<void> {
    await running.get(id)?.catch(() => {})
  }

  function apply(id: string, news: MemberNews): void {
    people.remember([news.member.user])
    versions.set(`${id} ${news.member.user.id}`, ++version)
    for (const recording of recordings.get(id) ?? []) recording.push(news)
    const known = byId[id]
    if (!known) return
    const next = withNews(known, news)
    if (next !== known) byId[id] = next
  }

  /**
   * News by an answer: nothing where an event has brought something newer.
   * @param since `mark()` from before it was asked for
   */
  function applyAnswer(id: string, news: MemberNews, since: number): void {
    if (byId[id] && (versions.get(`${id} ${news.member.user.id}`) ?? 0) <= since) apply(id, news)
  }

  const mark = () => version

  function beginEpoch(): void {
    epoch++
  }

  /** Whether every event since the list was asked for was received. */
  function isFresh(id: string): boolean {
    return epochs.get(id) === epoch
  }

  function drop(id: string): void {
    delete byId[id]
    recordings.delete(id)
    epochs.delete(id)
    running.delete(id)
    for (const key of versions.keys()) if (key.startsWith(id)) versions.delete(key)
  }

  function clear(): void {
    for (const id of [...Object.keys(byId), ...recordings.keys()]) drop(id)
    versions.clear()
  }

  return { byId, during, settled, apply, applyAnswer, mark, beginEpoch, isFresh, drop, clear }
})
